using System.Text.Json.Serialization;

namespace Hale.Containers;

/// <summary>A container as a listing shows it.</summary>
public sealed record ContainerSummary
{
    /// <summary>Its id, 64 hexadecimal digits.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>Its names, each with a slash before it; the first is its own, others come from links.</summary>
    public IReadOnlyList<string> Names { get; init => field = value ?? []; } = [];

    /// <summary>Its name.</summary>
    [JsonIgnore]
    public string Name => Names.Count > 0 ? Names[0].TrimStart('/') : Id;

    /// <summary>The image as it was named when the container was made.</summary>
    public string Image { get; init => field = value ?? ""; } = "";

    /// <summary>The id of the image.</summary>
    public string ImageID { get; init => field = value ?? ""; } = "";

    /// <summary>When it was made.</summary>
    [JsonConverter(typeof(EngineTime))]
    public DateTimeOffset? Created { get; init; }

    /// <summary><c>created</c>, <c>running</c>, <c>paused</c>, <c>restarting</c>, <c>removing</c>, <c>exited</c>, <c>dead</c>.</summary>
    public string State { get; init => field = value ?? ""; } = "";

    /// <summary>The state for a person: <c>Up 3 minutes (healthy)</c>.</summary>
    public string Status { get; init => field = value ?? ""; } = "";

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init => field = value ?? NoLabels; } = NoLabels;

    /// <summary>Its networks.</summary>
    public ContainerNetworkSettings NetworkSettings { get; init => field = value ?? new(); } = new();

    internal static IReadOnlyDictionary<string, string> NoLabels { get; } = new Dictionary<string, string>();
}
