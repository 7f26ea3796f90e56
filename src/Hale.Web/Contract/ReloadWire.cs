using Hale.Config;
using Hale.Running;

namespace Hale.Web.Contract;

/// <summary>Maps what concerns the configuration to what goes over the wire.</summary>
public static class ReloadWire
{
    /// <summary>What came of a reload.</summary>
    public static ReloadDto Reload(ReloadResult result) => new(
        result.Taken, result.Message, result.Diff is { } diff ? Diff(diff) : null, [.. result.Errors.Select(Problem)], [.. result.Warnings.Select(Problem)]);

    /// <summary>A difference.</summary>
    public static DiffDto Diff(ConfigDiff diff) => new(
        [.. diff.Parts.Select(part => new PartDiffDto(part.Kind, part.Part, part.Name, [.. part.Keys.Select(key => new KeyDiffDto(key.Key, key.Old, key.New))], part.Note))],
        diff.NeedsRestart,
        diff.OldProcesses);

    /// <summary>An error or a warning.</summary>
    public static ConfigProblemDto Problem(ConfigError error) => new(error.File, error.Line, error.Column, error.Key, error.Message, error.Suggestion);

    /// <summary>As the loader would write it.</summary>
    public static string Line(ConfigProblemDto problem) =>
        problem.File.Length == 0 ? problem.Message : new ConfigError(problem.File, problem.Line, problem.Column, problem.Key, "", problem.Message, problem.Suggestion).ToString();

    /// <summary>Which configuration is in force.</summary>
    public static ConfigurationDto? Configuration(ConfigurationState? state) => state is null ? null : new(
        state.LoadedAt,
        state.Refused is { } refused ? new RefusedDto(refused.At, refused.Errors.Count, Line(Problem(refused.Errors[0]))) : null,
        state.NeedsRestart,
        state.OldProcesses,
        state.Unwatched);
}
