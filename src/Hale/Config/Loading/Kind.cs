using Hale.Config.Yaml;

namespace Hale.Config.Loading;

/// <summary>What probe and remedy kinds have in common when they are read.</summary>
internal static class Kind
{
    /// <summary>
    /// The settings of a kind from the value beside its name: a mapping, nothing at all, or the value of its shorthand key.
    /// <paramref name="around"/> are the keys of the check or rung that holds it, for who writes one of them a level too deep.
    /// </summary>
    public static Section ReadSettings(Reading reading, MapEntry entry, string path, IReadOnlyList<Key> keys, IReadOnlyList<Key>? around)
    {
        var (value, shorthand) = (entry.Value, keys.FirstOrDefault(key => key.Shorthand));
        if (value is MapNode map && shorthand?.Type != KeyType.TextMap)
            return Section.Read(reading, map, path, entry.At, keys, misplaced: key => around?.Any(known => known.Name == key) == true ? $"it belongs beside \"{entry.Key}\", one level up" : null);
        if (value is ScalarNode { IsNull: true })
            return Section.Read(reading, Empty(value.At), path, entry.At, keys);
        if (shorthand is not null)
            return Section.ReadShorthand(reading, value, path, entry.At, keys, shorthand);
        reading.Map(value, path, keys.Count == 0 ? "nothing: it has no settings" : "a mapping with " + string.Join(", ", keys.Select(key => key.Name)));
        return Section.Read(reading, Empty(value.At), path, entry.At, [.. keys.Where(key => !key.Required)]);
    }

    /// <summary>Makes the probe or remedy; what its factory refuses, or throws, becomes an error with a place.</summary>
    public static T? Create<T>(Reading reading, Section section, Func<Settings, T> create) where T : class
    {
        if (!section.IsValid)
            return null;
        try
        {
            return create(section.Values);
        }
        catch (SettingsException e)
        {
            var known = e.Key.Length > 0;
            reading.Problems.Add(known ? section.At(e.Key) : section.Owner, known ? section.PathOf(e.Key) : section.Path, "", e.Message);
        }
        catch (Exception e)
        {
            reading.Problems.Add(section.Owner, section.Path, "", $"cannot be set up: {e.Message.ReplaceLineEndings(" ")}");
        }
        return null;
    }

    public static MapNode Empty(Position at) => new(at, []) { Weight = 1 };
}
