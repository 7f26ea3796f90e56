namespace Hale.Cli.Output;

/// <summary>Plain text for pipes and files: no escapes, no trailing blanks, no line broken.</summary>
internal sealed class PlainScreen(TextWriter output) : Screen
{
    private const int Gap = 2;

    public override void Line(params ReadOnlySpan<Piece> pieces)
    {
        foreach (var piece in pieces)
            output.Write(Safe.Line(piece.Text));
        output.WriteLine();
    }

    public override void Table(IReadOnlyList<string> header, IReadOnlyList<Piece[]> rows, int indent = 0)
    {
        List<string[]> lines = [.. rows.Select(row => row.Select(cell => Safe.Line(cell.Text)).ToArray())];
        if (header.Count > 0)
            lines.Insert(0, [.. header]);
        if (lines.Count == 0)
            return;
        var widths = Enumerable.Range(0, lines[0].Length).Select(column => lines.Max(line => line[column].Length)).ToArray();
        foreach (var line in lines)
        {
            var text = string.Concat(line.Select((cell, column) => cell.PadRight(widths[column] + Gap)));
            output.WriteLine((new string(' ', indent) + text).TrimEnd());
        }
    }

    public override void Page() => output.WriteLine();
}
