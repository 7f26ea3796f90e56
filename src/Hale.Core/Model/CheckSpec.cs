namespace Hale.Core.Model;

/// <summary>Warning and failing levels of one measurement.</summary>
/// <param name="Measurement">Name of the measurement that the levels apply to; empty for the first one.</param>
/// <param name="Warn">At or beyond this value the outcome is at least <see cref="Outcome.Warn"/>; null for no warning level.</param>
/// <param name="Fail">At or beyond this value the outcome is <see cref="Outcome.Fail"/>; null for no failing level.</param>
/// <param name="Below">True when lower is worse (free space); false when higher is worse (use).</param>
public sealed record Levels(string Measurement, double? Warn, double? Fail, bool Below = false);

/// <summary>
/// When changes of verdict come so often that they are noise. Icinga's rule: the last 20 verdicts, each change weighted from 0.8 (oldest)
/// to 1.18 (newest), as a per cent of all; two thresholds so that the flag itself does not flap.
/// </summary>
/// <param name="High">Per cent above which flapping begins. Default 30.</param>
/// <param name="Low">Per cent at which it ends. Default 25.</param>
public sealed record FlapPolicy(double High = 30, double Low = 25)
{
    /// <summary>The default thresholds (icinga.com/docs, "Check Flapping").</summary>
    public static readonly FlapPolicy Default = new();
}

/// <summary>One check, validated and immutable: how often it is tried and how its observations are judged.</summary>
public sealed record CheckSpec
{
    /// <summary>Unique within its target.</summary>
    public required string Name { get; init; }

    /// <summary>Index of the target in <see cref="WorldSpec.Targets"/>.</summary>
    public required int Target { get; init; }

    /// <summary>The probe's kind, for display: <c>http</c>, <c>disk</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Time between the starts of two attempts.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Hard limit on one attempt, enforced from outside the probe.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Failed attempts in a row that make the check Impaired. At least 1; default 2.</summary>
    public int Fall { get; init; } = 2;

    /// <summary>Passed attempts in a row that end an impairment. At least 1; default 1.</summary>
    public int Rise { get; init; } = 1;

    /// <summary>How long a run of failures must have lasted as well before it counts. Default zero: the run alone decides.</summary>
    public TimeSpan For { get; init; }

    /// <summary>After the start of a life, failures do not count for this long, or until the first pass. Default zero.</summary>
    public TimeSpan Grace { get; init; }

    /// <summary>
    /// A gate: until its first pass in a life the check is tried quickly, and one that has not passed when this time is over has failed, at the
    /// first failure after that. Null: no gate. Where it is set, <see cref="Grace"/> is as long.
    /// </summary>
    public TimeSpan? Gate { get; init; }

    /// <summary>Evidence older than this is stale. Set by the loader to three intervals and a time-out unless written.</summary>
    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromMinutes(3) + TimeSpan.FromSeconds(10);

    /// <summary>For an activity check: without progress for longer than this the check fails. Null: progress is not judged.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>Levels applied to a measurement; null for none.</summary>
    public Levels? Levels { get; init; }

    /// <summary>Thresholds of flapping.</summary>
    public FlapPolicy Flap { get; init; } = FlapPolicy.Default;

    /// <summary>
    /// Observations are pushed by the target rather than pulled by a probe: the agenda leaves the check alone, and silence
    /// beyond <see cref="Within"/> is the failure.
    /// </summary>
    public bool IsPassive { get; init; }
}
