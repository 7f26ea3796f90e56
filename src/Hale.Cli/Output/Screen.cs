namespace Hale.Cli.Output;

/// <summary>Where people read: lines and tables, as colours on a terminal and as plain text elsewhere.</summary>
internal abstract class Screen
{
    /// <summary>A line of pieces; none for an empty line.</summary>
    public abstract void Line(params ReadOnlySpan<Piece> pieces);

    /// <summary>A table: columns aligned, the last one free in its length.</summary>
    /// <param name="header">The titles; empty for none.</param>
    /// <param name="rows">The rows, each with as many cells as the first.</param>
    /// <param name="indent">Blanks before each line.</param>
    public abstract void Table(IReadOnlyList<string> header, IReadOnlyList<Piece[]> rows, int indent = 0);

    /// <summary>Begins a fresh page, for a display that is repeated.</summary>
    public abstract void Page();
}
