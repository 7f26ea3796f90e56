namespace Hale.Core.Warming;

/// <summary>One rehearsal as the core sees it: what must be seen, and how long each step may take. How things are started and looked at is the shell's.</summary>
/// <param name="Evidence">What must be seen, all of it at the same time. Not empty.</param>
public sealed record RehearsalSpec(EvidenceSpec[] Evidence)
{
    /// <summary>The evidence must be there so long after the start. Default 60 s.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>It goes on for so long with the evidence before it is stopped. Default: not at all.</summary>
    public TimeSpan Hold { get; init; }

    /// <summary>From the request to stop until nothing of it may be left; what is left then is killed. Default 15 s.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>That something had to be killed fails the rehearsal: its users would not have stopped it so. Default true.</summary>
    public bool KilledFails { get; init; } = true;

    /// <summary>Limit on the removal of what it created; null: nothing is removed.</summary>
    public TimeSpan? CleanWithin { get; init; }

    /// <summary>Limit on what comes before the start: looking at what is there already. Default 30 s.</summary>
    public TimeSpan PrepareWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Limit on the start itself, which is one system call: 10 s.</summary>
    public static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(10);

    /// <summary>How long killing may take: 5 s, since only an uninterruptible wait resists it.</summary>
    public static readonly TimeSpan KillWithin = TimeSpan.FromSeconds(5);
}

/// <summary>One piece of evidence.</summary>
/// <param name="Name">As a person would call it: <c>files recordings/*.mcap</c>.</param>
public sealed record EvidenceSpec(string Name);
