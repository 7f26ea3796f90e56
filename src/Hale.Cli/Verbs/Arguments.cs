using System.CommandLine;
using System.CommandLine.Parsing;
using Hale.Config;

namespace Hale.Cli.Verbs;

/// <summary>Arguments that do not swallow a misspelt option: <c>hale status --wach</c> does not ask for a target of that name.</summary>
internal static class Arguments
{
    /// <summary>An argument that may be left out.</summary>
    public static Argument<string?> Optional(string name, string description) =>
        Strict(new Argument<string?>(name) { Description = description, Arity = ArgumentArity.ZeroOrOne });

    /// <summary>An argument that must be given.</summary>
    public static Argument<string> Required(string name, string description) =>
        Strict(new Argument<string>(name) { Description = description });

    /// <summary>An argument that may be given several times, or not at all.</summary>
    public static Argument<string[]> Several(string name, string description) =>
        Strict(new Argument<string[]>(name) { Description = description, Arity = ArgumentArity.ZeroOrMore });

    /// <summary>The option that a mistyped word was meant to be, or null.</summary>
    public static string? Guess(string word, Command command) =>
        Spelling.Closest(word, Lineage(command).SelectMany(each => each.Options).SelectMany(option => option.Aliases.Append(option.Name)));

    private static T Strict<T>(T argument) where T : Argument
    {
        argument.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => token.Value.StartsWith('-'))?.Value is not { } word)
                return;
            var guess = result.Parent is CommandResult { Command: var command } ? Guess(word, command) : null;
            result.AddError($"There is no option '{word}'.{(guess is null ? "" : $" Did you mean '{guess}'?")}");
        });
        return argument;
    }

    private static IEnumerable<Command> Lineage(Command command) =>
        command.Parents.OfType<Command>().SelectMany(Lineage).Prepend(command);
}
