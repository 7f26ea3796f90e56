using System.Globalization;
using System.Text;

namespace Hale.Cli.Output;

/// <summary>Makes text from outside fit for a terminal: what a probe or a process printed must not move the cursor, hide text or set a title.</summary>
internal static class Safe
{
    /// <summary>
    /// One line: breaks and tabs become a blank, other control characters (C0, DEL, C1), bidirectional overrides and lone
    /// surrogates become a visible escape.
    /// </summary>
    public static string Line(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return text;
        var clean = new StringBuilder(text.Length + 8);
        var wasBlank = false;
        foreach (var rune in text.EnumerateRunes())
        {
            var isBreak = rune.Value is '\n' or '\r' or '\t' or '\v' or '\f' or 0x85 or 0x2028 or 0x2029;
            if (isBreak)
            {
                if (!wasBlank)
                    clean.Append(' ');
            }
            else if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control)
                clean.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}");
            else if (rune.Value is (>= 0x202a and <= 0x202e) or (>= 0x2066 and <= 0x2069) or 0x200e or 0x200f)
                clean.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            else
                clean.Append(rune);
            wasBlank = isBreak || rune.Value == ' ';
        }
        return clean.ToString();
    }
}
