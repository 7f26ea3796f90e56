using Hale.Containers.Groups;
using Hale.Running;
using Hale.Web.Access;
using Hale.Web.Endpoints;

namespace Hale.Web.Api;

/// <summary>What the endpoints speak for.</summary>
/// <param name="Daemon">The daemon.</param>
/// <param name="Guard">What stands around every endpoint.</param>
/// <param name="Audit">Where it is written down who asked for what.</param>
/// <param name="Loop">Whether the engine's loop is alive.</param>
/// <param name="Time">The clock for time limits.</param>
internal sealed record ApiContext(IDaemon Daemon, Guard Guard, AuditLog Audit, LoopWatch Loop, TimeProvider Time)
{
    /// <summary>Places for streams of events.</summary>
    public StreamSlots Streams { get; } = new();

    /// <summary>The overview of the latest snapshot.</summary>
    public OverviewPage Overview { get; } = new(Daemon);

    /// <summary>Groups of containers; null where the configuration says nothing about them.</summary>
    public GroupService? Groups { get; init; }

    /// <summary>Fires when the application stops: streams end, so that it can.</summary>
    public CancellationToken Stopping { get; init; }
}
