using Hale.Core.Model;
using Hale.Config;

namespace Hale.Probes;

/// <summary>
/// A check that the target pushes (<c>POST /api/v1/heartbeat/TARGET/CHECK</c>) instead of Hale pulling it. There is nothing to try:
/// the plan holds no probe for it, and silence beyond <c>within</c> and <c>grace</c> is its failure.
/// </summary>
public sealed class HeartbeatProbe : IProbe
{
    /// <summary>The kind.</summary>
    public static readonly ProbeKind Kind = new(
        "heartbeat",
        "The target reports its own success over HTTP; the check fails when it reports a failure, or nothing for longer than `within` and `grace` together.",
        [],
        _ => new HeartbeatProbe())
    {
        IsPassive = true,
    };

    private HeartbeatProbe()
    {
    }

    /// <summary>Whoever tries it all the same learns nothing.</summary>
    public ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel) =>
        ValueTask.FromResult(ProbeResult.Inconclusive("a heartbeat is pushed by the target, and cannot be tried"));
}
