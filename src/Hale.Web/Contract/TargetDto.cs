using Hale.Core.Model;

namespace Hale.Web.Contract;

/// <summary>The answer of <c>GET /api/v1/targets/{name}</c>: a target as it stands.</summary>
public sealed record TargetDto
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its group; null for none.</summary>
    public string? Group { get; init; }

    /// <summary>The roll-up of its checks under its dependencies.</summary>
    public required Health Health { get; init; }

    /// <summary>What decided the health, in one line.</summary>
    public required string Reason { get; init; }

    /// <summary>Since when the health is what it is; null before the first verdict.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Whether Hale owns its process.</summary>
    public bool Supervised { get; init; }

    /// <summary>Its present life; null where it has none or Hale does not tell its lives apart.</summary>
    public string? Incarnation { get; init; }

    /// <summary>When that life began; null without one.</summary>
    public DateTimeOffset? LifeBeganAt { get; init; }

    /// <summary>How the last life ended; null if none has.</summary>
    public string? LastEnd { get; init; }

    /// <summary>Lives that Hale has seen begin.</summary>
    public int Lives { get; init; }

    /// <summary>A person paused healing here.</summary>
    public bool Paused { get; init; }

    /// <summary>When the pause ends by itself; null when it does not, or when there is none.</summary>
    public DateTimeOffset? PausedUntil { get; init; }

    /// <summary>A person stopped it; it stays down until it is started.</summary>
    public bool Stopped { get; init; }

    /// <summary>A maintenance window is open: watched, not healed.</summary>
    public bool InMaintenance { get; init; }

    /// <summary>One of its checks changes its verdict too often.</summary>
    public bool Flapping { get; init; }

    /// <summary>Why a person is needed; null when none is.</summary>
    public string? NeedsHuman { get; init; }

    /// <summary>The remedy under way or being verified; null for none.</summary>
    public IntentDto? OpenIntent { get; init; }

    /// <summary>Until when the remedy has to have helped; null when none is being verified.</summary>
    public DateTimeOffset? VerifyUntil { get; init; }

    /// <summary>Why the wanted remedy is not carried out; null when none is wanted or none refused.</summary>
    public RefusalDto? Refusal { get; init; }

    /// <summary>Remedies of the present episode.</summary>
    public int Attempts { get; init; }

    /// <summary>The last remedy and what came of it; null if there was none.</summary>
    public string? LastRemedy { get; init; }

    /// <summary>Its remedies, in the order in which they are tried.</summary>
    public required IReadOnlyList<string> Ladder { get; init; }

    /// <summary>Index of the next remedy in <see cref="Ladder"/>; its length when the ladder is used up.</summary>
    public int Rung { get; init; }

    /// <summary>Its checks.</summary>
    public required IReadOnlyList<CheckDto> Checks { get; init; }
}

/// <summary>A remedy on its way.</summary>
/// <param name="Id">Number of the intent.</param>
/// <param name="Remedy">Its name in the ladder; null where the supervisor acts without a rung.</param>
/// <param name="Cause">Why it came about.</param>
/// <param name="Attempt">Which remedy of the episode it is, from 1.</param>
/// <param name="Reason">The evidence and the rule, in one line.</param>
/// <param name="At">When it was planned.</param>
public sealed record IntentDto(long Id, string? Remedy, Cause Cause, int Attempt, string Reason, DateTimeOffset? At);

/// <summary>A remedy that was not carried out.</summary>
/// <param name="Remedy">Its name in the ladder; null where there is no rung for it.</param>
/// <param name="Gate">Which gate refused.</param>
/// <param name="Reason">One line for a person.</param>
/// <param name="Until">When the gate opens by itself; null when it does not.</param>
public sealed record RefusalDto(string? Remedy, Gate Gate, string Reason, DateTimeOffset? Until);
