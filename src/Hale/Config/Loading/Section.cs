using Hale.Config.Yaml;

namespace Hale.Config.Loading;

/// <summary>One mapping of the file, its keys read: the values, and where each was written.</summary>
internal sealed class Section
{
    private readonly MapNode map;

    private Section(MapNode map, string path, Position owner, Dictionary<string, object> values, bool valid)
    {
        this.map = map;
        Path = path;
        Owner = owner;
        Values = new Settings(values);
        IsValid = valid;
    }

    /// <summary>Full path of the mapping.</summary>
    public string Path { get; }

    /// <summary>Where the key that holds the mapping stands: the place to name when something is missing in it.</summary>
    public Position Owner { get; }

    /// <summary>The values that were written and accepted, and defaults.</summary>
    public Settings Values { get; }

    /// <summary>Nothing in it was refused.</summary>
    public bool IsValid { get; }

    /// <summary>
    /// Reads a mapping by its keys. Keys of type <see cref="KeyType.Section"/> and <see cref="KeyType.Level"/> are only known, and left to the
    /// caller; so are <paramref name="others"/>. Anything else is unknown, and refused with the closest of all that would have been known.
    /// </summary>
    public static Section Read(Reading reading, MapNode map, string path, Position owner, IReadOnlyList<Key> keys, IReadOnlyCollection<string>? others = null, Func<string, string?>? misplaced = null)
    {
        var before = reading.Problems.Count;
        var values = new Dictionary<string, object>();
        var misspelt = new HashSet<string>();
        foreach (var entry in map.Entries)
        {
            var key = keys.FirstOrDefault(key => key.Name == entry.Key);
            if (key is null)
            {
                if (others?.Contains(entry.Key) != true && ReportUnknown(reading, entry, path, [.. keys.Select(known => known.Name), .. others ?? []], misplaced) is { } meant)
                    misspelt.Add(meant);
            }
            else if (key.Type is not (KeyType.Section or KeyType.Level) && reading.Values.Read(key, entry.Value, KeyPath.Join(path, entry.Key)) is { } value)
                values.Add(key.Name, value);
        }
        Note(reading, map, path, keys, values);
        Complete(reading, keys, values, path, owner, name => map.Find(name) is not null || misspelt.Contains(name));
        return new Section(map, path, owner, values, reading.Problems.Count == before);
    }

    /// <summary>Reads a value that stands for one key of a mapping (<see cref="Key.Shorthand"/>).</summary>
    public static Section ReadShorthand(Reading reading, Node node, string path, Position owner, IReadOnlyList<Key> keys, Key shorthand)
    {
        var before = reading.Problems.Count;
        var values = new Dictionary<string, object>();
        if (reading.Values.Read(shorthand, node, path) is { } value)
        {
            values.Add(shorthand.Name, value);
            reading.Written.Add(new WrittenSection(path, [Noted(reading, shorthand.Name, node, value)]));
        }
        Complete(reading, keys, values, path, owner, name => name == shorthand.Name);
        return new Section(new MapNode(node.At, []) { Weight = 1 }, path, owner, values, reading.Problems.Count == before);
    }

    /// <summary>The entry of a key, or null where it was not written.</summary>
    public MapEntry? Find(string key) => map.Find(key);

    /// <summary>Full path of a key in it.</summary>
    public string PathOf(string key) => KeyPath.Join(Path, key);

    /// <summary>Where the value of a key stands, or the section's own key where it was not written.</summary>
    public Position At(string key) => map.Find(key)?.Value.At ?? Owner;

    private static void Note(Reading reading, MapNode map, string path, IReadOnlyList<Key> keys, Dictionary<string, object> values)
    {
        List<WrittenValue> written = [];
        foreach (var entry in map.Entries)
        {
            if (values.TryGetValue(entry.Key, out var value))
                written.Add(Noted(reading, entry.Key, entry.Value, value));
            else if (entry.Value is ScalarNode level && keys.Any(key => key.Type == KeyType.Level && key.Name == entry.Key))
                written.Add(Noted(reading, entry.Key, level, level.Text));
        }
        // Also where nothing was written: that the section is there says something.
        reading.Written.Add(new WrittenSection(path, [.. written]));
    }

    private static WrittenValue Noted(Reading reading, string key, Node node, object value) =>
        new(key, WrittenText.Of(key, node), ExactText.Hash(value), reading.Problems.FileOf(node.At), node.At.Line);

    private static void Complete(Reading reading, IReadOnlyList<Key> keys, Dictionary<string, object> values, string path, Position owner, Func<string, bool> isWritten)
    {
        foreach (var key in keys)
        {
            if (isWritten(key.Name))
                continue;
            if (key.Required)
                reading.Problems.Add(owner, KeyPath.Join(path, key.Name), "", $"missing; it takes {KeyTypes.Noun(key)}{(KeyTypes.Example(key.Type) is { Length: > 0 } example ? ", for example " + example : "")}");
            else if (key.Type is not (KeyType.Section or KeyType.Level) && reading.Values.Default(key, owner, KeyPath.Join(path, key.Name)) is { } value)
                values.Add(key.Name, value);
        }
    }

    /// <summary>Reports an unknown key; returns the known one that was probably meant, which is then not missing as well.</summary>
    private static string? ReportUnknown(Reading reading, MapEntry entry, string path, string[] known, Func<string, string?>? misplaced)
    {
        const int FewEnoughToName = 12;
        var meant = Spelling.Closest(entry.Key, known);
        var suggestion = misplaced?.Invoke(entry.Key)
            ?? (meant is not null ? $"did you mean \"{meant}\"?"
            : known.Length is > 0 and <= FewEnoughToName ? "known here: " + string.Join(", ", known.Order(StringComparer.Ordinal))
            : null);
        reading.Problems.Add(entry.At, KeyPath.Join(path, entry.Key), entry.Key, $"unknown key {ScalarNode.Quoted(entry.Key)}", suggestion);
        return meant;
    }
}
