using Hale.Config;
using Hale.Config.Loading;
using Hale.Config.Yaml;
using Hale.Core.Containers;

namespace Hale.Containers.Groups.Reading;

/// <summary>What came of reading a group's file.</summary>
/// <param name="Spec">The group; null exactly when there are errors.</param>
/// <param name="Errors">Everything that is wrong, in the order of the file.</param>
public sealed record GroupFileResult(ContainerGroupSpec? Spec, IReadOnlyList<ConfigError> Errors);

/// <summary>
/// Reads the file of a group (<c>docs/groups.md</c>), as <c>hale.yaml</c> is read: all errors at once, each with its place, and <c>${NAME}</c>, <c>${NAME:-default}</c>
/// and <c>${file:/path}</c> wherever a value stands. Touches nothing but the file and the secrets that it names.
/// </summary>
public static class GroupFile
{
    /// <summary>The file that is meant when none is named.</summary>
    public const string DefaultName = "group.yaml";

    /// <summary>Reads a file. Trouble with the file itself is an error at its first line; nothing is thrown.</summary>
    /// <param name="path">The file; it stands in errors as it is given here.</param>
    /// <param name="environment">Where <c>${NAME}</c> is looked up; null for a variable that is not set.</param>
    /// <param name="session">Whose group it is, whatever the file says; null for what the file says.</param>
    public static GroupFileResult Load(string path, Func<string, string?> environment, string? session = null) =>
        ConfigText.TryRead(path, out var full, out var text, out var trouble) ? LoadText(text, path, full, environment, session) : Unreadable(path, trouble);

    /// <summary>Reads a text.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="fileName">What to call it in errors.</param>
    /// <param name="path">Where it would lie, absolute: relative paths are taken from its folder, and it is the session where the text names none.</param>
    /// <param name="environment">Where <c>${NAME}</c> is looked up.</param>
    /// <param name="session">Whose group it is, whatever the text says; null for what the text says.</param>
    public static GroupFileResult LoadText(string text, string fileName, string path, Func<string, string?> environment, string? session = null)
    {
        if (text.Length > SpecLoader.MaxFileBytes)
            return Unreadable(fileName, $"the text is larger than {ByteSize.Format(SpecLoader.MaxFileBytes)}");
        var problems = new Problems(fileName);
        ContainerGroupSpec? spec = null;
        switch (TreeReader.Read(text, problems))
        {
            case MapNode map:
                spec = new GroupReader(new(problems, environment, Path.GetDirectoryName(path) ?? "/", [], [], [])).Read(map, path, session);
                break;
            case var root when problems.Count == 0:
                problems.Add(root?.At ?? Position.Start, "", root?.Found ?? "nothing", $"found {root?.Found ?? "nothing"}, expected a mapping with at least \"members\"");
                break;
        }
        return new(problems.Count == 0 ? spec : null, problems.Errors);
    }

    private static GroupFileResult Unreadable(string file, string why) => new(null, [new ConfigError(file, 1, 1, "", "", why)]);
}
