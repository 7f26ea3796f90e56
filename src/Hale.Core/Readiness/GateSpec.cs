namespace Hale.Core.Readiness;

/// <summary>The rules of a gate: what it waits for, how long, and how often it tries.</summary>
/// <param name="Targets">What is waited for; at least one.</param>
public sealed record GateSpec(params GateTargetSpec[] Targets)
{
    /// <summary>One ready target is enough; guards must pass all the same. Default: all of them, at the same time.</summary>
    public bool Any { get; init; }

    /// <summary>What has not become ready after this time has failed. Default 60 s; <see cref="TimeSpan.MaxValue"/> for no limit.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The limit on one attempt; the last ones get what is left until the deadline. Default 5 s.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest pause between two attempts of a target, and the pause after one that passed. Default 1 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>So many attempts of a target must pass one after the other. Default 1.</summary>
    public int Successes { get; init; } = 1;

    /// <summary>A target is tried so many times at most; null for no limit.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>Every pause is one interval long: no quick tries at the beginning.</summary>
    public bool IsSteady { get; init; }
}

/// <summary>One thing that a gate waits for.</summary>
/// <param name="Name">As a person wrote it.</param>
public sealed record GateTargetSpec(string Name)
{
    /// <summary>
    /// A condition on the whole wait rather than something to wait for (a process that must live): its first failure fails the gate, and with
    /// <see cref="GateSpec.Any"/> it is no alternative to the others.
    /// </summary>
    public bool IsGuard { get; init; }
}
