namespace Hale.Containers.Groups;

/// <summary>How a group is brought up.</summary>
public sealed record ContainerGroupOptions
{
    /// <summary>The engine; null for a client of the usual one (<see cref="EngineAddress.Default"/>), which the group then disposes of.</summary>
    public ContainerEngine? Engine { get; init; }

    /// <summary>
    /// Whether this process holds the group: it is watched, its lease is renewed while this process lives, and it is taken down at the end unless others want it
    /// as well. Otherwise it stands by itself, for as long as the spec's lease says. Default true.
    /// </summary>
    public bool Hold { get; init; } = true;

    /// <summary>How long a held group stands after the last sign of life of a process that nobody can see. Default 2 minutes; a process of this machine that is gone is seen at once.</summary>
    public TimeSpan HoldFor { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long to wait while another run changes the same group. Default 60 s.</summary>
    public TimeSpan Turn { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Calls that change something at the engine at once. Default 16.</summary>
    public int AtOnce { get; init; } = 16;

    /// <summary>Who this is, for others who find the group busy.</summary>
    public string Who { get; init; } = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"process {Environment.ProcessId}");

    /// <summary>Told of each step, from several tasks one at a time: must be short and must not throw.</summary>
    public Action<ContainerGroupProgress>? Progress { get; init; }

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>What a step is about.</summary>
public enum ContainerGroupStage
{
    /// <summary>Something is waited for.</summary>
    Waiting,

    /// <summary>An image is fetched.</summary>
    Pulling,

    /// <summary>Something was taken away.</summary>
    Removed,

    /// <summary>Something was made.</summary>
    Made,

    /// <summary>A container was started.</summary>
    Started,

    /// <summary>An attempt showed that a member is not ready yet.</summary>
    NotYet,

    /// <summary>A member is ready.</summary>
    Ready,

    /// <summary>Something failed.</summary>
    Failed,
}

/// <summary>A step on the way.</summary>
/// <param name="Elapsed">Time since the run began.</param>
/// <param name="Subject">A member, <c>network NAME</c>, <c>volume NAME</c>, <c>image NAME</c>, or empty for the group.</param>
/// <param name="Stage">What kind of step.</param>
/// <param name="Text">In words.</param>
public readonly record struct ContainerGroupProgress(TimeSpan Elapsed, string Subject, ContainerGroupStage Stage, string Text);
