using System.CommandLine;
using Hale.Cli.Waiting;
using Hale.Readiness;

namespace Hale.Cli.Verbs;

/// <summary><c>hale wait</c></summary>
internal static class WaitVerb
{
    /// <summary>The word.</summary>
    public const string Name = "wait";

    public static Command Create(Surroundings surroundings)
    {
        var targets = Arguments.Several("TARGET", "What to wait for; behind -- a COMMAND to start then");
        var options = new WaitOptions();
        var verb = new Verb(
            Name,
            "Wait until things are ready to be used, then start a command",
            ("hale wait http://localhost:8080/ready", "until it answers 200"),
            ("hale wait tcp:db:5432 dns:cache --timeout 2m -- ./serve", "starts ./serve when both are there"),
            ("hale wait --start-first http://localhost:8080/ -- ./serve", "fails at once when ./serve ends"),
            ("hale wait file:/run/app.pid pid:4242 --json", "while process 4242 lives"),
            ("hale wait container:web:8080/health", "fails at once when the container ends"))
        {
            targets,
        };
        foreach (var option in options.All)
            verb.Add(option);
        return verb.With("""
            Targets:
              http://… https://…     answers with 200 (--status, --header, --insecure)
              tcp:HOST:PORT          takes a connection
              unix:PATH              takes a connection
              dns:NAME               has an address
              file:GLOB              is there (--newer-than, --min-size)
              log:PATH:/PATTERN/     gets a line that matches (--from-start)
              exec:COMMAND           exits with 0
              pid:N                  lives: its end fails the wait at once
              check:TARGET[/CHECK]   is well, as the running Hale judges it
              container:NAME[:PORT[/PATH]]  runs, is healthy by its own HEALTHCHECK where
                                     it has one, and its port takes a connection, or
                                     answers with 200 (--status, --header, --engine,
                                     --network): its end fails the wait at once

            The first tries follow each other quickly, later ones by --interval. All
            targets must be ready at the same time, or with --any one of them. COMMAND
            takes the place of Hale, and its exit code counts; 126 and 127 mean that it
            could not be started. Ctrl-C ends the wait with 130, SIGTERM with 143.
            """).Does(surroundings, call => Wait.RunAsync(call, Request(call, call.Get(targets) ?? [], options)));
    }

    private static WaitRequest Request(Call call, string[] texts, WaitOptions options)
    {
        var command = call.Surroundings.BehindDashes;
        if (texts.Length == 0)
            throw new CommandException(ExitCode.Usage, "There is nothing to wait for. Write one or more targets, for example http://localhost:8080/ or tcp:db:5432; see 'hale wait --help'.");
        if (command.Length == 0 && options.StartsFirst(call))
            throw new CommandException(ExitCode.Usage, "--start-first needs a command to start: hale wait --start-first TARGET -- COMMAND");
        var ready = options.Read(call);
        var targets = new List<ReadyTarget>();
        var troubles = new List<string>();
        foreach (var text in texts)
        {
            try
            {
                targets.Add(CheckTarget.TryRead(text, call) ?? ReadyTarget.Parse(text, ready));
            }
            catch (FormatException trouble)
            {
                troubles.Add(trouble.Message);
            }
        }
        return troubles.Count == 0
            ? new WaitRequest(targets, ready, command, options.StartsFirst(call), options.IsQuiet(call))
            : throw new CommandException(ExitCode.Usage, string.Join('\n', troubles.Distinct()));
    }
}
