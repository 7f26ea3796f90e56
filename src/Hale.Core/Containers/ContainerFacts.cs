namespace Hale.Core.Containers;

/// <summary>Where a container stands in its life.</summary>
public enum ContainerPhase : byte
{
    /// <summary>There is none of that name.</summary>
    Missing,

    /// <summary>It was made, and has not begun.</summary>
    Created,

    /// <summary>Its first process runs.</summary>
    Running,

    /// <summary>It is frozen.</summary>
    Paused,

    /// <summary>It has ended, and its restart policy is about to start it anew.</summary>
    Restarting,

    /// <summary>It has ended.</summary>
    Ended,

    /// <summary>The engine said something else.</summary>
    Unknown,
}

/// <summary>What a container's own health check (HEALTHCHECK) says.</summary>
public enum ContainerHealthFact : byte
{
    /// <summary>It has none.</summary>
    None,

    /// <summary>It has not passed since the container began, and has not failed often enough either.</summary>
    Starting,

    /// <summary>It passes.</summary>
    Healthy,

    /// <summary>It has failed several times in a row.</summary>
    Unhealthy,

    /// <summary>The container has one, but the engine does not carry it out.</summary>
    NotRun,
}

/// <summary>What is known of one container, as far as its readiness goes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Phase">Where it stands.</param>
public sealed record ContainerFacts(string Name, ContainerPhase Phase)
{
    /// <summary>The image as it was named; empty when not known.</summary>
    public string Image { get; init; } = "";

    /// <summary>Program and arguments; empty when not known.</summary>
    public string Command { get; init; } = "";

    /// <summary>With what code it ended; null while it runs, and when not known.</summary>
    public int? ExitCode { get; init; }

    /// <summary>It was killed for want of memory.</summary>
    public bool IsOutOfMemory { get; init; }

    /// <summary>Its limit of memory in bytes; 0 for none.</summary>
    public long Memory { get; init; }

    /// <summary>What kept it from beginning; empty when nothing did.</summary>
    public string Error { get; init; } = "";

    /// <summary>How long it ran; null when not known.</summary>
    public TimeSpan? Ran { get; init; }

    /// <summary>How often its restart policy has started it anew.</summary>
    public int Restarts { get; init; }

    /// <summary>Its own health check.</summary>
    public ContainerHealthFact Health { get; init; }

    /// <summary>Failures of it in a row.</summary>
    public int HealthFailures { get; init; }

    /// <summary>What its last failure printed; empty for nothing.</summary>
    public string HealthOutput { get; init; } = "";

    /// <summary>The networks in which it has an address.</summary>
    public IReadOnlyList<string> Networks { get; init; } = [];

    /// <summary>What it logged last, oldest first; null when its log could not be read.</summary>
    public IReadOnlyList<string>? LastLines { get; init; }
}
