namespace Hale.Config;

/// <summary>What the daemon does about groups of containers: the <c>hale.containers:</c> section.</summary>
public sealed record DaemonContainersSpec
{
    /// <summary>Where the engine listens; null for <c>DOCKER_HOST</c>, or the usual sockets.</summary>
    public string? Engine { get; init; }

    /// <summary>Time between two looks for groups that nobody wants any more, which are taken away; null for never.</summary>
    public TimeSpan? Collect { get; init; }

    /// <summary>The files of groups that may be brought up over the HTTP API, absolute.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];
}
