using Hale.Config.Loading;
using Hale.Config.Yaml;
using Hale.Telling;

namespace Hale.Config;

/// <summary>What came of reading a configuration.</summary>
/// <param name="Plan">The plan; null exactly when there are errors.</param>
/// <param name="Errors">Everything that is wrong, in the order of the file.</param>
/// <param name="Warnings">What is allowed and probably not meant, in the order of the file.</param>
public sealed record LoadResult(Plan? Plan, IReadOnlyList<ConfigError> Errors, IReadOnlyList<ConfigError> Warnings)
{
    /// <summary>The kinds of probe that could be named: those of the loader, and those of the plugins that the configuration names.</summary>
    public IReadOnlyList<ProbeKind> Kinds { get; init; } = [];

    /// <summary>Every file and folder that was read or looked for, absolute: a change of one is a reason to read again. Secrets are among them.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];
}

/// <summary>
/// Reads <c>hale.yaml</c> into a <see cref="Plan"/>. It reports all errors at once, each with its place, and touches nothing but the
/// file itself, the secret files and the plugins that it names: no probe runs, no folder is made.
/// </summary>
/// <param name="probes">The kinds of probe that can be named.</param>
/// <param name="remedies">The kinds of remedy that can be named.</param>
/// <param name="channels">The kinds of channel that can be named; null for those of the <see cref="Registry"/>.</param>
public sealed class SpecLoader(IReadOnlyList<ProbeKind> probes, IReadOnlyList<RemedyKind> remedies, IReadOnlyList<ChannelKind>? channels = null)
{
    /// <summary>Largest file that is read: 4 MiB.</summary>
    public const int MaxFileBytes = 4 << 20;

    /// <summary>The variable that names the environment: with <c>prod</c>, <c>hale.prod.yaml</c> is laid over <c>hale.yaml</c>.</summary>
    public const string EnvironmentVariable = "HALE_ENV";

    /// <summary>A loader with everything in the <see cref="Registry"/>.</summary>
    public SpecLoader() : this(Registry.Probes, Registry.Remedies)
    {
    }

    /// <summary>The file that is laid over a configuration in an environment: <c>hale.prod.yaml</c> beside <c>hale.yaml</c>.</summary>
    public static string OverlayOf(string path, string environment) => FileSet.Beside(path, environment);

    /// <summary>Reads a file, what it includes, and the file of the environment. Trouble with the file itself is an error at its first line; nothing is thrown.</summary>
    /// <param name="path">The file; it stands in errors as it is given here.</param>
    /// <param name="environment">Where <c>${NAME}</c> is looked up; null for a variable that is not set.</param>
    public LoadResult Load(string path, Func<string, string?> environment)
    {
        if (ConfigText.TryRead(path, out var full, out var text, out var trouble))
            return Load(text, path, Path.GetDirectoryName(full) ?? "/", environment, full);
        return Unreadable(path, trouble) with { Files = full is null ? [] : [full] };
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="fileName">What to call it in errors.</param>
    /// <param name="baseDirectory">The folder that relative paths in it are taken from; absolute.</param>
    /// <param name="environment">Where <c>${NAME}</c> is looked up; null for a variable that is not set.</param>
    public LoadResult LoadText(string text, string fileName, string baseDirectory, Func<string, string?> environment) => Load(text, fileName, baseDirectory, environment, null);

    private LoadResult Load(string text, string fileName, string baseDirectory, Func<string, string?> environment, string? path)
    {
        if (text.Length > MaxFileBytes)
            return Unreadable(fileName, $"the text is larger than {ByteSize.Format(MaxFileBytes)}");
        var problems = new Problems(fileName);
        var files = new FileSet(problems, baseDirectory, path);
        var root = files.Read(text, environment(EnvironmentVariable));
        Plan? plan = null;
        var kinds = probes;
        IReadOnlyList<string> secrets = [];
        if (root is MapNode map)
        {
            Reading With(Problems place, IReadOnlyList<ProbeKind> known) => new(place, environment, baseDirectory, known, remedies, channels ?? Registry.Channels);
            kinds = PluginSection.Read(With(new Problems(fileName), probes), map, problems);
            var reading = With(problems, kinds);
            plan = new PlanBuilder(reading).Build(map, files.Source);
            secrets = reading.Expansion.Files;
        }
        else if (problems.Count == 0)
            problems.Add(root?.At ?? Position.Start, "", root?.Found ?? "nothing", $"found {root?.Found ?? "nothing"}, expected a mapping with at least \"targets\"");
        return new LoadResult(problems.Count == 0 ? plan : null, problems.Errors, problems.Warnings) { Kinds = kinds, Files = [.. files.Paths, .. secrets] };
    }

    private static LoadResult Unreadable(string file, string why) =>
        new(null, [new ConfigError(file, 1, 1, "", "", why)], []);
}
