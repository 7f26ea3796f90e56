using System.CommandLine;
using System.CommandLine.Help;
using Hale.Cli.Output;
using Hale.Cli.Verbs;
using Hale.Config;

namespace Hale.Cli;

/// <summary>The whole command line: verbs, help, what a mistake is answered with, and exit codes.</summary>
internal static class CommandLine
{
    public const string Description = "Hale watches processes, hosts and endpoints, judges what it sees, and heals what it can.";

    /// <summary>Runs a command and returns its exit code.</summary>
    public static async Task<int> RunAsync(string[] args, Surroundings surroundings)
    {
        var dashes = Array.IndexOf(args, "--");
        if (dashes > 0 && (Array.IndexOf(args, WaitVerb.Name, 0, dashes) >= 0 || Array.IndexOf(args, UpVerb.Name, 0, dashes) >= 0))
            (args, surroundings) = (args[..dashes], surroundings with { BehindDashes = args[(dashes + 1)..] });
        // What a person waits for, often in a loop or at the start of a container, does not wait for the making of two dozen other verbs.
        var root = args.Length > 0 && args[0] == WaitVerb.Name ? Dress(new RootCommand(Description) { WaitVerb.Create(surroundings) }, surroundings) : Root(surroundings);
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
            return Misunderstood(parsed, surroundings);
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = surroundings.Out,
                Error = surroundings.Error,
                EnableDefaultExceptionHandler = false,
                // The verbs that last end themselves, each in its own way.
                ProcessTerminationTimeout = null,
            });
        }
        catch (CommandException exception)
        {
            foreach (var line in exception.Message.Split('\n'))
                surroundings.Error.WriteLine($"hale: {Safe.Line(line)}");
            return exception.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Unknown;
        }
    }

    /// <summary>The root command with all verbs.</summary>
    public static RootCommand Root(Surroundings surroundings)
    {
        var root = new RootCommand(Description)
        {
            RunVerb.Create(surroundings),
            WaitVerb.Create(surroundings),
            WarmVerb.Create(surroundings),
            UpVerb.Create(surroundings),
            DownVerb.Create(surroundings),
            PsVerb.Create(surroundings),
            StatusVerb.Create(surroundings),
            ExplainVerb.Create(surroundings),
            HistoryVerb.Create(surroundings),
            AlarmsVerb.Create(surroundings),
            NoticesVerb.Create(surroundings),
            NotifyVerb.Create(surroundings),
            MetricsVerb.Create(surroundings),
            CheckVerb.Create(surroundings),
            HealVerb.Create(surroundings),
        };
        foreach (var order in OrderVerbs.Create(surroundings))
            root.Add(order);
        root.Add(SessionVerb.Create(surroundings));
        root.Add(DoorVerb.Create(surroundings));
        root.Add(ReloadVerb.Create(surroundings));
        root.Add(ConfigVerb.Create(surroundings));
        root.Add(ReplayVerb.Create(surroundings));
        root.Add(DemoVerb.Create(surroundings));
        root.Add(DoctorVerb.Create(surroundings));
        root.Add(PingVerb.Create(surroundings));
        root.Add(CompletionVerb.Create(surroundings));
        root.Add(CompleteVerb.Create(surroundings));
        root.Add(InterruptVerb.Create(surroundings));
        root.Add(VersionVerb.Create(surroundings));
        return Dress(root, surroundings);
    }

    // What the root has beside its verbs.
    private static RootCommand Dress(RootCommand root, Surroundings surroundings)
    {
        root.Add(CommonOptions.Config);
        root.Add(CommonOptions.Env);
        root.Add(CommonOptions.Socket);
        root.Add(CommonOptions.Json);
        root.Add(CommonOptions.NoColor);
        // "hale version" tells more than the built-in --version, and one way is enough.
        root.Options.Remove(root.Options.OfType<VersionOption>().Single());
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpPage((HelpAction)help.Action!);
        root.SetAction(_ =>
        {
            root.Parse(["--help"]).Invoke(new InvocationConfiguration { Output = surroundings.Error });
            return ExitCode.Usage;
        });
        return root;
    }

    private static int Misunderstood(ParseResult parsed, Surroundings surroundings)
    {
        var command = parsed.CommandResult.Command;
        foreach (var error in parsed.Errors)
            surroundings.Error.WriteLine($"hale: {Safe.Line(error.Message)}");
        foreach (var token in parsed.UnmatchedTokens)
        {
            var guess = token.StartsWith('-') ? Arguments.Guess(token, command) : Spelling.Closest(token, command.Subcommands.Select(verb => verb.Name));
            if (guess is not null)
                surroundings.Error.WriteLine($"hale: did you mean '{guess}'?");
        }
        surroundings.Error.WriteLine($"hale: see '{HelpPage.Path(command)} --help'");
        return ExitCode.Usage;
    }
}
