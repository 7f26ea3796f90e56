using System.CommandLine;
using System.Text.Json;
using Hale.Cli.Output;

namespace Hale.Cli.Verbs;

/// <summary><c>hale replay</c></summary>
internal static class ReplayVerb
{
    public static Command Create(Surroundings surroundings)
    {
        var journal = Arguments.Required("JOURNAL", "A journal, journal.db in a state folder, or a copy of one");
        return new Verb(
            "replay",
            "Fold a journal again and say whether the same world comes out",
            ("hale replay .hale/journal.db", "proves that every verdict follows from the facts"))
        {
            journal,
        }.Does(surroundings, call =>
        {
            var path = Path.GetFullPath(call.Get(journal)!, surroundings.Directory);
            if (!File.Exists(path))
                throw new CommandException(ExitCode.Usage, $"There is no file {path}. The journal is journal.db in the state folder.");
            var result = surroundings.EngineRoom.Replay(path);
            if (call.WantsJson)
                surroundings.Out.WriteLine(JsonSerializer.Serialize(new ReplayReport(result.Facts, result.Checkpoints, result.Difference), CliJson.Default.ReplayReport));
            else if (result.Difference is { } difference)
                call.Screen.Line(new Piece("differs", Tone.Bad), $": {difference}");
            else if (result.Checkpoints == 0)
                call.Screen.Line("The journal is empty: there is nothing to compare.");
            else
                call.Screen.Line(new Piece("same", Tone.Good), $": {result.Facts} facts folded again give the world that was kept at {Words.Count(result.Checkpoints, "checkpoint")}");
            return Task.FromResult(result.Difference is not null ? ExitCode.Bad : result.Checkpoints == 0 ? ExitCode.Unknown : ExitCode.Good);
        });
    }
}
