using System.Globalization;
using System.Text;

namespace Hale.Manual;

/// <summary>Writes a manual page in the man(7) macros, for man-db and mandoc alike.</summary>
public sealed class Roff
{
    private readonly StringBuilder page = new();
    private bool isBelowHeading;

    /// <param name="name">Name of the page: <c>hale</c>.</param>
    /// <param name="section">Section of the manual: 1 for commands, 5 for files.</param>
    /// <param name="source">What it belongs to, with its version.</param>
    public Roff(string name, int section, string source)
    {
        page.Append(".\\\" Written by the tests from the same tables that the program reads; HALE_REWRITE=1 writes it anew.\n");
        page.Append(CultureInfo.InvariantCulture, $".TH {Quoted(name.ToUpperInvariant())} {section} \"\" {Quoted(source)}\n.nh\n.ad l\n");
    }

    /// <summary>A section: <c>EXIT STATUS</c>.</summary>
    public Roff Section(string title) => Line($".SH {Quoted(title)}");

    /// <summary>A part of a section.</summary>
    public Roff Part(string title) => Line($".SS {Quoted(title)}");

    /// <summary>A paragraph. What stands between back quotes is set bold.</summary>
    public Roff Paragraph(string text) => Apart().Line(Text(text));

    /// <summary>A term and what it means.</summary>
    public Roff Item(string term, string text) => Line(".TP").Line($"\\fB{Escaped(term)}\\fR").Line(text.Length == 0 ? "\\&" : Text(text));

    /// <summary>Lines that stay as they are.</summary>
    public Roff Verbatim(string text)
    {
        Apart().Line(".RS 4").Line(".nf");
        foreach (var line in text.TrimEnd('\n').Split('\n'))
            Line(line.Length == 0 ? "\\&" : Started(Escaped(line)));
        return Line(".fi").Line(".RE");
    }

    /// <summary>A line of roff as it stands.</summary>
    public Roff Line(string roff)
    {
        page.Append(roff).Append('\n');
        isBelowHeading = roff.StartsWith(".S", StringComparison.Ordinal);
        return this;
    }

    /// <summary>The page.</summary>
    public override string ToString() => page.ToString();

    // Right below a heading there is nothing to be set apart from.
    private Roff Apart() => isBelowHeading ? this : Line(".PP");

    private static string Text(string text)
    {
        var result = new StringBuilder();
        var isBold = false;
        foreach (var part in text.Replace('\n', ' ').Split('`'))
        {
            result.Append(isBold ? $"\\fB{Escaped(part)}\\fR" : Escaped(part));
            isBold = !isBold;
        }
        return Started(result.ToString());
    }

    // A hyphen that is to be typed must not become a typographic one, and a backslash is roff's own.
    private static string Escaped(string text) => text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal);

    // A line that begins with a full stop or an apostrophe would be a request.
    private static string Started(string line) => line is ['.' or '\'', ..] ? "\\&" + line : line;

    private static string Quoted(string text) => $"\"{Escaped(text).Replace("\"", "\\(dq", StringComparison.Ordinal)}\"";
}
