using Hale.Core.Model;

namespace Hale.Core.Warming;

/// <summary>How a rehearsal ended.</summary>
public enum RehearsalEnd : byte
{
    /// <summary>All evidence was there in time, and every step after it went well.</summary>
    Proved,

    /// <summary>A step failed.</summary>
    Failed,

    /// <summary>The evidence is not known to have been there, and nothing speaks against it either: no look could tell.</summary>
    CouldNotTell,

    /// <summary>Somebody ended it before it was over.</summary>
    Interrupted,
}

/// <summary>What came of a rehearsal.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Stage">The step that decided: the one that failed first, or <see cref="RehearsalStage.Done"/>.</param>
/// <param name="Reason">One line for a person: what was seen, or what was missing and why.</param>
public sealed record RehearsalResult(RehearsalEnd End, RehearsalStage Stage, string Reason)
{
    /// <summary>From the start until all evidence was there; null when it never was.</summary>
    public TimeSpan? TimeToEvidence { get; init; }

    /// <summary>What failed after the step that decided.</summary>
    public IReadOnlyList<string> Further { get; init; } = [];

    /// <summary>How the process ended; null when it was never started.</summary>
    public string? Ending { get; init; }

    /// <summary>It, or something that it had started, had to be killed.</summary>
    public bool WasKilled { get; init; }

    /// <summary>What became of the files that it created; null when none were to be removed.</summary>
    public string? Cleaning { get; init; }

    /// <summary>The evidence, as it stood last.</summary>
    public IReadOnlyList<EvidenceState> Evidence { get; init; } = [];

    /// <summary>When each stage that it came through began, in order.</summary>
    public IReadOnlyList<(RehearsalStage Stage, Instant At)> Stages { get; init; } = [];

    /// <summary>When it began.</summary>
    public Instant BeganAt => Stages.Count == 0 ? Instant.Never : Stages[0].At;
}
