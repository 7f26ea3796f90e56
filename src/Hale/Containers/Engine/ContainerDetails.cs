using System.Text.Json.Serialization;

namespace Hale.Containers;

/// <summary>Everything about one container.</summary>
public sealed record ContainerDetails
{
    /// <summary>Its id, 64 hexadecimal digits.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>Its name, without the slash that the engine writes before it.</summary>
    public string Name { get; init => field = (value ?? "").TrimStart('/'); } = "";

    /// <summary>When it was made.</summary>
    [JsonConverter(typeof(EngineTime))]
    public DateTimeOffset? Created { get; init; }

    /// <summary>The id of the image.</summary>
    public string Image { get; init => field = value ?? ""; } = "";

    /// <summary>The program that runs in it.</summary>
    public string Path { get; init => field = value ?? ""; } = "";

    /// <summary>The program's arguments.</summary>
    public IReadOnlyList<string> Args { get; init => field = value ?? []; } = [];

    /// <summary>How often its restart policy has started it anew. A start by a person sets it to 0.</summary>
    public int RestartCount { get; init; }

    /// <summary>How it is.</summary>
    public ContainerState State { get; init => field = value ?? new(); } = new();

    /// <summary>What it was made with.</summary>
    public ContainerSettings Config { get; init => field = value ?? new(); } = new();

    /// <summary>What of the machine it may use.</summary>
    public ContainerHostSettings HostConfig { get; init => field = value ?? new(); } = new();

    /// <summary>Its networks.</summary>
    public ContainerNetworkSettings NetworkSettings { get; init => field = value ?? new(); } = new();

    /// <summary>What is mounted in it.</summary>
    public IReadOnlyList<ContainerMount> Mounts { get; init => field = value ?? []; } = [];

    /// <summary>Program and arguments, for a person.</summary>
    [JsonIgnore]
    public string Command => string.Join(' ', [Path, .. Args]);

    /// <summary>This life of it: the same container that was started anew is another.</summary>
    [JsonIgnore]
    public ContainerLife Life => new(Id, State.StartedAt);
}

/// <summary>One life of a container.</summary>
/// <param name="Id">The container.</param>
/// <param name="StartedAt">When this life began; null when it was never started.</param>
public readonly record struct ContainerLife(string Id, DateTimeOffset? StartedAt);

/// <summary>How a container is.</summary>
public sealed record ContainerState
{
    /// <summary><c>created</c>, <c>running</c>, <c>paused</c>, <c>restarting</c>, <c>removing</c>, <c>exited</c>, <c>dead</c>; Podman also <c>configured</c>, <c>stopped</c>.</summary>
    public string Status { get; init => field = value ?? ""; } = "";

    /// <summary>Whether it runs; also while paused, and by some engines while it waits to be started anew.</summary>
    public bool Running { get; init; }

    /// <summary>Whether it is frozen.</summary>
    public bool Paused { get; init; }

    /// <summary>Whether it waits for its restart policy to start it anew.</summary>
    public bool Restarting { get; init; }

    /// <summary>Whether a process in it was killed for want of memory. Podman with control groups of version 1 does not notice.</summary>
    [JsonPropertyName("OOMKilled")]
    public bool OomKilled { get; init; }

    /// <summary>Its first process, by the machine's numbers; 0 when it does not run.</summary>
    public int Pid { get; init; }

    /// <summary>With what code it ended; 0 while it runs. Above 128: the signal that ended it, plus 128.</summary>
    public int ExitCode { get; init; }

    /// <summary>What kept it from starting; empty when nothing did.</summary>
    public string Error { get; init => field = value ?? ""; } = "";

    /// <summary>When it was started last; null when never.</summary>
    [JsonConverter(typeof(EngineTime))]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended last; null when never.</summary>
    [JsonConverter(typeof(EngineTime))]
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Its own health check; null when it has none.</summary>
    public ContainerHealth? Health { get; init; }

    /// <summary>Whether it has begun and is over.</summary>
    [JsonIgnore]
    public bool HasEnded => !Running && StartedAt is not null && Status is "exited" or "dead" or "stopped" or "removing";
}

/// <summary>What a container's own health check (HEALTHCHECK) says.</summary>
public sealed record ContainerHealth
{
    /// <summary><c>starting</c>, <c>healthy</c>, <c>unhealthy</c>, <c>none</c>. Podman may say nothing.</summary>
    public string Status { get; init => field = value ?? ""; } = "";

    /// <summary>Failures in a row.</summary>
    public int FailingStreak { get; init; }

    /// <summary>The last attempts, oldest first.</summary>
    public IReadOnlyList<ContainerHealthAttempt> Log { get; init => field = value ?? []; } = [];
}

/// <summary>One attempt of a container's own health check.</summary>
public sealed record ContainerHealthAttempt
{
    /// <summary>When it began.</summary>
    [JsonConverter(typeof(EngineTime))]
    public DateTimeOffset? Start { get; init; }

    /// <summary>When it was over.</summary>
    [JsonConverter(typeof(EngineTime))]
    public DateTimeOffset? End { get; init; }

    /// <summary>The exit code of the check; 0 is healthy.</summary>
    public int ExitCode { get; init; }

    /// <summary>What it printed, cut by the engine.</summary>
    public string Output { get; init => field = value ?? ""; } = "";
}

/// <summary>What a container was made with.</summary>
public sealed record ContainerSettings
{
    /// <summary>The image as it was named.</summary>
    public string Image { get; init => field = value ?? ""; } = "";

    /// <summary>Its labels, with those of the image.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init => field = value ?? ContainerSummary.NoLabels; } = ContainerSummary.NoLabels;

    /// <summary>Its environment, <c>NAME=value</c>.</summary>
    public IReadOnlyList<string> Env { get; init => field = value ?? []; } = [];

    /// <summary>Whether it has a terminal; its log is then one stream.</summary>
    public bool Tty { get; init; }

    /// <summary>The signal that asks it to end; empty for SIGTERM.</summary>
    [JsonConverter(typeof(SignalText))]
    public string StopSignal { get; init => field = value ?? ""; } = "";

    /// <summary>Seconds that it has to end before it is killed; null for the engine's 10.</summary>
    public int? StopTimeout { get; init; }

    /// <summary>Its own health check; null when it has none.</summary>
    public HealthCheckRecipe? Healthcheck { get; init; }

    /// <summary>Ports that its image says it listens at: <c>80/tcp</c>.</summary>
    [JsonPropertyName("ExposedPorts")]
    public IReadOnlyDictionary<string, EmptyBody> ExposedPorts { get; init => field = value ?? NoPorts; } = NoPorts;

    private static IReadOnlyDictionary<string, EmptyBody> NoPorts { get; } = new Dictionary<string, EmptyBody>();
}

/// <summary>What of the machine a container may use.</summary>
public sealed record ContainerHostSettings
{
    /// <summary>Its memory in bytes; 0 for no limit.</summary>
    public long Memory { get; init; }

    /// <summary>Its processor time in billionths of a processor; 0 for no limit.</summary>
    public long NanoCpus { get; init; }

    /// <summary>Its processor time in each period, in microseconds; 0 for no limit.</summary>
    public long CpuQuota { get; init; }

    /// <summary>The period, in microseconds; 0 for 100,000.</summary>
    public long CpuPeriod { get; init; }

    /// <summary>How its network is chosen: a name, <c>host</c>, <c>none</c>, <c>default</c>.</summary>
    public string NetworkMode { get; init => field = value ?? ""; } = "";

    /// <summary>When the engine starts it anew.</summary>
    public RestartRule RestartPolicy { get; init => field = value ?? new(""); } = new("");
}

/// <summary>A container's networks.</summary>
public sealed record ContainerNetworkSettings
{
    /// <summary>By the name of the network.</summary>
    public IReadOnlyDictionary<string, ContainerEndpoint> Networks { get; init => field = value ?? NoNetworks; } = NoNetworks;

    /// <summary>Where ports of it are published on the engine's machine, by port and protocol: <c>80/tcp</c>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<PublishedPort>?> Ports { get; init => field = value ?? NoPorts; } = NoPorts;

    private static IReadOnlyDictionary<string, ContainerEndpoint> NoNetworks { get; } = new Dictionary<string, ContainerEndpoint>();

    private static IReadOnlyDictionary<string, IReadOnlyList<PublishedPort>?> NoPorts { get; } = new Dictionary<string, IReadOnlyList<PublishedPort>?>();
}

/// <summary>A container's place in a network.</summary>
public sealed record ContainerEndpoint
{
    /// <summary>The id of the network.</summary>
    public string NetworkID { get; init => field = value ?? ""; } = "";

    /// <summary>Its address; empty while it does not run.</summary>
    public string IPAddress { get; init => field = value ?? ""; } = "";

    /// <summary>Its names there, beside its own.</summary>
    public IReadOnlyList<string> Aliases { get; init => field = value ?? []; } = [];
}

/// <summary>Where a port is published.</summary>
/// <param name="HostIp">The address of the engine's machine; empty for all.</param>
/// <param name="HostPort">The port there.</param>
public sealed record PublishedPort(string? HostIp, string? HostPort);

/// <summary>Something mounted in a container.</summary>
public sealed record ContainerMount
{
    /// <summary><c>volume</c>, <c>bind</c> or <c>tmpfs</c>.</summary>
    public string Type { get; init => field = value ?? ""; } = "";

    /// <summary>The name of the volume; empty for others.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Where it lies on the engine's machine.</summary>
    public string Source { get; init => field = value ?? ""; } = "";

    /// <summary>Where it appears in the container.</summary>
    public string Destination { get; init => field = value ?? ""; } = "";

    /// <summary>Whether the container may write to it.</summary>
    [JsonPropertyName("RW")]
    public bool IsWritable { get; init; }
}
