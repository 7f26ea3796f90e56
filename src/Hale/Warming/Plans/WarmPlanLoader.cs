using Hale.Config;
using Hale.Config.Loading;
using Hale.Config.Yaml;

namespace Hale.Warming.Plans;

/// <summary>What came of reading a plan.</summary>
/// <param name="Plan">The plan; null exactly when there are errors.</param>
/// <param name="Errors">Everything that is wrong, in the order of the file.</param>
public sealed record WarmPlanResult(WarmPlan? Plan, IReadOnlyList<ConfigError> Errors);

/// <summary>
/// Reads a warm-up plan as <see cref="SpecLoader"/> reads <c>hale.yaml</c>: all errors at once, each with its place, references such as
/// <c>${NAME}</c> replaced. It touches nothing but the file itself.
/// </summary>
public static class WarmPlanLoader
{
    /// <summary>Reads a file. Trouble with the file itself is an error at its first line; nothing is thrown.</summary>
    /// <param name="path">The file; it stands in errors as it is given here.</param>
    /// <param name="environment">Where <c>${NAME}</c> is looked up; null for a variable that is not set.</param>
    public static WarmPlanResult Load(string path, Func<string, string?> environment) =>
        ConfigText.TryRead(path, out var full, out var text, out var trouble)
            ? LoadText(text, path, full, environment) : new(null, [new ConfigError(path, 1, 1, "", "", trouble)]);

    /// <summary>Reads a text.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="fileName">What to call it in errors.</param>
    /// <param name="path">Absolute path of the file; relative paths in it are taken from its folder.</param>
    /// <param name="environment">Where <c>${NAME}</c> is looked up.</param>
    public static WarmPlanResult LoadText(string text, string fileName, string path, Func<string, string?> environment)
    {
        var problems = new Problems(fileName);
        var root = TreeReader.Read(text, problems);
        WarmPlan? plan = null;
        if (root is MapNode map)
        {
            var folder = Path.GetDirectoryName(path) ?? "/";
            plan = new WarmPlanReader(new Reading(problems, environment, folder, [], [], [])).Read(map, path);
        }
        else if (problems.Count == 0)
            problems.Add(root?.At ?? Position.Start, "", root?.Found ?? "nothing", $"found {root?.Found ?? "nothing"}, expected a mapping with at least \"rehearse\" and \"evidence\"");
        return new(problems.Count == 0 ? plan : null, problems.Errors);
    }
}
