using System.CommandLine;
using Hale.Cli.Completing;
using Hale.Cli.Output;

namespace Hale.Cli.Verbs;

/// <summary><c>hale complete</c>: what the scripts of <c>hale completion</c> ask. Not shown in the help.</summary>
internal static class CompleteVerb
{
    // Somebody waits at a prompt: a daemon that is busy loses to the names in the file.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static Verb Create(Surroundings surroundings)
    {
        var words = new Argument<string[]>("WORD") { Description = "The words after 'hale', the last one being typed", Arity = ArgumentArity.ZeroOrMore };
        var verb = new Verb(
            "complete",
            "Print what may stand for the last word of a command line, one to a line",
            ("hale complete -- status --v", "--verbose, and after a tab what it means"))
        {
            words,
        };
        verb.Hidden = true;
        return verb.Does(surroundings, async call =>
        {
            var typed = call.Get(words) ?? [];
            var candidates = Candidates.For(CommandLine.Root(surroundings), typed);
            var found = candidates.Words;
            if (candidates.WantsTarget)
            {
                var names = await TargetsAsync(new Call(candidates.Parsed, surroundings, call.Cancel));
                found = [.. found, .. Candidates.Matching(names.Select(name => (name, "target")), typed.Length == 0 ? "" : typed[^1])];
            }
            foreach (var (word, meaning) in found)
                surroundings.Out.WriteLine(meaning.Length == 0 ? Safe.Line(word) : $"{Safe.Line(word)}\t{meaning}");
            return ExitCode.Good;
        });
    }

    /// <summary>The targets of the running daemon; without one, those of the configuration. Whatever goes wrong, there is nothing to suggest.</summary>
    private static async Task<IReadOnlyList<string>> TargetsAsync(Call call)
    {
        try
        {
            using var daemon = call.Daemon();
            var status = await daemon.StatusAsync(null, call.Cancel).WaitAsync(Patience, call.Surroundings.Time, call.Cancel);
            return [.. status.Targets.Select(target => target.Name)];
        }
        catch (Exception exception) when (exception is CommandException or TimeoutException)
        {
            return OfTheFile(call);
        }
    }

    private static IReadOnlyList<string> OfTheFile(Call call)
    {
        try
        {
            var surroundings = call.Surroundings;
            return surroundings.EngineRoom.Load(call.ConfigFile(), surroundings.Environment).Plan is { } plan ? [.. plan.World.Targets.Select(target => target.Name)] : [];
        }
        catch (CommandException)
        {
            return [];
        }
    }
}
