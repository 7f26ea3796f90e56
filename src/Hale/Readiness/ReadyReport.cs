using Hale.Core.Model;
using Hale.Core.Readiness;

namespace Hale.Readiness;

/// <summary>What one attempt came to, told while the waiting goes on.</summary>
/// <param name="Target">Name of the target.</param>
/// <param name="Attempt">Number of the attempt, from 1.</param>
/// <param name="Elapsed">Time since the wait began.</param>
/// <param name="Outcome">What it came to.</param>
/// <param name="Evidence">What was seen.</param>
/// <param name="IsReady">The target counts as ready now.</param>
public readonly record struct ReadyProgress(string Target, int Attempt, TimeSpan Elapsed, Outcome Outcome, string Evidence, bool IsReady);

/// <summary>How a wait ended.</summary>
/// <param name="End">Ready, not ready, or could not tell.</param>
/// <param name="Reason">One line: what passed, or what was missing and why.</param>
/// <param name="StartedAt">When it began, by the steady line.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Targets">What became of each target, in the order in which they were given.</param>
public sealed record ReadyReport(GateEnd End, string Reason, Instant StartedAt, TimeSpan Took, IReadOnlyList<ReadyTargetReport> Targets)
{
    /// <summary>Everything that was waited for is there.</summary>
    public bool IsReady => End == GateEnd.Ready;

    /// <summary>The reason, and what else was found out about it.</summary>
    public override string ToString() =>
        string.Join("; ", Targets.Select(target => target.Hint).OfType<string>().Distinct().Prepend(Reason));
}

/// <summary>What became of one target.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsReady">Whether it was ready at the end.</param>
/// <param name="Attempts">Attempts begun.</param>
/// <param name="Trouble">What speaks against it, or why nothing could be told; null when there is nothing to say.</param>
/// <param name="Hint">What was found out about the trouble afterwards: what listens instead. Null for nothing.</param>
/// <param name="Timeline">What the attempts came to, those in a row that came to the same taken together.</param>
/// <param name="Dropped">Entries from the middle of the timeline that were not kept.</param>
public sealed record ReadyTargetReport(
    string Name, bool IsReady, int Attempts, string? Trouble, string? Hint, IReadOnlyList<GateEpisode> Timeline, int Dropped);

/// <summary>A wait ended without its targets being ready.</summary>
/// <param name="report">How it ended.</param>
public sealed class NotReadyException(ReadyReport report) : Exception(report.ToString())
{
    /// <summary>How it ended.</summary>
    public ReadyReport Report { get; } = report;
}
