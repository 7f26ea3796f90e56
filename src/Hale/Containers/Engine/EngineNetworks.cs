using System.Net.Http.Json;
using System.Text.Json.Serialization;

namespace Hale.Containers;

/// <summary>Calls about networks. A network is named by its name or its id.</summary>
public sealed class EngineNetworks
{
    private readonly EngineTransport transport;

    internal EngineNetworks(EngineTransport transport) => this.transport = transport;

    /// <summary>The networks there are. Their containers are shown by <see cref="InspectAsync"/> only.</summary>
    /// <param name="filter">Which of them; null for all.</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task<IReadOnlyList<NetworkDetails>> ListAsync(EngineFilter? filter = null, CancellationToken cancel = default) =>
        await transport.JsonAsync(new(HttpMethod.Get, EngineCall.Url("/networks", ("filters", filter?.ToJson())), "listing networks"), EngineJson.Default.ListNetworkDetails, cancel);

    /// <summary>Everything about one network.</summary>
    public Task<NetworkDetails> InspectAsync(string network, CancellationToken cancel = default) =>
        transport.JsonAsync(Call(HttpMethod.Get, network, "", "inspecting"), EngineJson.Default.NetworkDetails, cancel);

    /// <summary>Makes a network in which containers find each other by name.</summary>
    /// <param name="name">Its name. One that is in use is a <see cref="EngineTrouble.Conflict"/>.</param>
    /// <param name="labels">Its labels; null for none.</param>
    /// <param name="isInternal">Whether it has no way out of the machine.</param>
    /// <param name="cancel">Ends the call; whether the network was made is then open.</param>
    /// <returns>Its id.</returns>
    public async Task<string> CreateAsync(string name, IReadOnlyDictionary<string, string>? labels = null, bool isInternal = false, CancellationToken cancel = default)
    {
        var made = await transport.JsonAsync(
            new(HttpMethod.Post, "/networks/create", $"making network {name}")
            {
                Body = JsonContent.Create(new NetworkBody(name, "bridge", CheckDuplicate: true, isInternal, labels ?? ContainerSummary.NoLabels), EngineJson.Default.NetworkBody),
            },
            EngineJson.Default.CreatedBody, cancel);
        return made.Id;
    }

    /// <summary>Adds a container, which may run, to a network.</summary>
    /// <param name="network">Which.</param>
    /// <param name="container">Which container.</param>
    /// <param name="aliases">Names under which it is found there, beside its own.</param>
    /// <param name="cancel">Ends the call.</param>
    public Task ConnectAsync(string network, string container, IReadOnlyList<string>? aliases = null, CancellationToken cancel = default) =>
        transport.DoneAsync(
            Call(HttpMethod.Post, network, "/connect", $"adding container {container} to") with
            {
                Body = JsonContent.Create(new ConnectBody(container, new(aliases ?? [])), EngineJson.Default.ConnectBody),
            },
            cancel);

    /// <summary>Takes a container out of a network.</summary>
    /// <param name="network">Which.</param>
    /// <param name="container">Which container.</param>
    /// <param name="force">Whether also one that is no more.</param>
    /// <param name="cancel">Ends the call.</param>
    public Task DisconnectAsync(string network, string container, bool force = false, CancellationToken cancel = default) =>
        transport.DoneAsync(
            Call(HttpMethod.Post, network, "/disconnect", $"taking container {container} out of") with
            {
                Body = JsonContent.Create(new DisconnectBody(container, force), EngineJson.Default.DisconnectBody),
            },
            cancel);

    /// <summary>Removes a network, which must have no containers.</summary>
    public Task RemoveAsync(string network, CancellationToken cancel = default) => transport.DoneAsync(Call(HttpMethod.Delete, network, "", "removing"), cancel);

    private static EngineCall Call(HttpMethod method, string network, string rest, string what) =>
        new(method, $"/networks/{EngineCall.Step(network)}{rest}", $"{what} network {network}") { Missing = EngineTrouble.NoSuchNetwork };
}

/// <summary>Everything about one network.</summary>
public sealed record NetworkDetails
{
    /// <summary>Its id.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>Its name.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>How it is made: <c>bridge</c>, <c>host</c>, <c>null</c>.</summary>
    public string Driver { get; init => field = value ?? ""; } = "";

    /// <summary>When it was made.</summary>
    [JsonConverter(typeof(EngineTime))]
    public DateTimeOffset? Created { get; init; }

    /// <summary>Whether it has no way out of the machine.</summary>
    public bool Internal { get; init; }

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init => field = value ?? ContainerSummary.NoLabels; } = ContainerSummary.NoLabels;

    /// <summary>Its containers that run, by id.</summary>
    public IReadOnlyDictionary<string, NetworkMember> Containers { get; init => field = value ?? NoMembers; } = NoMembers;

    private static IReadOnlyDictionary<string, NetworkMember> NoMembers { get; } = new Dictionary<string, NetworkMember>();
}

/// <summary>A container in a network.</summary>
public sealed record NetworkMember
{
    /// <summary>The name of the container.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Its address and the length of the network's prefix: <c>172.18.0.2/16</c>.</summary>
    public string IPv4Address { get; init => field = value ?? ""; } = "";
}
