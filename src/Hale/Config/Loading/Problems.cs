using Hale.Config.Yaml;

namespace Hale.Config.Loading;

/// <summary>Collects what is wrong with one file, so that all of it is reported at once.</summary>
internal sealed class Problems(string file)
{
    private readonly List<ConfigError> errors = [];
    private readonly List<ConfigError> warnings = [];

    public int Count => errors.Count;

    public void Add(Position at, string key, string found, string message, string? suggestion = null) =>
        errors.Add(new ConfigError(file, at.Line, at.Column, key, found, message, suggestion));

    public void Warn(Position at, string key, string found, string message, string? suggestion = null) =>
        warnings.Add(new ConfigError(file, at.Line, at.Column, key, found, message, suggestion));

    public IReadOnlyList<ConfigError> Errors => Sorted(errors);

    public IReadOnlyList<ConfigError> Warnings => Sorted(warnings);

    /// <summary>By position; what is read through an alias in several places is reported once.</summary>
    private static ConfigError[] Sorted(List<ConfigError> found) =>
        [.. found.DistinctBy(e => (e.Line, e.Column, e.Message)).OrderBy(e => e.Line).ThenBy(e => e.Column)];
}
