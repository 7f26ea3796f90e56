using Hale.Core.Alarming;
using Hale.Core.Telling;

namespace Hale.Core.Model;

/// <summary>The world as readers see it: immutable, versioned, replaced whole.</summary>
public sealed record Snapshot
{
    /// <summary>Grows with every published change.</summary>
    public required long Version { get; init; }

    /// <summary>When it was taken.</summary>
    public required Instant At { get; init; }

    /// <summary>The worst health among the targets.</summary>
    public required Health Health { get; init; }

    /// <summary>Why Hale doubts itself; null when it does not.</summary>
    public string? Doubt { get; init; }

    /// <summary>When the doubt ends unless it is raised again; meaningless without <see cref="Doubt"/>.</summary>
    public Instant DoubtUntil { get; init; }

    /// <summary>The targets, in the order of the configuration.</summary>
    public required IReadOnlyList<TargetSnapshot> Targets { get; init; }

    /// <summary>The groups, in the order of the configuration.</summary>
    public required IReadOnlyList<GroupSnapshot> Groups { get; init; }

    /// <summary>The alarms, in the order of the configuration.</summary>
    public IReadOnlyList<AlarmSnapshot> Alarms { get; init; } = [];

    /// <summary>What is bad and is told, or held back, in the order of the configuration; empty where nobody is to be told.</summary>
    public IReadOnlyList<IncidentSnapshot> Incidents { get; init; } = [];

    /// <summary>Observations folded since the world began.</summary>
    public long Observations { get; init; }

    /// <summary>Observations dropped because they were about an old life.</summary>
    public long Dropped { get; init; }
}

/// <summary>A group, rolled up.</summary>
public sealed record GroupSnapshot(string Name, Health Health, int Members, int Unhealthy, int Unknown);

/// <summary>Something bad, and who knows of it.</summary>
/// <param name="Subject">The target, the alarm, or what of Hale.</param>
/// <param name="Incident">Names the incident in its notices; null while nothing was told.</param>
/// <param name="Condition">How it stands.</param>
/// <param name="Since">Since when it is bad.</param>
/// <param name="Text">What is the matter; to be read after the subject.</param>
/// <param name="Told">Names of the channels that were told.</param>
/// <param name="Held">Why nothing more is told of it now; null when nothing holds it back.</param>
/// <param name="AcknowledgedBy">Who acknowledged it; null when nobody did.</param>
public sealed record IncidentSnapshot(
    string Subject, string? Incident, Condition Condition, Instant Since, string Text, IReadOnlyList<string> Told, string? Held, string? AcknowledgedBy);

/// <summary>A target, rolled up.</summary>
public sealed record TargetSnapshot
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its group; null for none.</summary>
    public string? Group { get; init; }

    /// <summary>The roll-up of its checks under its dependencies.</summary>
    public required Health Health { get; init; }

    /// <summary>The check, life or dependency that decided the health, in one line.</summary>
    public required string Reason { get; init; }

    /// <summary>Since when the health is what it is.</summary>
    public required Instant Since { get; init; }

    /// <summary>Whether Hale owns its process.</summary>
    public bool IsSupervised { get; init; }

    /// <summary>Its present life.</summary>
    public Incarnation Incarnation { get; init; }

    /// <summary>When that life began; <see cref="Instant.Never"/> without one.</summary>
    public Instant LifeBeganAt { get; init; } = Instant.Never;

    /// <summary>How the last life ended; null if none has.</summary>
    public string? LastEnd { get; init; }

    /// <summary>Lives that Hale has seen begin.</summary>
    public int Lives { get; init; }

    /// <summary>A person paused healing here, and until when; null when not paused.</summary>
    public Instant? PausedUntil { get; init; }

    /// <summary>A person stopped it.</summary>
    public bool IsStopped { get; init; }

    /// <summary>A maintenance window is open.</summary>
    public bool InMaintenance { get; init; }

    /// <summary>One of its checks is flapping.</summary>
    public bool IsFlapping { get; init; }

    /// <summary>The ladder is used up: a person is needed; says why. Null when not.</summary>
    public string? NeedsHuman { get; init; }

    /// <summary>The remedy under way or being verified; null for none.</summary>
    public Intent? OpenIntent { get; init; }

    /// <summary>While a remedy is verified: until when it has to have helped; null when none is.</summary>
    public Instant? VerifyUntil { get; init; }

    /// <summary>Why the remedy that is wanted is not carried out; null when none is wanted or none refused.</summary>
    public Refusal? Refusal { get; init; }

    /// <summary>Remedies of the present episode.</summary>
    public int Attempts { get; init; }

    /// <summary>The last remedy: what, how it ended, whether it helped; null if there was none.</summary>
    public string? LastRemedy { get; init; }

    /// <summary>Its ladder, by name, for display.</summary>
    public IReadOnlyList<string> Ladder { get; init; } = [];

    /// <summary>The rung that the next remedy would use; equal to the ladder's length when it is used up.</summary>
    public int Rung { get; init; }

    /// <summary>Its checks.</summary>
    public required IReadOnlyList<CheckSnapshot> Checks { get; init; }
}

/// <summary>A check as it stands.</summary>
public sealed record CheckSnapshot
{
    /// <summary>Unique within its target.</summary>
    public required string Name { get; init; }

    /// <summary>The probe's kind.</summary>
    public required string Kind { get; init; }

    /// <summary>The verdict.</summary>
    public required Health Health { get; init; }

    /// <summary>Since when.</summary>
    public required Instant Since { get; init; }

    /// <summary>Why the verdict is what it is: the rule and the evidence.</summary>
    public required string Reason { get; init; }

    /// <summary>The last conclusive or inconclusive attempt began at; <see cref="Instant.Never"/> before the first.</summary>
    public Instant LastAt { get; init; } = Instant.Never;

    /// <summary>What the last attempt came to, levels applied; null before the first.</summary>
    public Outcome? LastOutcome { get; init; }

    /// <summary>What it saw.</summary>
    public string Evidence { get; init; } = "";

    /// <summary>How long it took.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>What it measured.</summary>
    public IReadOnlyList<Measurement> Measurements { get; init; } = [];

    /// <summary>Failures in a row that count.</summary>
    public int FailStreak { get; init; }

    /// <summary>Passes in a row.</summary>
    public int PassStreak { get; init; }

    /// <summary>Attempts that could not tell, since the world began.</summary>
    public long Inconclusive { get; init; }

    /// <summary>Attempts since the world began.</summary>
    public long Attempts { get; init; }

    /// <summary>For an activity check: the last progress seen; <see cref="Instant.Never"/> before any.</summary>
    public Instant ProgressAt { get; init; } = Instant.Never;

    /// <summary>Changes of verdict come too often.</summary>
    public bool IsFlapping { get; init; }
}
