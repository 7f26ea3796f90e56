using Hale.Cli.Output;
using Hale.Web.Contract;

namespace Hale.Cli.Views;

/// <summary>Shows what happened, one line each.</summary>
internal static class HistoryView
{
    /// <summary>A page, in the order given.</summary>
    public static void Write(Screen screen, IEnumerable<HistoryEntryDto> entries) =>
        screen.Table(["TIME", "KIND", "TARGET", "WHAT"], [.. entries.Select(Row)]);

    /// <summary>One event as it happens; columns of a fixed width, since the next is not known.</summary>
    public static void WriteLine(Screen screen, HistoryEntryDto entry)
    {
        var row = Row(entry);
        screen.Line(row[0], "  ", row[1] with { Text = row[1].Text.PadRight(10) }, "  ", entry.Target is null ? "" : new Piece(entry.Target + ": ", Tone.Strong), row[3]);
    }

    public static Piece[] Row(HistoryEntryDto entry) =>
    [
        new(Words.Moment(entry.At), Tone.Dim),
        new(entry.Kind, ToneOf(entry.Kind)),
        entry.Target ?? "-",
        entry.Text,
    ];

    private static Tone ToneOf(string kind) => kind switch
    {
        "transition" => Tone.Strong,
        "intent" or "outcome" => Tone.Good,
        "refusal" => Tone.Warn,
        "doubt" => Tone.Bad,
        "life" or "order" => Tone.Unknown,
        _ => Tone.Dim,
    };
}
