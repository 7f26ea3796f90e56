using System.Text.Json;

namespace Hale.Containers;

/// <summary>
/// Narrows a listing or a stream of events; immutable. Values of one key are alternatives, except labels, all of which must be there. An empty filter
/// selects everything, so whoever means to take things away looks at what is listed once more.
/// </summary>
public sealed record EngineFilter
{
    private readonly IReadOnlyList<(string Key, string Value)> terms = [];

    /// <summary>Everything.</summary>
    public static EngineFilter All { get; } = new();

    /// <summary>Whether it selects everything.</summary>
    public bool IsEmpty => terms.Count == 0;

    /// <summary>Narrowed to what carries a label, with this value or, where null, with any.</summary>
    public EngineFilter Label(string name, string? value = null) => With("label", value is null ? name : $"{name}={value}");

    /// <summary>Narrowed by a key of the API: <c>status</c>, <c>name</c>, <c>id</c>, <c>type</c>, <c>event</c>, <c>container</c>, <c>network</c>, <c>volume</c>, <c>ancestor</c>, <c>dangling</c>, <c>reference</c>.</summary>
    public EngineFilter With(string key, string value) => new(this) { Terms = [.. terms, (key, value)] };

    private IReadOnlyList<(string Key, string Value)> Terms
    {
        init => terms = value;
    }

    /// <summary>As the API takes it; null for everything.</summary>
    internal string? ToJson() => IsEmpty
        ? null
        : JsonSerializer.Serialize(terms.GroupBy(t => t.Key).ToDictionary(g => g.Key, g => g.Select(t => t.Value).ToArray()), EngineJson.Default.DictionaryStringStringArray);
}
