using System.Globalization;
using System.Text.Json.Serialization;

namespace Hale.Containers;

/// <summary>What making a container takes on the wire.</summary>
internal sealed record CreateBody
{
    public required string Image { get; init; }

    public IReadOnlyList<string>? Cmd { get; init; }

    public IReadOnlyList<string>? Entrypoint { get; init; }

    public IReadOnlyList<string>? Env { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public string? WorkingDir { get; init; }

    public string? User { get; init; }

    public string? Hostname { get; init; }

    public bool? Tty { get; init; }

    public string? StopSignal { get; init; }

    public int? StopTimeout { get; init; }

    public HealthCheckRecipe? Healthcheck { get; init; }

    public IReadOnlyDictionary<string, EmptyBody>? ExposedPorts { get; init; }

    public required HostBody HostConfig { get; init; }

    public NetworkingBody? NetworkingConfig { get; init; }

    public static CreateBody Of(ContainerRecipe recipe) => new()
    {
        Image = recipe.Image,
        Cmd = recipe.Command,
        Entrypoint = recipe.EntryPoint,
        Env = recipe.Environment.Count == 0 ? null : [.. recipe.Environment.Select(variable => $"{variable.Key}={variable.Value}")],
        Labels = recipe.Labels.Count == 0 ? null : recipe.Labels,
        WorkingDir = recipe.WorkingDirectory,
        User = recipe.User,
        Hostname = recipe.HostName,
        Tty = recipe.Tty ? true : null,
        StopSignal = recipe.StopSignal,
        StopTimeout = recipe.StopGrace is { } grace ? (int)Math.Ceiling(grace.TotalSeconds) : null,
        Healthcheck = recipe.HealthCheck,
        ExposedPorts = recipe.Ports.Count == 0 ? null : recipe.Ports.Select(Key).Distinct().ToDictionary(key => key, _ => new EmptyBody()),
        HostConfig = HostBody.Of(recipe),
        NetworkingConfig = recipe is { Network: { } network, Aliases.Count: > 0 }
            ? new(new Dictionary<string, EndpointBody> { [network] = new(recipe.Aliases) })
            : null,
    };

    internal static string Key(PortRecipe port) => string.Create(CultureInfo.InvariantCulture, $"{port.Port}/{port.Protocol}");
}

internal sealed record HostBody
{
    public string? NetworkMode { get; init; }

    public IReadOnlyList<string>? ExtraHosts { get; init; }

    public IReadOnlyList<MountBody>? Mounts { get; init; }

    public IReadOnlyDictionary<string, IReadOnlyList<PublishedPort>>? PortBindings { get; init; }

    public RestartRule? RestartPolicy { get; init; }

    public long? Memory { get; init; }

    public long? MemorySwap { get; init; }

    public long? NanoCpus { get; init; }

    public long? PidsLimit { get; init; }

    public bool? Init { get; init; }

    public bool? ReadonlyRootfs { get; init; }

    public bool? AutoRemove { get; init; }

    public IReadOnlyList<string>? CapAdd { get; init; }

    public IReadOnlyList<string>? CapDrop { get; init; }

    public IReadOnlyList<string>? SecurityOpt { get; init; }

    public static HostBody Of(ContainerRecipe recipe) => new()
    {
        NetworkMode = recipe.Network,
        ExtraHosts = OrNull(recipe.ExtraHosts),
        Mounts = recipe.Mounts.Count == 0 ? null : [.. recipe.Mounts.Select(mount => new MountBody(mount.Type, mount.Source, mount.Target, mount.ReadOnly))],
        PortBindings = recipe.Ports.Count == 0 ? null : recipe.Ports.GroupBy(CreateBody.Key).ToDictionary(
            ports => ports.Key,
            ports => (IReadOnlyList<PublishedPort>)[.. ports.Select(port => new PublishedPort(port.HostAddress ?? "", port.HostPort == 0 ? "" : port.HostPort.ToString(CultureInfo.InvariantCulture)))]),
        RestartPolicy = recipe.Restart,
        Memory = recipe.MemoryBytes > 0 ? recipe.MemoryBytes : null,
        MemorySwap = recipe.MemoryBytes > 0 ? recipe.MemoryBytes : null,
        NanoCpus = recipe.Cpus > 0 ? (long)(recipe.Cpus * 1e9) : null,
        PidsLimit = recipe.Processes > 0 ? recipe.Processes : null,
        Init = recipe.Init ? true : null,
        ReadonlyRootfs = recipe.ReadOnly ? true : null,
        AutoRemove = recipe.RemoveAtEnd ? true : null,
        CapAdd = OrNull(recipe.AddCapabilities),
        CapDrop = OrNull(recipe.DropCapabilities),
        SecurityOpt = OrNull(recipe.Security),
    };

    private static IReadOnlyList<string>? OrNull(IReadOnlyList<string> list) => list.Count == 0 ? null : list;
}

internal sealed record MountBody(string Type, string? Source, string Target, bool ReadOnly);

internal sealed record NetworkingBody(IReadOnlyDictionary<string, EndpointBody> EndpointsConfig);

internal sealed record EndpointBody(IReadOnlyList<string> Aliases);

internal sealed record ConnectBody(string Container, EndpointBody EndpointConfig);

internal sealed record DisconnectBody(string Container, bool Force);

internal sealed record NetworkBody(string Name, string Driver, bool CheckDuplicate, bool Internal, IReadOnlyDictionary<string, string> Labels);

internal sealed record VolumeBody(string Name, IReadOnlyDictionary<string, string> Labels);

internal sealed record CreatedBody(string Id, IReadOnlyList<string>? Warnings);

internal sealed record VolumeListBody(IReadOnlyList<VolumeDetails>? Volumes);

internal sealed record WaitBody(long StatusCode, WaitError? Error);

internal sealed record WaitError(string? Message);

internal sealed record EngineErrorBody([property: JsonPropertyName("message")] string? Message);

/// <summary>A line of the progress of an image. An error comes as a line as well, behind a status of 200.</summary>
internal sealed record ProgressBody(
    [property: JsonPropertyName("status")] string? Status,
    [property: JsonPropertyName("id")] string? Id,
    [property: JsonPropertyName("stream")] string? Stream,
    [property: JsonPropertyName("error")] string? Error,
    [property: JsonPropertyName("progressDetail")] ProgressDetail? Detail);

internal sealed record ProgressDetail([property: JsonPropertyName("current")] long? Current, [property: JsonPropertyName("total")] long? Total);
