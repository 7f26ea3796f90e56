using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Hale.Cli;

/// <summary>The help of a verb, with what its exit codes mean and examples that can be copied.</summary>
internal sealed class HelpPage(HelpAction standard) : SynchronousCommandLineAction
{
    private const int Columns = 80;

    private const string ExitCodes = """
        Exit codes:
          0  good    1  what was looked at is bad, or what was asked for was refused
          2  wrong usage or configuration    3  could not tell (no daemon, no evidence)
        """;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        standard.MaxWidth = Columns;
        var result = standard.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        var command = parseResult.CommandResult.Command;
        if (command is Verb { Notes: { } notes })
            output.WriteLine($"{notes}\n");
        if (command is Verb { Examples.Count: > 0 } verb)
            WriteExamples(output, verb);
        if (command is RootCommand)
            output.WriteLine("Start with 'hale demo'. Every verb explains itself: hale VERB --help\n");
        output.WriteLine(ExitCodes);
        return result;
    }

    private static void WriteExamples(TextWriter output, Verb verb)
    {
        output.WriteLine("Examples:");
        var width = verb.Examples.Max(example => example.Line.Length) + 3;
        // Side by side where all of them fit, otherwise one below the other.
        var isWide = verb.Examples.Any(example => 2 + width + example.Meaning.Length > Columns);
        foreach (var (line, meaning) in verb.Examples)
            output.WriteLine((isWide ? $"  {line}\n      {meaning}" : $"  {line.PadRight(width)}{meaning}").TrimEnd());
        output.WriteLine();
    }

    /// <summary>The words that lead to a command: <c>hale config check</c>.</summary>
    public static string Path(Command command)
    {
        var parent = command.Parents.OfType<Command>().FirstOrDefault();
        return command is RootCommand || parent is null ? "hale" : $"{Path(parent)} {command.Name}";
    }
}
