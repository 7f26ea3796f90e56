using Hale.Core.Model;
using Hale.Processes;

namespace Hale.Remedies;

/// <summary>What remedies that run a command have in common.</summary>
internal static class RemedyCommand
{
    private const int OutputMax = 300;

    /// <summary>Exit code 0 is done, everything else has failed; the detail says how, with the command's last words.</summary>
    public static RemedyResult Judge(Command command, CommandResult result)
    {
        var words = LastLine(result.Error) ?? LastLine(result.Output);
        var detail = $"{command.Argv[0]} {result.Summary}{(words is null ? "" : $": {words}")}";
        return result.End == CommandEnd.CouldNotStart
            ? new(RemedyOutcome.Failed, result.Summary)
            : new(result.IsSuccess ? RemedyOutcome.Done : RemedyOutcome.Failed, detail);
    }

    /// <summary>One line on what would be run.</summary>
    public static string Rehearse(Command command) =>
        $"would run, for at most {command.Timeout.TotalSeconds:0.###} s: {string.Join(' ', command.Argv.Select(Quoted))}";

    private static string? LastLine(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length == 0 ? null : OneLine.Of(lines[^1], OutputMax);
    }

    private static string Quoted(string argument) =>
        argument.Length > 0 && !argument.Any(letter => char.IsWhiteSpace(letter) || letter is '\'' or '"') ? argument : $"'{argument}'";
}
