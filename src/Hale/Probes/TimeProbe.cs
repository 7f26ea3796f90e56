using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes.Clocks;
using Hale.Probes.Http;

namespace Hale.Probes;

/// <summary>
/// <c>time</c>: the clock of this machine, by a time server or by what the kernel knows. The clock is the target; a server that does not answer says
/// nothing about it.
/// </summary>
public sealed class TimeProbe : IProbe
{
    private const int Port = 123, StrayLimit = 100;
    private readonly Endpoint? server;

    private TimeProbe(Endpoint? server) => this.server = server;

    /// <summary>The kind.</summary>
    public static ProbeKind Kind { get; } = new(
        "time",
        "The clock of this machine: how far it is from that of a time server (SNTP), judged by `warn` and `fail`; without a server, whether the kernel says that something steers it.",
        [
            new("server", KeyType.Text, "The time server, HOST or HOST:PORT; the port is 123 unless written. Default: none, the kernel is asked.") { Shorthand = true },
        ],
        settings => new TimeProbe(settings.Text("server") is not { } server ? null
            : Endpoint.TryParse(server, Port) ?? throw new SettingsException("server", $"'{server}' is not HOST or HOST:PORT")))
    {
        LevelOf = "offset", LevelUnit = Unit.Seconds,
        Measures =
        [
            new("offset", Unit.Seconds, "With a server: how far the clock is from the server's, whether before or behind it."),
            new("error", Unit.Seconds, "How wrong that can be; without a server, how wrong the kernel's clock can be."),
        ],
    };

    /// <inheritdoc/>
    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        if (server is null)
            return KernelClock.Read(out var unknown) is { } clock ? Judge(clock) : ProbeResult.Inconclusive(unknown);
        var phase = new Phase();
        phase.Start(context.Timeout, context.Time);
        try
        {
            return await AskAsync(server, phase, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return ProbeResult.Inconclusive(phase.OnCancelled(cancel).Evidence);
        }
    }

    /// <summary>What the kernel's state means.</summary>
    internal static ProbeResult Judge(KernelClock clock)
    {
        var error = new Measurement("error", clock.MaxError.TotalSeconds, Unit.Seconds);
        return clock.IsSynchronised
            ? ProbeResult.Pass($"the clock is synchronised, to {Figures.Span(clock.MaxError)}", error)
            : ProbeResult.Fail("nothing steers the clock: the kernel calls it unsynchronised", error);
    }

    private static async ValueTask<ProbeResult> AskAsync(Endpoint server, Phase phase, CancellationToken cancel)
    {
        IPAddress[]? addresses = NameResolver.Known(server.Host);
        if (addresses is null)
        {
            phase.Enter(Phase.Name.LookUp, server.Host);
            var found = await NameResolver.LookUpAsync(server.Host, cancel);
            if (found.Error != SocketError.Success)
                return ProbeResult.Inconclusive($"looking up {server.Host}: {Blame.Words(found.Error)}");
            addresses = found.Addresses;
        }
        var address = new IPEndPoint(addresses[0], server.Port);
        phase.Enter(Phase.Name.Ask, address);
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            await socket.ConnectAsync(address, cancel);
            var message = new SntpMessage();
            var (sentAt, before) = (phase.Time.GetUtcNow(), phase.Elapsed);
            await socket.SendAsync(message.Request(), cancel);
            var buffer = new byte[1024];
            for (var i = 0; i < StrayLimit; i++)
            {
                var length = await socket.ReceiveAsync(buffer, cancel);
                if (message.IsAnswer(buffer.AsSpan(0, length)))
                    return Judge(buffer.AsSpan(0, length), address, sentAt, phase.Elapsed - before);
            }
            return ProbeResult.Inconclusive($"{address} sends datagrams that answer nothing");
        }
        catch (SocketException error)
        {
            return ProbeResult.Inconclusive($"asking {address}: {Blame.Words(error.SocketErrorCode)}");
        }
    }

    private static ProbeResult Judge(ReadOnlySpan<byte> message, IPEndPoint address, DateTimeOffset sentAt, TimeSpan took)
    {
        if (SntpMessage.Read(message, sentAt, took, out var trouble) is not { } reading)
            return ProbeResult.Inconclusive($"{address} answers, but {trouble}");
        var seconds = reading.Offset.TotalSeconds;
        return ProbeResult.Pass(
            string.Create(CultureInfo.InvariantCulture, $"the clock is {Math.Abs(seconds):0.000000} s {(seconds > 0 ? "behind" : "ahead of")} {address} (stratum {reading.Stratum}), give or take {reading.Error.TotalSeconds:0.000000} s"),
            new("offset", Math.Abs(seconds), Unit.Seconds), new("error", reading.Error.TotalSeconds, Unit.Seconds));
    }
}
