using Spectre.Console;

namespace Hale.Cli.Output;

/// <summary>A terminal: colours, and long cells wrapped within their column. No markup is ever parsed, so no text can inject any.</summary>
internal sealed class ColorScreen : Screen
{
    private readonly TextWriter output;
    private readonly IAnsiConsole console;

    /// <param name="output">The terminal.</param>
    /// <param name="width">Columns; null to ask the terminal.</param>
    public ColorScreen(TextWriter output, int? width = null)
    {
        this.output = output;
        console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.Standard,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        if (width is { } columns)
            console.Profile.Width = columns;
    }

    public override void Line(params ReadOnlySpan<Piece> pieces)
    {
        var line = new Paragraph();
        foreach (var piece in pieces)
            line.Append(Safe.Line(piece.Text), Style(piece.Tone));
        console.Write(line);
        console.WriteLine();
    }

    public override void Table(IReadOnlyList<string> header, IReadOnlyList<Piece[]> rows, int indent = 0)
    {
        if (rows.Count == 0)
            return;
        var table = new Table { Border = TableBorder.None, ShowHeaders = header.Count > 0 };
        for (var column = 0; column < rows[0].Length; column++)
        {
            var isLast = column == rows[0].Length - 1;
            table.AddColumn(new TableColumn(new Text(header.Count > 0 ? header[column] : "", Style(Tone.Dim)))
            {
                NoWrap = !isLast,
                Padding = new Padding(0, 0, isLast ? 0 : 2, 0),
            });
        }
        foreach (var row in rows)
            table.AddRow(row.Select(cell => new Text(Safe.Line(cell.Text), Style(cell.Tone))));
        console.Write(new Padder(table, new Padding(indent, 0, 0, 0)));
    }

    // Cursor home, then clear: the page changes without flicker.
    public override void Page() => output.Write("\x1b[H\x1b[2J\x1b[3J");

    private static Style Style(Tone tone) => tone switch
    {
        Tone.Good => new Style(Color.Green),
        Tone.Warn => new Style(Color.Yellow),
        Tone.Bad => new Style(Color.Red, decoration: Decoration.Bold),
        Tone.Unknown => new Style(Color.Fuchsia),
        Tone.Dim => new Style(Color.Grey),
        Tone.Strong => new Style(decoration: Decoration.Bold),
        _ => Spectre.Console.Style.Plain,
    };
}
