namespace Hale.Core.Containers;

/// <summary>A group of containers that are started, proved ready, used and removed together.</summary>
public sealed record ContainerGroupSpec
{
    /// <summary>Whose group it is: any text up to <see cref="ContainerGroupNames.LongestSession"/> characters. The same session is the same group.</summary>
    public required string Session { get; init; }

    /// <summary>Its networks. Without any, it has one that all members are in.</summary>
    public IReadOnlyList<ContainerGroupNetwork> Networks { get; init; } = [];

    /// <summary>Its volumes.</summary>
    public IReadOnlyList<ContainerGroupVolume> Volumes { get; init; } = [];

    /// <summary>Its members; what they depend on is among them, without a circle.</summary>
    public required IReadOnlyList<ContainerGroupMember> Members { get; init; }

    /// <summary>How long the group may stand when nobody holds it; null for without end.</summary>
    public TimeSpan? Lease { get; init; }
}

/// <summary>A network of a group.</summary>
/// <param name="Name">Its name in the group.</param>
public sealed record ContainerGroupNetwork(string Name)
{
    /// <summary>The network that a group has when it names none.</summary>
    public static ContainerGroupNetwork Default { get; } = new("default");

    /// <summary>Whether it has no way out of the machine.</summary>
    public bool IsInternal { get; init; }

    /// <summary>The engine's name of a network that others made and keep; null for one of the group's own.</summary>
    public string? External { get; init; }
}

/// <summary>A volume of a group.</summary>
/// <param name="Name">Its name in the group.</param>
public sealed record ContainerGroupVolume(string Name)
{
    /// <summary>What it is filled with before anybody uses it; null for an empty one.</summary>
    public ContainerGroupSeed? Seed { get; init; }

    /// <summary>Whether it outlives the group. Only an explicit order removes it.</summary>
    public bool IsKept { get; init; }
}

/// <summary>Where a volume is filled from. Either a folder of this machine or an image.</summary>
public sealed record ContainerGroupSeed
{
    /// <summary>A folder of this machine, absolute; its content becomes that of the volume.</summary>
    public string? Folder { get; init; }

    /// <summary>The image to fill from.</summary>
    public string? Image { get; init; }

    /// <summary>The folder of the image that is copied, or, with <see cref="Command"/>, where the volume is mounted while it runs.</summary>
    public string? Path { get; init; }

    /// <summary>A command of the image that fills the volume and ends with exit code 0; null to copy.</summary>
    public IReadOnlyList<string>? Command { get; init; }
}

/// <summary>When an image is fetched from its registry.</summary>
public enum ContainerGroupPull
{
    /// <summary>When it is not here.</summary>
    Missing,

    /// <summary>Before each start.</summary>
    Always,

    /// <summary>Never: one that is not here is an error.</summary>
    Never,
}

/// <summary>A member of a group: one container, or several alike.</summary>
/// <param name="Name">Its name in the group, by which the others reach it.</param>
public sealed record ContainerGroupMember(string Name)
{
    /// <summary>What it is for, where that says something: <c>processor</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>The image.</summary>
    public required string Image { get; init; }

    /// <summary>When the image is fetched.</summary>
    public ContainerGroupPull Pull { get; init; }

    /// <summary>The command; null for the image's.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>The entry point; null for the image's.</summary>
    public IReadOnlyList<string>? EntryPoint { get; init; }

    /// <summary>Added to the image's environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The port at which it serves; null when it serves none.</summary>
    public int? Port { get; init; }

    /// <summary>Containers alike.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>Members that must be ready before it is started.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>The networks it is in, the first of which counts for its address; empty for all of the group's.</summary>
    public IReadOnlyList<string> Networks { get; init; } = [];

    /// <summary>What is mounted in it.</summary>
    public IReadOnlyList<ContainerGroupMount> Mounts { get; init; } = [];

    /// <summary>Ports published on the engine's machine.</summary>
    public IReadOnlyList<ContainerGroupPort> Publish { get; init; } = [];

    /// <summary>What proves that it is ready.</summary>
    public ContainerGroupProbe Probe { get; init; } = new();

    /// <summary>Limit of memory in bytes; 0 for none.</summary>
    public long Memory { get; init; }

    /// <summary>Limit of processor time in processors; 0 for none.</summary>
    public double Cpus { get; init; }

    /// <summary>The user that it runs as; null for the image's.</summary>
    public string? User { get; init; }

    /// <summary>How long it has to end by itself when the group is taken down.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>Something mounted in a member.</summary>
/// <param name="Volume">A volume of the group; null for a folder.</param>
/// <param name="Folder">A folder or file of the engine's machine, absolute; null for a volume.</param>
/// <param name="Target">Where it appears, absolute.</param>
/// <param name="IsReadOnly">Whether it can only be read.</param>
public sealed record ContainerGroupMount(string? Volume, string? Folder, string Target, bool IsReadOnly);

/// <summary>A port of a member that is published on the engine's machine.</summary>
/// <param name="Port">The port inside.</param>
/// <param name="HostPort">The port outside; 0 for one that the engine chooses.</param>
/// <param name="HostAddress">The address outside; null for all.</param>
public sealed record ContainerGroupPort(int Port, int HostPort = 0, string? HostAddress = null);

/// <summary>How a member is asked.</summary>
public enum ContainerGroupProbeKind
{
    /// <summary>It is not: that it runs, and what its own health check says, is enough.</summary>
    Running,

    /// <summary>It takes a connection at its port.</summary>
    Tcp,

    /// <summary>It answers a GET at its port with a good status.</summary>
    Http,
}

/// <summary>What proves that a member is ready, and how long it has.</summary>
public sealed record ContainerGroupProbe
{
    /// <summary>How it is asked.</summary>
    public ContainerGroupProbeKind Kind { get; init; }

    /// <summary>Path and query, from a slash on.</summary>
    public string Path { get; init; } = "/";

    /// <summary>The good statuses: single ones, families (<c>2xx</c>), ranges. Default: exactly 200.</summary>
    public IReadOnlyList<string> Status { get; init; } = ["200"];

    /// <summary>How long it has from its start. Default 60 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The limit of one attempt. Default 5 s.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest pause between two attempts. Default 1 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>So many attempts must pass in a row. Default 1.</summary>
    public int Successes { get; init; } = 1;
}
