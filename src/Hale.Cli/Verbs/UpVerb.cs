using System.CommandLine;
using Hale.Cli.Grouping;

namespace Hale.Cli.Verbs;

/// <summary><c>hale up</c></summary>
internal static class UpVerb
{
    /// <summary>The word.</summary>
    public const string Name = "up";

    public static Command Create(Surroundings surroundings)
    {
        var file = Arguments.Optional("FILE", "The group; default: group.yaml. Behind -- a COMMAND to hold it for");
        var options = new GroupOptions();
        var hold = new Option<bool>("--hold") { Description = "Hold the group until Ctrl-C, then take it down" };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Say nothing unless it fails" };
        var verb = new Verb(
            Name,
            "Bring a group of containers up and wait until all are ready",
            ("hale up", "the group in group.yaml; it stays up"),
            ("hale up group.yaml --session job-17", "another group of the same file"),
            ("hale up group.yaml -- ./job", "up for as long as ./job runs"))
        {
            file,
            hold,
            quiet,
        };
        foreach (var option in options.OfFile)
            verb.Add(option);
        return verb.With("""
            What is missing is made, in the order of depends_on, members at the same time.
            What runs is proved ready again and kept; what fails is replaced. Whatever ends
            this before all are ready, Ctrl-C too, takes back exactly what it had made.

            COMMAND finds the members in its environment: HALE_UP_NAME=ADDRESS:PORT. The
            death of a member ends COMMAND with exit code 1; otherwise its own code counts.
            """).Does(surroundings, call => RunAsync(call, options, call.Get(file), call.Get(hold), call.Get(quiet)));
    }

    private static async Task<int> RunAsync(Call call, GroupOptions options, string? file, bool holds, bool isQuiet)
    {
        var command = call.Surroundings.BehindDashes;
        if (call.WantsJson && command.Length > 0)
            throw new CommandException(ExitCode.Usage, "Standard output belongs to COMMAND: leave --json out, or bring the group up first.");
        var spec = options.Read(call, file);
        using var engine = options.Client(call);
        return await Up.RunAsync(call, new UpRequest(spec, command, holds, isQuiet), engine);
    }
}
