using System.Net.Http.Json;
using System.Text.Json.Serialization;

namespace Hale.Containers;

/// <summary>Calls about volumes.</summary>
public sealed class EngineVolumes
{
    private readonly EngineTransport transport;

    internal EngineVolumes(EngineTransport transport) => this.transport = transport;

    /// <summary>The volumes there are.</summary>
    /// <param name="filter">Which of them; null for all.</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task<IReadOnlyList<VolumeDetails>> ListAsync(EngineFilter? filter = null, CancellationToken cancel = default) =>
        (await transport.JsonAsync(new(HttpMethod.Get, EngineCall.Url("/volumes", ("filters", filter?.ToJson())), "listing volumes"), EngineJson.Default.VolumeListBody, cancel)).Volumes ?? [];

    /// <summary>Everything about one volume.</summary>
    public Task<VolumeDetails> InspectAsync(string volume, CancellationToken cancel = default) =>
        transport.JsonAsync(Call(HttpMethod.Get, volume, "", "inspecting"), EngineJson.Default.VolumeDetails, cancel);

    /// <summary>Makes an empty volume.</summary>
    /// <param name="name">Its name. Docker takes one that is in use as it is, whatever labels it carries: look at them in what is returned.</param>
    /// <param name="labels">Its labels; null for none.</param>
    /// <param name="cancel">Ends the call; whether the volume was made is then open.</param>
    public Task<VolumeDetails> CreateAsync(string name, IReadOnlyDictionary<string, string>? labels = null, CancellationToken cancel = default) =>
        transport.JsonAsync(
            new(HttpMethod.Post, "/volumes/create", $"making volume {name}") { Body = JsonContent.Create(new VolumeBody(name, labels ?? ContainerSummary.NoLabels), EngineJson.Default.VolumeBody) },
            EngineJson.Default.VolumeDetails, cancel);

    /// <summary>Removes a volume, which no container may use, and what is in it.</summary>
    /// <param name="volume">Which.</param>
    /// <param name="cancel">Ends the call.</param>
    public Task RemoveAsync(string volume, CancellationToken cancel = default) => transport.DoneAsync(Call(HttpMethod.Delete, volume, "", "removing"), cancel);

    private static EngineCall Call(HttpMethod method, string volume, string rest, string what) =>
        new(method, $"/volumes/{EngineCall.Step(volume)}{rest}", $"{what} volume {volume}") { Missing = EngineTrouble.NoSuchVolume };
}

/// <summary>Everything about one volume.</summary>
public sealed record VolumeDetails
{
    /// <summary>Its name.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>How it is kept: <c>local</c>.</summary>
    public string Driver { get; init => field = value ?? ""; } = "";

    /// <summary>Where it lies on the engine's machine.</summary>
    public string Mountpoint { get; init => field = value ?? ""; } = "";

    /// <summary>When it was made.</summary>
    [JsonConverter(typeof(EngineTime))]
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init => field = value ?? ContainerSummary.NoLabels; } = ContainerSummary.NoLabels;
}
