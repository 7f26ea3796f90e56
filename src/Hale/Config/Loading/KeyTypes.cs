namespace Hale.Config.Loading;

/// <summary>How messages, the schema and the reference speak about the types of values.</summary>
internal static class KeyTypes
{
    /// <summary>What is expected: "a duration".</summary>
    public static string Noun(Key key) => key.Type switch
    {
        KeyType.Text => "a text",
        KeyType.Duration => "a duration",
        KeyType.Percent => "a percentage",
        KeyType.Bytes => "an amount of data",
        KeyType.Integer => "a whole number",
        KeyType.Number => "a number",
        KeyType.Flag => "true or false",
        KeyType.Path => "a path",
        KeyType.Url => "an http or https URL",
        KeyType.TextList => "a text or a list of texts",
        KeyType.PathList => "a path or a list of paths",
        KeyType.Command => "a command",
        KeyType.TextMap => "a mapping of texts",
        KeyType.Choice => "one of " + string.Join(", ", key.Choices),
        KeyType.Signal => "a signal",
        KeyType.Pattern => "a regular expression",
        KeyType.Budget => "a budget",
        KeyType.Level => "a level",
        KeyType.TimeOfDay => "a time of day",
        KeyType.Section => "a mapping",
        _ => throw new ArgumentOutOfRangeException(nameof(key), key.Type, null),
    };

    /// <summary>What could be written; empty where the noun says it.</summary>
    public static string Example(KeyType type) => type switch
    {
        KeyType.Duration => Duration.Examples,
        KeyType.Percent => "80%",
        KeyType.Bytes => "512, 10MB, 2GB",
        KeyType.Integer => "3",
        KeyType.Number => "0.5",
        KeyType.Url => "http://localhost:8080/health",
        KeyType.Command => "[program, argument]",
        KeyType.TextMap => "{ NAME: value }",
        KeyType.Signal => "TERM, INT, HUP",
        KeyType.Budget => "3 per 10m",
        KeyType.Level => "85%, 10GB, 200ms, 3",
        KeyType.TimeOfDay => "02:00",
        _ => "",
    };

    /// <summary>"; write for example …", or nothing.</summary>
    public static string WriteForExample(KeyType type) => Example(type) is { Length: > 0 } example ? "; write for example " + example : "";
}
