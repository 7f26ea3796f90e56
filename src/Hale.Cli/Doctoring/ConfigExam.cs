using Hale.Config;
using Hale.Doctoring;

namespace Hale.Cli.Doctoring;

/// <summary>Whether there is a configuration that can be read and is valid.</summary>
internal static class ConfigExam
{
    private const string Subject = "configuration";

    /// <param name="call">The use of the verb.</param>
    /// <returns>What was found, and the plan, if there is one.</returns>
    public static (Finding Finding, Plan? Plan) Examine(Call call)
    {
        string file;
        try
        {
            file = call.ConfigFile();
        }
        catch (CommandException none)
        {
            return (Finding.Missing(Subject, none.Message, "nothing is watched", "write one: the README and 'hale config schema' show how", isNeeded: false), null);
        }
        var result = call.Surroundings.EngineRoom.Load(file, call.Surroundings.Environment);
        if (result.Plan is not { } plan)
        {
            var more = result.Errors.Count > 1 ? $", and {result.Errors.Count - 1} more" : "";
            return (Finding.Missing(Subject, $"{result.Errors[0]}{more}", "Hale does not start with it", $"hale config check {file}", isNeeded: true), null);
        }
        var world = plan.World;
        var detail = $"{file}: {world.Targets.Length} targets, {world.Checks.Length} checks";
        return (result.Warnings.Count == 0
            ? Finding.Ok(Subject, detail)
            : Finding.Limited(Subject, $"{detail}; {result.Warnings[0]}", "see what the warning says", $"hale config check {file}"), plan);
    }
}
