using System.CommandLine;
using System.CommandLine.Completions;
using Hale.Cli.Output;

namespace Hale.Cli.Completing;

/// <summary>What may stand for the last word of a command line that is being typed.</summary>
/// <param name="Words">Each with what it means (may be empty), those that begin with what is there.</param>
/// <param name="WantsTarget">Names of targets may stand there too.</param>
/// <param name="Parsed">What stands before the word, understood as far as it goes.</param>
internal sealed record Candidates(IReadOnlyList<(string Word, string Meaning)> Words, bool WantsTarget, ParseResult Parsed)
{
    private const string Target = "TARGET";

    /// <param name="root">The command line.</param>
    /// <param name="words">The words after <c>hale</c>, the last of them the one that is being typed (empty: a new one).</param>
    public static Candidates For(RootCommand root, IReadOnlyList<string> words)
    {
        var before = words.SkipLast(1).ToArray();
        var typed = words.Count == 0 ? "" : words[^1];
        var parsed = root.Parse(before, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var command = parsed.CommandResult.Command;
        if (before.Length > 0 && Options(command).FirstOrDefault(option => Takes(option, before[^1])) is { } pending)
            return new(Matching(Values(pending), typed), pending.HelpName == Target, parsed);
        if (typed.StartsWith('-'))
            return new(Matching(Options(command).Select(option => (option.Name, Meaning(option.Description))), typed), WantsTarget: false, parsed);

        var open = command.Arguments.FirstOrDefault(argument => parsed.GetResult(argument) is not { Tokens.Count: > 0 });
        var verbs = command.Subcommands.Where(verb => !verb.Hidden).Select(verb => (verb.Name, Meaning(verb.Description)));
        var values = open is null ? [] : open.GetCompletions(CompletionContext.Empty).Select(item => (item.Label, ""));
        return new(Matching(verbs.Concat(values), typed), open?.Name == Target, parsed);
    }

    /// <summary>Those that begin with what is typed.</summary>
    public static IReadOnlyList<(string Word, string Meaning)> Matching(IEnumerable<(string Word, string Meaning)> words, string typed) =>
        [.. words.Where(each => each.Word.StartsWith(typed, StringComparison.Ordinal)).DistinctBy(each => each.Word)];

    /// <summary>The options of a command, its own first and then those that every verb has.</summary>
    private static IEnumerable<Option> Options(Command command) => command.Options.Where(option => !option.Hidden)
        .Concat(command.Parents.OfType<Command>().SelectMany(Options).Where(option => option.Recursive));

    private static bool Takes(Option option, string word) =>
        option.Arity.MinimumNumberOfValues > 0 && (option.Name == word || option.Aliases.Contains(word));

    private static IEnumerable<(string, string)> Values(Option option) => option.GetCompletions(CompletionContext.Empty).Select(item => (item.Label, ""));

    // The shells show one line; the first sentence is enough there.
    private static string Meaning(string? description) => Safe.Line((description ?? "").Split(". ", 2)[0].TrimEnd('.'));
}
