using System.Globalization;
using System.Net.Http.Json;

namespace Hale.Containers;

/// <summary>Calls about containers. A container is named by its name or its id.</summary>
public sealed class EngineContainers
{
    private readonly EngineTransport transport;

    internal EngineContainers(EngineTransport transport) => this.transport = transport;

    /// <summary>The containers there are.</summary>
    /// <param name="filter">Which of them; null for all.</param>
    /// <param name="all">Whether those that do not run are listed as well.</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task<IReadOnlyList<ContainerSummary>> ListAsync(EngineFilter? filter = null, bool all = true, CancellationToken cancel = default) =>
        await transport.JsonAsync(
            new(HttpMethod.Get, EngineCall.Url("/containers/json", ("all", all ? "true" : null), ("filters", filter?.ToJson())), "listing containers"), EngineJson.Default.ListContainerSummary, cancel);

    /// <summary>Everything about one container.</summary>
    public Task<ContainerDetails> InspectAsync(string container, CancellationToken cancel = default) =>
        transport.JsonAsync(Call(HttpMethod.Get, container, "/json", "inspecting"), EngineJson.Default.ContainerDetails, cancel);

    /// <summary>Makes a container, which does not run yet.</summary>
    /// <param name="name">Its name: a letter or digit, then at least one letter, digit, underscore, point or hyphen.</param>
    /// <param name="recipe">What to make it of.</param>
    /// <param name="cancel">Ends the call; whether the container was made is then open.</param>
    /// <exception cref="ContainerEngineException">Among others <see cref="EngineTrouble.NoSuchImage"/>, <see cref="EngineTrouble.Conflict"/> when the name is in use.</exception>
    public async Task<CreatedContainer> CreateAsync(string name, ContainerRecipe recipe, CancellationToken cancel = default)
    {
        var made = await transport.JsonAsync(
            new(HttpMethod.Post, EngineCall.Url("/containers/create", ("name", name)), $"making container {name} of {recipe.Image}")
            {
                Body = JsonContent.Create(CreateBody.Of(recipe), EngineJson.Default.CreateBody),
                Missing = EngineTrouble.NoSuchImage,
            },
            EngineJson.Default.CreatedBody, cancel);
        return new(made.Id, made.Warnings ?? []);
    }

    /// <summary>Starts a container.</summary>
    /// <returns>False when it ran already.</returns>
    public Task<bool> StartAsync(string container, CancellationToken cancel = default) =>
        transport.DoneAsync(Call(HttpMethod.Post, container, "/start", "starting"), cancel);

    /// <summary>Asks a container to end, by its stop signal, and kills it after a time of grace.</summary>
    /// <param name="container">Which.</param>
    /// <param name="grace">In whole seconds; null for the container's own, or 10 s.</param>
    /// <param name="cancel">Ends the waiting, not the stopping.</param>
    /// <returns>False when it did not run.</returns>
    public Task<bool> StopAsync(string container, TimeSpan? grace = null, CancellationToken cancel = default) =>
        transport.DoneAsync(Call(HttpMethod.Post, container, EngineCall.Url("/stop", ("t", Seconds(grace))), "stopping") with { Limit = Limit(grace) }, cancel);

    /// <summary>Stops a container, if it runs, and starts it.</summary>
    /// <inheritdoc cref="StopAsync"/>
    public Task RestartAsync(string container, TimeSpan? grace = null, CancellationToken cancel = default) =>
        transport.DoneAsync(Call(HttpMethod.Post, container, EngineCall.Url("/restart", ("t", Seconds(grace))), "restarting") with { Limit = Limit(grace) }, cancel);

    /// <summary>Sends a signal to the first process of a container.</summary>
    /// <param name="container">Which.</param>
    /// <param name="signal">By name or number.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="ContainerEngineException"><see cref="EngineTrouble.Conflict"/> when it does not run (Docker); Podman says <see cref="EngineTrouble.Conflict"/> or <see cref="EngineTrouble.Failed"/>.</exception>
    public Task KillAsync(string container, string signal = "SIGKILL", CancellationToken cancel = default) =>
        transport.DoneAsync(Call(HttpMethod.Post, container, EngineCall.Url("/kill", ("signal", signal)), "sending a signal to"), cancel);

    /// <summary>Freezes all processes of a container.</summary>
    public Task PauseAsync(string container, CancellationToken cancel = default) => transport.DoneAsync(Call(HttpMethod.Post, container, "/pause", "pausing"), cancel);

    /// <summary>Lets a frozen container go on.</summary>
    public Task UnpauseAsync(string container, CancellationToken cancel = default) => transport.DoneAsync(Call(HttpMethod.Post, container, "/unpause", "unpausing"), cancel);

    /// <summary>Removes a container.</summary>
    /// <param name="container">Which.</param>
    /// <param name="force">Whether it is killed when it runs; otherwise that is a <see cref="EngineTrouble.Conflict"/>.</param>
    /// <param name="volumes">Whether its volumes without a name go as well. Those with a name stay.</param>
    /// <param name="cancel">Ends the call.</param>
    public Task RemoveAsync(string container, bool force = false, bool volumes = true, CancellationToken cancel = default) =>
        transport.DoneAsync(Call(HttpMethod.Delete, container, EngineCall.Url("", ("force", force ? "true" : null), ("v", volumes ? "true" : null)), "removing"), cancel);

    /// <summary>Waits until a container does not run; at once when it does not.</summary>
    /// <param name="container">Which.</param>
    /// <param name="cancel">Ends the waiting, which has no limit of its own.</param>
    /// <returns>Its exit code.</returns>
    public async Task<int> WaitAsync(string container, CancellationToken cancel = default)
    {
        var call = Call(HttpMethod.Post, container, EngineCall.Url("/wait", ("condition", "not-running")), "waiting for the end of") with { Limit = Timeout.InfiniteTimeSpan };
        var ended = await transport.JsonAsync(call, EngineJson.Default.WaitBody, cancel);
        return ended.Error?.Message is { Length: > 0 } message ? throw EngineErrors.Refused(call, 200, message) : (int)ended.StatusCode;
    }

    /// <summary>What it uses, measured over about a second.</summary>
    /// <param name="container">Which; one that does not run uses nothing.</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task<ContainerStats> StatsAsync(string container, CancellationToken cancel = default)
    {
        var call = Call(HttpMethod.Get, container, EngineCall.Url("/stats", ("stream", "false")), "measuring");
        var reading = await transport.JsonAsync(call, EngineJson.Default.StatsBody, cancel);
        if (reading.IsFirst)
        {
            // Docker reads twice by itself; Podman, or a container that has just begun, has one reading only.
            await Task.Delay(TimeSpan.FromSeconds(1), transport.Time, cancel);
            reading = (await transport.JsonAsync(call, EngineJson.Default.StatsBody, cancel)).After(reading);
        }
        return reading.ToStats();
    }

    /// <summary>What it has logged, oldest first.</summary>
    /// <param name="container">Which; also one that has ended.</param>
    /// <param name="query">Which part; null for the last 100 lines.</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task<ContainerLog> LogAsync(string container, ContainerLogQuery? query = null, CancellationToken cancel = default)
    {
        query ??= new();
        var isTerminal = query.IsTerminal ?? (await InspectAsync(container, cancel)).Config.Tty;
        await using var answer = await transport.SendAsync(Call(HttpMethod.Get, container, query.ToUrl(follow: false), "reading the log of"), cancel);
        return await ContainerLogReader.ReadAsync(answer, query, isTerminal, cancel);
    }

    /// <summary>What it has logged and goes on to log, line by line, until it ends.</summary>
    /// <param name="container">Which.</param>
    /// <param name="query">Where to begin; its limit of bytes does not matter.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async IAsyncEnumerable<ContainerLogLine> FollowLogAsync(string container, ContainerLogQuery? query = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel = default)
    {
        query ??= new();
        var isTerminal = query.IsTerminal ?? (await InspectAsync(container, cancel)).Config.Tty;
        var call = Call(HttpMethod.Get, container, query.ToUrl(follow: true), "following the log of") with { Limit = Timeout.InfiniteTimeSpan };
        await using var answer = await transport.SendAsync(call, cancel);
        await foreach (var line in ContainerLogReader.LinesAsync(answer, query, isTerminal, cancel))
            yield return line;
    }

    /// <summary>Unpacks a tar in a container, whether it runs or not.</summary>
    /// <param name="container">Which.</param>
    /// <param name="folder">A folder in it that is there.</param>
    /// <param name="tar">The tar, plain or compressed; read to its end.</param>
    /// <param name="cancel">Ends the call; some may have been unpacked.</param>
    public Task PutArchiveAsync(string container, string folder, Stream tar, CancellationToken cancel = default) =>
        transport.DoneAsync(
            Call(HttpMethod.Put, container, EngineCall.Url("/archive", ("path", folder)), "unpacking into") with { Body = EngineImages.Tar(tar), Limit = transport.Limits.Transfer, Missing = EngineTrouble.NotFound }, cancel);

    /// <summary>Packs a file or folder of a container into a tar.</summary>
    /// <param name="container">Which, whether it runs or not.</param>
    /// <param name="path">The file or folder.</param>
    /// <param name="target">Where the tar is written.</param>
    /// <param name="largest">The most bytes that are written.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <returns>The bytes written.</returns>
    public async Task<long> GetArchiveAsync(string container, string path, Stream target, long largest = long.MaxValue, CancellationToken cancel = default)
    {
        await using var answer = await transport.SendAsync(
            Call(HttpMethod.Get, container, EngineCall.Url("/archive", ("path", path)), "packing from") with { Limit = transport.Limits.Transfer, Missing = EngineTrouble.NotFound }, cancel);
        var buffer = new byte[64 << 10];
        var total = 0L;
        while (await answer.ReadAsync(buffer, cancel) is > 0 and var read)
        {
            total += read;
            if (total > largest)
                throw answer.Garbled($"{path} is larger than {largest.ToString(CultureInfo.InvariantCulture)} bytes");
            await target.WriteAsync(buffer.AsMemory(0, read), cancel);
        }
        return total;
    }

    private static EngineCall Call(HttpMethod method, string container, string rest, string what) =>
        new(method, $"/containers/{EngineCall.Step(container)}{rest}", $"{what} container {container}") { Missing = EngineTrouble.NoSuchContainer };

    private static string? Seconds(TimeSpan? grace) => grace is { } span ? ((long)Math.Ceiling(span.TotalSeconds)).ToString(CultureInfo.InvariantCulture) : null;

    // The container's own grace is not known here; the engine's own default is 10 s.
    private TimeSpan Limit(TimeSpan? grace) => transport.Limits.Answer + (grace ?? TimeSpan.FromSeconds(10));
}

/// <summary>A container that was made.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Warnings">What the engine could not heed.</param>
public sealed record CreatedContainer(string Id, IReadOnlyList<string> Warnings);
