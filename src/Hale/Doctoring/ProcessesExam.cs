using Hale.Native;
using Hale.Processes;

namespace Hale.Doctoring;

/// <summary>Whether the programs that Hale is to own are there and may be executed.</summary>
internal static class ProcessesExam
{
    public static IEnumerable<Finding> Examine(Patient patient)
    {
        if (patient.Plan is not { } plan)
            yield break;
        var good = 0;
        for (var t = 0; t < plan.Processes.Count; t++)
        {
            if (plan.Processes[t] is not { } process)
                continue;
            var name = plan.World.Targets[t].Name;
            if (!Directory.Exists(process.Directory))
            {
                yield return Finding.Missing("processes", $"{name}: there is no folder {process.Directory}, or it may not be entered", $"{name} cannot be started",
                    $"mkdir -p {process.Directory}", isNeeded: true);
                continue;
            }
            var path = process.Environment.GetValueOrDefault("PATH") ?? patient.Environment("PATH");
            var (program, error) = ProgramPath.Find(process.Command[0], path, process.Directory);
            if (error == 0 && Files.Access(Path.Combine(process.Directory, program), Files.MayExecute) != 0)
                error = Errno.Last;
            if (error == 0)
                good++;
            else
                yield return Finding.Missing("processes", $"{name}: {process.Command[0]} cannot be executed: {Errno.Describe(error)}", $"{name} cannot be started",
                    error == Errno.Access ? $"chmod +x {process.Command[0]}, or run Hale as a user who may" : "install it, or give its whole path", isNeeded: true);
        }
        if (good > 0)
            yield return Finding.Ok("processes", $"{good} {(good == 1 ? "program" : "programs")} to supervise, found and executable");
    }
}
