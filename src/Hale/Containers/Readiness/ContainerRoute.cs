using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hale.Probes.Http;

namespace Hale.Containers;

/// <summary>A way to a port of a container.</summary>
/// <param name="Endpoint">Where to connect.</param>
/// <param name="IsPublished">It is published by the engine, rather than the container's own address.</param>
/// <param name="Words">For a person: which way it is.</param>
internal sealed record ContainerRoute(Endpoint Endpoint, bool IsPublished, string Words);

/// <summary>
/// The ways to a port of a container: its own address, which leads past everything that could pretend to be it, and the port that its engine publishes, for
/// where its own address cannot be reached (engines without root, or in a virtual machine).
/// </summary>
/// <param name="Own">At its own address; null when it has none in the network.</param>
/// <param name="Published">Published; null when it is not.</param>
internal sealed record ContainerRoutes(ContainerRoute? Own, ContainerRoute? Published)
{
    // Longer than a network of this machine ever takes, and short beside an attempt.
    private static readonly TimeSpan TrialLimit = TimeSpan.FromMilliseconds(500);

    /// <summary>Finds them. Pure.</summary>
    public static ContainerRoutes Of(ContainerDetails container, int port, string? network, EngineAddress engine)
    {
        var settings = container.NetworkSettings;
        var machine = engine.Host ?? "127.0.0.1";
        if (container.HostConfig.NetworkMode == "host")
            return new(new(new(machine, port), IsPublished: false, "the engine's machine, whose network it shares"), null);
        var own = network is not null
            ? settings.Networks.GetValueOrDefault(network)?.IPAddress
            : settings.Networks.OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => each.Value.IPAddress).FirstOrDefault(address => address.Length > 0);
        var published = settings.Ports.GetValueOrDefault(string.Create(CultureInfo.InvariantCulture, $"{port}/tcp"))?
            .Select(each => PublishedAt(each, machine)).OfType<Endpoint>().FirstOrDefault();
        return new(
            own is { Length: > 0 } ? new(new(own, port), IsPublished: false, "its own address") : null,
            published is null ? null : new(published, IsPublished: true, $"published at {published}"));
    }

    /// <summary>
    /// Chooses. Where both ways exist, its own address is tried, unless the engine runs without root: what has that address here is then something else. A refusal
    /// may come from somebody on the way, so it counts only for a container of this machine.
    /// </summary>
    public async Task<ContainerRoute?> ChooseAsync(EngineAddress engine, bool isHere, TimeSpan limit, TimeProvider time, CancellationToken cancel)
    {
        if (Own is null || Published is null)
            return Own ?? Published;
        if (engine.SocketPath is { } path && path.Contains("/user/", StringComparison.Ordinal))
            return Published with { Words = $"{Published.Words}, since the engine runs without root" };
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var trial = new CancellationTokenSource(limit / 5 < TrialLimit ? limit / 5 : TrialLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(trial.Token, cancel);
        try
        {
            await socket.ConnectAsync(Own.Endpoint.Host, Own.Endpoint.Port, either.Token);
            return Own;
        }
        catch (SocketException refused) when (isHere && refused.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset)
        {
            return Own;
        }
        catch (Exception trouble) when (trouble is SocketException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            return Published with { Words = $"{Published.Words}, since its own address {Own.Endpoint.Host} is not reached from here" };
        }
    }

    private static Endpoint? PublishedAt(PublishedPort port, string machine)
    {
        if (!int.TryParse(port.HostPort, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65535)
            return null;
        var isEverywhere = port.HostIp is null or "" || (IPAddress.TryParse(port.HostIp, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)));
        return new(isEverywhere ? machine : port.HostIp!, number);
    }
}
