using System.Globalization;
using System.Text;

namespace Hale.Core.Containers;

/// <summary>What containers print, made fit to be shown: short, on one line, and with nothing in it that a terminal would obey.</summary>
public static class ContainerWords
{
    /// <summary>The longest line that is shown, in characters.</summary>
    public const int Longest = 160;

    /// <summary>The last lines that are shown.</summary>
    public const int Lines = 3;

    private const char Unprintable = '·';

    /// <summary>The end of a log: <c>its last words: 'one' | 'two'</c>.</summary>
    /// <param name="lines">Oldest first; null when the log could not be read.</param>
    public static string Last(IReadOnlyList<string>? lines)
    {
        if (lines is null)
            return "its log could not be read";
        var words = lines.Select(line => Printable(line)).Where(line => line.Length > 0).TakeLast(Lines).ToList();
        return words.Count == 0 ? "it had logged nothing" : $"its last words: {string.Join(" | ", words.Select(line => $"'{line}'"))}";
    }

    /// <summary>One line of it: runs of what cannot be printed become one dot, runs of blanks one blank, and the end of what is too long is cut.</summary>
    public static string Printable(string text, int longest = Longest)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= longest)
            {
                shown.Append('…');
                break;
            }
            if (Rune.IsWhiteSpace(rune))
                Append(shown, ' ');
            else if (!IsPrintable(rune))
                Append(shown, Unprintable);
            else
                shown.Append(rune);
        }
        return shown.ToString().Trim(' ');
    }

    // The mark that stands for bytes that are no UTF-8 counts as unprintable too.
    private static bool IsPrintable(Rune rune) => rune != Rune.ReplacementChar && Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static void Append(StringBuilder shown, char mark)
    {
        if (shown.Length == 0 || shown[^1] != mark)
            shown.Append(mark);
    }
}
