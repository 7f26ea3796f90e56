using Hale.Core;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Processes;

namespace Hale.Running;

/// <summary>
/// The built-in check of a supervised process: its end comes as an event through its pidfd; this slow look stands behind that one, and is
/// the positive evidence that the process lives.
/// </summary>
internal sealed class SupervisedProbe(Supervisor supervisor, SteadyClock clock) : IProbe
{
    public ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel) => new(Look(context.Incarnation));

    private ProbeResult Look(Incarnation life)
    {
        if (supervisor.Current is not { } process || process.Incarnation != life)
            return ProbeResult.Inconclusive("the life that was to be looked at is over");
        if (!supervisor.IsAlive(life))
            return ProbeResult.Fail($"process {process.Pid} is gone") with { IsProof = true };
        var age = clock.Now - process.BeganAt;
        return age < World.ProvenAfter
            ? ProbeResult.Inconclusive($"process {process.Pid} has only just begun")
            : ProbeResult.Pass($"process {process.Pid} is alive", new Measurement("uptime", age.TotalSeconds, Unit.Seconds));
    }
}
