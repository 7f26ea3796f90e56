using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hale.Containers;

/// <summary>Which events are wanted.</summary>
public sealed record EngineEventQuery
{
    /// <summary>Also those since then that the engine remembers (Docker: the last 256).</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The stream ends there; null for never.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Narrows them; null for all.</summary>
    public EngineFilter? Filter { get; init; }
}

/// <summary>Something that happened.</summary>
/// <param name="At">When.</param>
/// <param name="Type"><c>container</c>, <c>image</c>, <c>network</c>, <c>volume</c>, <c>daemon</c>.</param>
/// <param name="Action">
/// For a container: <c>create</c>, <c>start</c>, <c>die</c>, <c>oom</c>, <c>stop</c>, <c>kill</c>, <c>pause</c>, <c>unpause</c>, <c>restart</c>, <c>destroy</c>,
/// <c>health_status: healthy</c>. Podman says <c>remove</c> for <c>destroy</c>.
/// </param>
/// <param name="Id">Id of the container, name of the volume, id of the network, id of the image.</param>
/// <param name="Attributes">For a container: its <c>name</c>, <c>image</c>, labels, at its end the <c>exitCode</c>.</param>
public sealed record EngineEvent(DateTimeOffset At, string Type, string Action, string Id, IReadOnlyDictionary<string, string> Attributes);

/// <summary>Events as they come. To be read once, and disposed of.</summary>
public sealed class EngineEventStream : IAsyncDisposable
{
    private readonly EngineAnswer answer;
    private readonly int longest;

    internal EngineEventStream(EngineAnswer answer, int longest) => (this.answer, this.longest) = (answer, longest);

    /// <summary>The events. It ends when the engine ends the stream: at <see cref="EngineEventQuery.Until"/>, or because it shuts down.</summary>
    /// <exception cref="ContainerEngineException">The connection broke, or what came is no event.</exception>
    public async IAsyncEnumerable<EngineEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancel = default)
    {
        await foreach (var line in EngineLines.ReadAsync(answer, longest, cancel))
        {
            EventBody? body;
            try
            {
                body = JsonSerializer.Deserialize(line.Span, EngineJson.Default.EventBody);
            }
            catch (JsonException nonsense)
            {
                throw answer.Garbled($"a line of the events is not JSON: {EngineErrors.Excerpt(line.Span)}", nonsense);
            }
            if (body?.ToEvent() is { } happened)
                yield return happened;
        }
    }

    /// <summary>Ends the stream.</summary>
    public ValueTask DisposeAsync() => answer.DisposeAsync();
}

internal sealed record EventBody
{
    public string? Type { get; init; }

    public string? Action { get; init; }

    public ActorBody? Actor { get; init; }

    [JsonPropertyName("time")]
    public long Time { get; init; }

    [JsonPropertyName("timeNano")]
    public long TimeNano { get; init; }

    /// <summary>Null for what is no event.</summary>
    public EngineEvent? ToEvent() => Type is null || Action is null ? null : new(
        TimeNano > 0 ? DateTimeOffset.UnixEpoch.AddTicks(TimeNano / 100) : DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(Time, 0, DateTimeOffset.MaxValue.ToUnixTimeSeconds())),
        Type, Action, Actor?.ID ?? "", Actor?.Attributes ?? ContainerSummary.NoLabels);
}

internal sealed record ActorBody(string? ID, IReadOnlyDictionary<string, string>? Attributes);
