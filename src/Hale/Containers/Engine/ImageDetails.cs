namespace Hale.Containers;

/// <summary>An image as a listing shows it.</summary>
public sealed record ImageSummary
{
    /// <summary>Its id: <c>sha256:</c> and 64 hexadecimal digits.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>Its names with their tags.</summary>
    public IReadOnlyList<string> RepoTags { get; init => field = value ?? []; } = [];

    /// <summary>Its size in bytes.</summary>
    public long Size { get; init; }

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init => field = value ?? ContainerSummary.NoLabels; } = ContainerSummary.NoLabels;
}

/// <summary>Everything about one image.</summary>
public sealed record ImageDetails
{
    /// <summary>Its id: <c>sha256:</c> and 64 hexadecimal digits.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>Its names with their tags.</summary>
    public IReadOnlyList<string> RepoTags { get; init => field = value ?? []; } = [];

    /// <summary>Its size in bytes.</summary>
    public long Size { get; init; }

    /// <summary>What containers of it are made with, unless told otherwise.</summary>
    public ImageSettings Config { get; init => field = value ?? new(); } = new();
}

/// <summary>What containers of an image are made with, unless told otherwise.</summary>
public sealed record ImageSettings
{
    /// <summary>The command.</summary>
    public IReadOnlyList<string> Cmd { get; init => field = value ?? []; } = [];

    /// <summary>The entry point.</summary>
    public IReadOnlyList<string> Entrypoint { get; init => field = value ?? []; } = [];

    /// <summary>The environment, <c>NAME=value</c>.</summary>
    public IReadOnlyList<string> Env { get; init => field = value ?? []; } = [];

    /// <summary>The labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init => field = value ?? ContainerSummary.NoLabels; } = ContainerSummary.NoLabels;

    /// <summary>Ports that it says it listens at: <c>80/tcp</c>.</summary>
    public IReadOnlyDictionary<string, EmptyBody> ExposedPorts { get; init => field = value ?? NoPorts; } = NoPorts;

    /// <summary>The health check; null when it has none.</summary>
    public HealthCheckRecipe? Healthcheck { get; init; }

    private static IReadOnlyDictionary<string, EmptyBody> NoPorts { get; } = new Dictionary<string, EmptyBody>();
}
