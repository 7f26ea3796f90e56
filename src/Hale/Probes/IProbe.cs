using Hale.Core.Model;

namespace Hale.Probes;

/// <summary>
/// One attempt, no memory, no retry, no judgement. A probe that could not be carried out (no permission, a tool missing,
/// our own resolver broken) returns <see cref="Outcome.Inconclusive"/>; one that throws is taken as Inconclusive by the runner.
/// The time-out is enforced from outside; the token only lets a probe end earlier and clean up.
/// </summary>
/// <remarks>Kinds that cannot be without have a memory: <c>log</c> and <c>container_log</c> keep the place up to which they have read, <c>container</c> a count.</remarks>
public interface IProbe
{
    /// <summary>Tries once.</summary>
    ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel);
}

/// <summary>What an attempt may know.</summary>
/// <param name="Target">Name of the target.</param>
/// <param name="Check">Name of the check.</param>
/// <param name="Incarnation">The life that is probed.</param>
/// <param name="Pid">Process of that life where the target is supervised and alive; otherwise null.</param>
/// <param name="Timeout">The limit on this attempt.</param>
/// <param name="Time">The only clock.</param>
public sealed record ProbeContext(string Target, string Check, Incarnation Incarnation, int? Pid, TimeSpan Timeout, TimeProvider Time)
{
    /// <summary>The thread that calls the probe has nothing else to do: the probe may hold it until it has a result or is cancelled.</summary>
    public bool IsAlone { get; init; }
}
