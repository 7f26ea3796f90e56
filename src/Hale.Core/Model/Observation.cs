namespace Hale.Core.Model;

/// <summary>What one attempt of a probe came to.</summary>
public enum Outcome : byte
{
    /// <summary>Positive evidence: the target did what was asked.</summary>
    Pass,

    /// <summary>Positive evidence that the target works, but beyond a warning level.</summary>
    Warn,

    /// <summary>Positive evidence that the target does not work.</summary>
    Fail,

    /// <summary>The probe could not tell: no permission, a tool missing, our own resolver broken. Counted and shown, never held against the target.</summary>
    Inconclusive,
}

/// <summary>What a number measures.</summary>
public enum Unit : byte
{
    /// <summary>A bare number.</summary>
    None,

    /// <summary>Per cent, 0 to 100 (more where several processors add up).</summary>
    Percent,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>Seconds.</summary>
    Seconds,

    /// <summary>A count of things.</summary>
    Count,
}

/// <summary>A number that a probe brought back.</summary>
/// <param name="Name">Short, lower case, stable: <c>used</c>, <c>latency</c>.</param>
/// <param name="Value">The number, in <paramref name="Unit"/>.</param>
/// <param name="Unit">What it measures.</param>
public readonly record struct Measurement(string Name, double Value, Unit Unit = Unit.None);

/// <summary>What a probe brings back from one attempt.</summary>
/// <param name="Outcome">What the attempt came to, before levels are applied to the measurements.</param>
/// <param name="Evidence">One line for a person: what was seen. Never empty for anything but a pass.</param>
public sealed record ProbeResult(Outcome Outcome, string Evidence)
{
    /// <summary>Numbers that came with it; levels of the check are applied to the one that they name.</summary>
    public Measurement[] Measurements { get; init; } = [];

    /// <summary>
    /// For activity: a token that differs whenever the target has made progress (a newest time stamp, a size, a counter).
    /// Only its change counts, on Hale's own steady time line, so a wrong wall clock cannot fake or hide progress.
    /// Null: the probe does not speak about progress.
    /// </summary>
    public string? Progress { get; init; }

    /// <summary>For activity: how long ago the newest progress happened by the target's own record, at the time of the probe. Null: not known.</summary>
    public TimeSpan? ProgressAge { get; init; }

    /// <summary>
    /// The evidence is proof rather than a sample (an exit seen through a pidfd): a fail of this kind does not wait for the fall threshold.
    /// </summary>
    public bool IsProof { get; init; }

    /// <summary>Positive evidence.</summary>
    public static ProbeResult Pass(string evidence, params Measurement[] measurements) => new(Outcome.Pass, evidence) { Measurements = measurements };

    /// <summary>Works, but beyond a warning level that the probe itself knows.</summary>
    public static ProbeResult Warn(string evidence, params Measurement[] measurements) => new(Outcome.Warn, evidence) { Measurements = measurements };

    /// <summary>Positive evidence that the target does not work.</summary>
    public static ProbeResult Fail(string evidence, params Measurement[] measurements) => new(Outcome.Fail, evidence) { Measurements = measurements };

    /// <summary>Could not tell, and why.</summary>
    public static ProbeResult Inconclusive(string evidence) => new(Outcome.Inconclusive, evidence);
}

/// <summary>One attempt of one check, as it reaches the core.</summary>
/// <param name="Check">Index of the check in the <see cref="WorldSpec"/>.</param>
/// <param name="Incarnation">The life of the target that was probed, read before the attempt began.</param>
/// <param name="StartedAt">When the attempt began.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Result">What it brought back.</param>
public readonly record struct Observation(int Check, Incarnation Incarnation, Instant StartedAt, TimeSpan Took, ProbeResult Result);
