using Hale.Readiness;

namespace Hale.Containers;

/// <summary>How a container shows that it is ready.</summary>
public sealed record ContainerReadinessOptions
{
    /// <summary>The port inside that must answer, 1 to 65535. Null: that it runs, and is healthy where it has a HEALTHCHECK, is enough.</summary>
    public int? Port { get; init; }

    /// <summary>What is asked for by HTTP, beginning with a slash. Null: the port must take a connection.</summary>
    public string? Path { get; init; }

    /// <summary>The good statuses: single ones, families (<c>2xx</c>) and ranges (<c>200-299</c>). Default: exactly 200.</summary>
    public IReadOnlyList<string> Status { get; init; } = ["200"];

    /// <summary>Header fields to send.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The network in which it is asked, by name; null for the first in which it has an address.</summary>
    public string? Network { get; init; }

    /// <summary>Whether its own health check counts. Default true.</summary>
    public bool HeedsHealth { get; init; } = true;
}

/// <summary>Makes targets of a gate of containers: state, own health check, and a probe of a port, all of one life of it.</summary>
/// <remarks>
/// A container that ends fails the gate at once, with exit code, want of memory, image, command and its last words: the engine's events tell, and a look
/// once a second stands behind them. One that its restart policy starts anew is waited for, and all evidence about the life before is forgotten. Ready is a pass of the
/// probe after which the container still runs in the same life. An engine that is away tells nothing, neither good nor bad.
/// </remarks>
public static class ContainerReadiness
{
    /// <summary>A target for one container.</summary>
    /// <param name="engine">Its engine; stays the caller's, and must last as long as the target is used.</param>
    /// <param name="container">Its name or id. It need not be there yet.</param>
    /// <param name="probe">How it shows that it is ready; null for its state and its own health check.</param>
    /// <param name="name">The target's name for people; null for <c>container:NAME:PORT/PATH</c>.</param>
    /// <returns>A target for one wait: it remembers what it has seen.</returns>
    /// <exception cref="FormatException">Port, path, or statuses cannot be used; the message says what can.</exception>
    public static ReadyTarget Of(ContainerEngine engine, string container, ContainerReadinessOptions? probe = null, string? name = null)
    {
        probe ??= new();
        var target = new ContainerTarget(engine, container, new(probe, ContainerRequest.Check(probe)));
        return new(name ?? ContainerTargetText.Write(container, probe), target) { Watch = target };
    }

    /// <summary>
    /// How a container came to its end: exit code, want of memory, how long it ran, image, command, and its last words. One line, for a person; what cannot be
    /// found out is left out.
    /// </summary>
    /// <param name="engine">Its engine.</param>
    /// <param name="container">Its name or id.</param>
    /// <param name="cancel">Ends the search.</param>
    /// <exception cref="ContainerEngineException">The engine does not say how it is, or there is no such container.</exception>
    public static async Task<string> DescribeEndAsync(ContainerEngine engine, string container, CancellationToken cancel = default) =>
        await ContainerEndReport.OfAsync(engine, await engine.Containers.InspectAsync(container, cancel), cancel);
}
