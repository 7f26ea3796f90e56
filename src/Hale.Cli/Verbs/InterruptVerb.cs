using System.CommandLine;
using Hale.Warming.Stopping;

namespace Hale.Cli.Verbs;

/// <summary><c>hale interrupt</c>: the helper that <c>hale warm</c> starts on Windows to send Ctrl+C. Not shown in the help.</summary>
internal static class InterruptVerb
{
    public const string Name = "interrupt";

    public static Verb Create(Surroundings surroundings)
    {
        var who = new Argument<string>("PID@STARTED") { Description = "The process, with when it began in units of 100 ns since 1601" };
        var verb = new Verb(
            Name,
            "Send Ctrl+C to the console of a process on Windows, and end",
            ("hale interrupt 1234@133770000000000000", "unless that number is another process's by now"))
        {
            who,
        };
        verb.Hidden = true;
        return verb.Does(surroundings, call =>
        {
            if (ConsoleTarget.Parse(call.Get(who)!) is not { } target)
                throw new CommandException(ExitCode.Usage, $"'{call.Get(who)}' is no process: write PID@STARTED");
            if (!OperatingSystem.IsWindows())
                throw new CommandException(ExitCode.Unknown, "Only Windows needs a helper for Ctrl+C; here a signal does: kill -INT PID");
            var (end, detail) = ConsoleInterrupt.Send(target);
            return end switch
            {
                InterruptEnd.Sent => Task.FromResult(ExitCode.Good),
                InterruptEnd.Gone => throw new CommandException(ExitCode.Bad, detail),
                _ => throw new CommandException(ExitCode.Unknown, detail),
            };
        });
    }
}
