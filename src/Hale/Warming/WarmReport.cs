using Hale.Core.Warming;
using Hale.Sessions;
using Hale.Warming.Prefetch;

namespace Hale.Warming;

/// <summary>What came of a warm-up.</summary>
/// <param name="Verdict">The end.</param>
/// <param name="Rehearsals">Each rehearsal, in order.</param>
/// <param name="Tail">The last lines that the last rehearsal has written, oldest first.</param>
public sealed record WarmReport(WarmVerdict Verdict, IReadOnlyList<RehearsalResult> Rehearsals, IReadOnlyList<string> Tail)
{
    /// <summary>What was read ahead; null when there was nothing to read.</summary>
    public PrefetchReport? Prefetch { get; init; }

    /// <summary>What was recorded; null when that was not asked for, or the first rehearsal did not succeed.</summary>
    public WarmRecording? Recording { get; init; }

    /// <summary>What became of the verdict on its way to the session's row; null where it is not reported.</summary>
    public ReportResult? Reported { get; init; }
}

/// <summary>A recording of what the first rehearsal opened.</summary>
/// <param name="List">The list that was written; null when there is none.</param>
/// <param name="Files">Files in it.</param>
/// <param name="Line">One line for a person: what was recorded, how, and what may be missing; or why nothing was.</param>
public sealed record WarmRecording(string? List, int Files, string Line);

/// <summary>How a warm-up goes.</summary>
/// <param name="Number">Number of the rehearsal, from 1.</param>
/// <param name="Limit">So many at most.</param>
/// <param name="Stage">Where it stands.</param>
/// <param name="Elapsed">Time since that stage began.</param>
/// <param name="Held">Pieces of evidence that are there.</param>
/// <param name="Wanted">Pieces of evidence in all.</param>
/// <param name="Waiting">What is waited for, and what was seen instead; null for nothing.</param>
/// <param name="Result">What came of the rehearsal, once it is over.</param>
public sealed record WarmProgress(int Number, int Limit, RehearsalStage Stage, TimeSpan Elapsed, int Held, int Wanted, string? Waiting, RehearsalResult? Result);
