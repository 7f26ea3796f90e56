namespace Hale.Config.Yaml;

/// <summary>Collects what is wrong with a configuration, so that all of it is reported at once.</summary>
/// <param name="file">The file that was named; others may be added.</param>
internal sealed class Problems(string file)
{
    private readonly List<string> files = [file];
    private readonly List<(Position At, ConfigError Error)> errors = [];
    private readonly List<(Position At, ConfigError Error)> warnings = [];

    private readonly Dictionary<string, string> secrets = [];
    private readonly HashSet<Position> broken = [];

    public int Count => errors.Count;

    /// <summary>The file that a place is in.</summary>
    public string FileOf(Position at) => files[at.File];

    /// <summary>Makes a further file known; returns its index.</summary>
    public int AddFile(string name)
    {
        files.Add(name);
        return files.Count - 1;
    }

    /// <summary>A value that came in through a reference; messages show the reference in its place, whoever writes them.</summary>
    public void Hide(string value, string reference)
    {
        // Shorter ones are ordinary words (a port, "prod") whose replacing would only garble messages.
        const int Shortest = 8;
        if (value.Length >= Shortest)
            secrets[value] = reference;
    }

    public void Add(Position at, string key, string found, string message, string? suggestion = null) =>
        errors.Add((at, Error(at, key, found, message, suggestion)));

    /// <summary>Something wrong with the YAML itself. What is then said about the meaning of the same place only follows from it, and is left out.</summary>
    public void AddSyntax(Position at, string key, string found, string message, string? suggestion = null)
    {
        broken.Add(at);
        Add(at, key, found, message, suggestion);
    }

    public void Warn(Position at, string key, string found, string message, string? suggestion = null) =>
        warnings.Add((at, Error(at, key, found, message, suggestion)));

    public IReadOnlyList<ConfigError> Errors => Sorted(errors);

    public IReadOnlyList<ConfigError> Warnings => Sorted(warnings);

    private ConfigError Error(Position at, string key, string found, string message, string? suggestion) =>
        // A quoted key may hold line ends; an error is one line.
        new(files[at.File], at.Line, at.Column, Redact(key).ReplaceLineEndings(" "), Redact(found), Redact(message), suggestion is null ? null : Redact(suggestion));

    private string Redact(string text)
    {
        foreach (var (value, reference) in secrets)
            text = text.Replace(value, reference, StringComparison.Ordinal);
        return text;
    }

    /// <summary>By position; what is read through an alias in several places is reported once.</summary>
    private ConfigError[] Sorted(List<(Position At, ConfigError Error)> found) =>
        [.. found.DistinctBy(e => (e.At, broken.Contains(e.At) ? "" : e.Error.Message)).OrderBy(e => e.At).Select(e => e.Error)];
}
