using System.Text.Json;
using System.Text.Json.Serialization;
using Hale.Core.Telling;

namespace Hale.Telling;

/// <summary>A notice as a channel gets it.</summary>
public sealed record Letter
{
    /// <summary>The idempotency key: the same with each repetition.</summary>
    public required string Key { get; init; }

    /// <summary><c>problem</c>, <c>reminder</c>, <c>resolved</c>, <c>note</c>, or <c>test</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>When it was decided.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The machine whose Hale sends it.</summary>
    public required string Host { get; init; }

    /// <summary>What it is about; one or more.</summary>
    public required IReadOnlyList<LetterItem> Items { get; init; }

    /// <summary>What it says is over.</summary>
    [JsonIgnore]
    public bool IsResolved => Kind == "resolved";

    /// <summary>The worst that it speaks of: <c>warning</c>, <c>error</c> or <c>critical</c>; <c>ok</c> when it resolves.</summary>
    [JsonIgnore]
    public string Severity => IsResolved ? "ok" : Items.Any(item => item.Severity == "critical") ? "critical" : Items.Any(item => item.Severity == "error") ? "error" : "warning";

    /// <summary>From what the world decided.</summary>
    public static Letter Of(Notice notice, string channel, DateTimeOffset at) => new()
    {
        Key = notice.Key(channel),
        Kind = notice.Kind.ToString().ToLowerInvariant(),
        At = at,
        Host = Environment.MachineName,
        Items = [.. notice.Items.Select(LetterItem.Of)],
    };

    /// <summary>One that says that it is a test.</summary>
    public static Letter Test(string by, DateTimeOffset at) => new()
    {
        Key = $"test:{Guid.NewGuid():n}",
        Kind = "test",
        At = at,
        Host = Environment.MachineName,
        Items = [new LetterItem("hale", "hale/test", $"test-{at.ToUnixTimeSeconds()}", "warning", at, $"tests this channel, as {by} wants it; nothing is wrong")],
    };

    /// <summary>As the journal keeps it.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, LetterJson.Default.Letter);

    /// <summary>As the journal kept it.</summary>
    /// <exception cref="JsonException">It is no letter.</exception>
    public static Letter FromJson(string json) => JsonSerializer.Deserialize(json, LetterJson.Default.Letter) ?? throw new JsonException("an empty letter");
}

/// <summary>One subject of a letter.</summary>
/// <param name="Type"><c>target</c>, <c>alarm</c> or <c>hale</c>.</param>
/// <param name="Subject">Its name.</param>
/// <param name="Incident">Names the incident from its first problem to its resolved.</param>
/// <param name="Severity"><c>warning</c>, <c>error</c>, <c>critical</c>; <c>ok</c> for what is over.</param>
/// <param name="Since">Since when it was bad.</param>
/// <param name="Text">What is the matter, or how it is well again; to be read after the subject.</param>
/// <param name="Hidden">Targets that depend on it and are not told of while it is bad.</param>
public sealed record LetterItem(string Type, string Subject, string Incident, string Severity, DateTimeOffset Since, string Text, int Hidden = 0)
{
    /// <summary>Longest text; what is longer is cut, since no receiver takes everything.</summary>
    private const int Longest = 500;

    internal static LetterItem Of(NoticeItem item) => new(
        item.Kind.ToString().ToLowerInvariant(),
        item.Subject,
        item.Incident,
        item.Condition <= Condition.Unknown ? "ok" : item.Condition.ToString().ToLowerInvariant(),
        item.Since.IsNever ? DateTimeOffset.UnixEpoch : item.Since.ToUtc(),
        item.Text.Length <= Longest ? item.Text : item.Text[..(Longest - 1)] + "…",
        item.Hidden);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Letter))]
internal sealed partial class LetterJson : JsonSerializerContext;
