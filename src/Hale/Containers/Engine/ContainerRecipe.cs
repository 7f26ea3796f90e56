using System.Text.Json.Serialization;

namespace Hale.Containers;

/// <summary>What to make a container of. What is left out is the image's or the engine's default.</summary>
public sealed record ContainerRecipe
{
    /// <summary>The image, by name or id. It must be there: making a container pulls nothing.</summary>
    public required string Image { get; init; }

    /// <summary>Arguments of the entry point, or the command; null for the image's.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>The entry point; null for the image's.</summary>
    public IReadOnlyList<string>? EntryPoint { get; init; }

    /// <summary>Added to the image's environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Added to the image's labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The folder that the command starts in.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>User, or <c>user:group</c>, by name or number.</summary>
    public string? User { get; init; }

    /// <summary>The host name inside; null for the beginning of the id.</summary>
    public string? HostName { get; init; }

    /// <summary>The network by name or id, <c>host</c>, <c>none</c>; null for the engine's default bridge, which knows no names.</summary>
    public string? Network { get; init; }

    /// <summary>Names under which others in <see cref="Network"/> find it, beside its own.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Lines for its file of hosts: <c>name:address</c>.</summary>
    public IReadOnlyList<string> ExtraHosts { get; init; } = [];

    /// <summary>Volumes, folders and file systems in memory.</summary>
    public IReadOnlyList<MountRecipe> Mounts { get; init; } = [];

    /// <summary>Ports to publish on the engine's machine.</summary>
    public IReadOnlyList<PortRecipe> Ports { get; init; } = [];

    /// <summary>When the engine starts it anew; null for never.</summary>
    public RestartRule? Restart { get; init; }

    /// <summary>Its health check; null for the image's.</summary>
    public HealthCheckRecipe? HealthCheck { get; init; }

    /// <summary>Limit of memory in bytes, without swap; 0 for none.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Limit of processor time in processors: 0.5; 0 for none.</summary>
    public double Cpus { get; init; }

    /// <summary>Limit of processes; 0 for none.</summary>
    public long Processes { get; init; }

    /// <summary>The signal that asks it to end: <c>SIGINT</c>; null for the image's, or SIGTERM.</summary>
    public string? StopSignal { get; init; }

    /// <summary>How long it has to end before it is killed, in whole seconds; null for 10 s.</summary>
    public TimeSpan? StopGrace { get; init; }

    /// <summary>Whether it has a terminal.</summary>
    public bool Tty { get; init; }

    /// <summary>Whether a small first process collects the ended ones.</summary>
    public bool Init { get; init; }

    /// <summary>Whether its own file system cannot be written to.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Whether the engine removes it once it has ended. Its exit code and log are then gone as well.</summary>
    public bool RemoveAtEnd { get; init; }

    /// <summary>Capabilities added: <c>NET_ADMIN</c>.</summary>
    public IReadOnlyList<string> AddCapabilities { get; init; } = [];

    /// <summary>Capabilities taken away; <c>ALL</c> for all.</summary>
    public IReadOnlyList<string> DropCapabilities { get; init; } = [];

    /// <summary>Options of security: <c>no-new-privileges</c>, <c>seccomp=unconfined</c>.</summary>
    public IReadOnlyList<string> Security { get; init; } = [];
}

/// <summary>Something to mount in a container.</summary>
/// <param name="Type"><c>volume</c>, <c>bind</c> or <c>tmpfs</c>.</param>
/// <param name="Source">The name of the volume or the folder of the engine's machine; null for <c>tmpfs</c>.</param>
/// <param name="Target">Where it appears in the container.</param>
/// <param name="ReadOnly">Whether the container may only read it.</param>
public sealed record MountRecipe(string Type, string? Source, string Target, bool ReadOnly = false)
{
    /// <summary>A volume. One that is missing is made by the engine when the container is made.</summary>
    public static MountRecipe Volume(string name, string target, bool readOnly = false) => new("volume", name, target, readOnly);

    /// <summary>A folder or file of the engine's machine, which must be there.</summary>
    public static MountRecipe Bind(string source, string target, bool readOnly = false) => new("bind", source, target, readOnly);

    /// <summary>A file system in memory.</summary>
    public static MountRecipe Tmpfs(string target) => new("tmpfs", null, target);
}

/// <summary>A port to publish on the engine's machine.</summary>
/// <param name="Port">The port inside.</param>
/// <param name="HostPort">The port outside; 0 for one that the engine chooses.</param>
/// <param name="HostAddress">The address outside; null for all.</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
public sealed record PortRecipe(int Port, int HostPort = 0, string? HostAddress = null, string Protocol = "tcp");

/// <summary>When the engine starts a container anew.</summary>
/// <param name="Name"><c>no</c>, <c>on-failure</c>, <c>always</c>, <c>unless-stopped</c>; empty for no.</param>
/// <param name="MaximumRetryCount">For <c>on-failure</c>: how often; 0 for without end.</param>
public sealed record RestartRule(string Name, int MaximumRetryCount = 0);

/// <summary>A container's own health check.</summary>
public sealed record HealthCheckRecipe
{
    /// <summary><c>["CMD", program, arguments...]</c>, <c>["CMD-SHELL", line]</c>, <c>["NONE"]</c>.</summary>
    public IReadOnlyList<string> Test { get; init => field = value ?? []; } = [];

    /// <summary>Between attempts, in nanoseconds, at least 1 ms; 0 for 30 s.</summary>
    public long Interval { get; init; }

    /// <summary>The limit of one attempt, in nanoseconds; 0 for 30 s.</summary>
    public long Timeout { get; init; }

    /// <summary>Failures in a row that make it unhealthy; 0 for 3.</summary>
    public int Retries { get; init; }

    /// <summary>After a start, failures do not count for so long, in nanoseconds.</summary>
    public long StartPeriod { get; init; }

    /// <summary>A check by a command.</summary>
    public static HealthCheckRecipe Of(IReadOnlyList<string> command, TimeSpan interval, TimeSpan timeout, int retries = 3, TimeSpan startPeriod = default) => new()
    {
        Test = ["CMD", .. command],
        Interval = interval.Ticks * 100,
        Timeout = timeout.Ticks * 100,
        Retries = retries,
        StartPeriod = startPeriod.Ticks * 100,
    };
}

/// <summary>An object without members, which the API uses as the value of a set.</summary>
public sealed record EmptyBody;

/// <summary>A signal, which Docker names and old versions of Podman number.</summary>
internal sealed class SignalText : JsonConverter<string>
{
    public override string Read(ref System.Text.Json.Utf8JsonReader reader, Type typeToConvert, System.Text.Json.JsonSerializerOptions options) => reader.TokenType switch
    {
        System.Text.Json.JsonTokenType.String => reader.GetString()!,
        System.Text.Json.JsonTokenType.Number => reader.GetInt32().ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => "",
    };

    public override void Write(System.Text.Json.Utf8JsonWriter writer, string value, System.Text.Json.JsonSerializerOptions options) => writer.WriteStringValue(value);
}
