namespace Hale.Containers;

/// <summary>
/// A client of the Docker Engine HTTP API (1.40 to 1.47; Podman's is 1.41), over its socket or TCP. Every call is bounded in time and in size, and fails
/// with <see cref="ContainerEngineException"/>. Safe for use by several callers at once; whoever makes it disposes of it.
/// </summary>
public sealed class ContainerEngine : IDisposable
{
    private readonly EngineTransport transport;

    /// <summary>Nothing is connected until the first call.</summary>
    /// <param name="address">Where it listens.</param>
    /// <param name="limits">How long and how much it may answer; null for the defaults.</param>
    /// <param name="time">The clock of the limits; null for the system's.</param>
    public ContainerEngine(EngineAddress address, EngineLimits? limits = null, TimeProvider? time = null)
    {
        transport = new(address, limits ?? new(), time ?? TimeProvider.System);
        Containers = new(transport);
        Images = new(transport);
        Networks = new(transport);
        Volumes = new(transport);
    }

    /// <summary>Where it listens.</summary>
    public EngineAddress Address => transport.Address;

    /// <summary>How long and how much it may answer.</summary>
    public EngineLimits Limits => transport.Limits;

    /// <summary>Containers.</summary>
    public EngineContainers Containers { get; }

    /// <summary>Images.</summary>
    public EngineImages Images { get; }

    /// <summary>Networks.</summary>
    public EngineNetworks Networks { get; }

    /// <summary>Volumes.</summary>
    public EngineVolumes Volumes { get; }

    /// <summary>Whether an engine answers, and as what.</summary>
    public async Task<EnginePing> PingAsync(CancellationToken cancel = default)
    {
        var call = new EngineCall(HttpMethod.Get, "/_ping", "asking the engine for a sign of life") { IsUnversioned = true };
        await using var answer = await transport.SendAsync(call, cancel);
        var version = answer.Header("Api-Version") ?? throw answer.Garbled("what answers there is no container engine: its answer to /_ping has no Api-Version");
        await answer.ReadErrorAsync(cancel);
        return new(version, answer.Header("Libpod-Api-Version") is not null);
    }

    /// <summary>Which engine it is.</summary>
    public Task<EngineVersion> VersionAsync(CancellationToken cancel = default) =>
        transport.JsonAsync(new(HttpMethod.Get, "/version", "asking the engine for its version"), EngineJson.Default.EngineVersion, cancel);

    /// <summary>How the engine is set up and what it has.</summary>
    public Task<EngineInfo> InfoAsync(CancellationToken cancel = default) =>
        transport.JsonAsync(new(HttpMethod.Get, "/info", "asking the engine about itself"), EngineJson.Default.EngineInfo, cancel);

    /// <summary>
    /// Listens to what happens. Once the task is done, the engine has begun to tell: what is listed after that misses nothing that the stream does not bring.
    /// </summary>
    /// <param name="query">Which events; null for all from now on.</param>
    /// <param name="cancel">Ends the opening. The stream ends by being disposed of, or by the token it is read with.</param>
    public async Task<EngineEventStream> ListenAsync(EngineEventQuery? query = null, CancellationToken cancel = default)
    {
        query ??= new();
        var url = EngineCall.Url("/events", ("since", EngineTime.Write(query.Since)), ("until", EngineTime.Write(query.Until)), ("filters", query.Filter?.ToJson()));
        var call = new EngineCall(HttpMethod.Get, url, "listening to the engine's events") { Limit = Timeout.InfiniteTimeSpan };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var timer = new EngineTransport.Timer(Limits.Answer, limit, transport.Time);
        try
        {
            return new(await transport.SendAsync(call, limit.Token), Limits.LineBytes);
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw EngineErrors.Of(late, Address, call with { Limit = null }, Limits);
        }
    }

    /// <summary>Closes its connections; calls that are under way fail.</summary>
    public void Dispose() => transport.Dispose();
}

/// <summary>An engine's sign of life.</summary>
/// <param name="ApiVersion">The newest version of the API that it speaks.</param>
/// <param name="IsPodman">Whether it is Podman behind Docker's API.</param>
public sealed record EnginePing(string ApiVersion, bool IsPodman);

/// <summary>Which engine it is.</summary>
public sealed record EngineVersion
{
    /// <summary>The version of the engine.</summary>
    public string Version { get; init => field = value ?? ""; } = "";

    /// <summary>The newest version of the API.</summary>
    public string ApiVersion { get; init => field = value ?? ""; } = "";

    /// <summary>The system it runs on.</summary>
    public string Os { get; init => field = value ?? ""; } = "";

    /// <summary>The processors it runs on, in Go's words: <c>amd64</c>.</summary>
    public string Arch { get; init => field = value ?? ""; } = "";

    /// <summary>The version of the kernel.</summary>
    public string KernelVersion { get; init => field = value ?? ""; } = "";
}

/// <summary>How the engine is set up and what it has.</summary>
public sealed record EngineInfo
{
    /// <summary>Names the engine, as long as its data lasts.</summary>
    public string ID { get; init => field = value ?? ""; } = "";

    /// <summary>The machine's name.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The version of the engine.</summary>
    public string ServerVersion { get; init => field = value ?? ""; } = "";

    /// <summary>How layers are kept: <c>overlay2</c>.</summary>
    public string Driver { get; init => field = value ?? ""; } = "";

    /// <summary>How control groups are managed: <c>cgroupfs</c>, <c>systemd</c>.</summary>
    public string CgroupDriver { get; init => field = value ?? ""; } = "";

    /// <summary>Processors that containers may use.</summary>
    public int NCPU { get; init; }

    /// <summary>Memory of the machine in bytes.</summary>
    public long MemTotal { get; init; }

    /// <summary>Containers, whatever their state.</summary>
    public int Containers { get; init; }

    /// <summary>Containers that run.</summary>
    public int ContainersRunning { get; init; }

    /// <summary>Images.</summary>
    public int Images { get; init; }

    /// <summary>What the engine itself finds wrong.</summary>
    public IReadOnlyList<string> Warnings { get; init => field = value ?? []; } = [];
}
