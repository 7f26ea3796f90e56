using System.Text;

namespace Hale.Probes.Http;

/// <summary>Text from outside, made fit to be shown: one line, printable, short.</summary>
internal static class Excerpt
{
    private const int Length = 120;

    /// <summary>The first 120 characters, with control characters as blanks and runs of blanks as one, in quotes.</summary>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 4 * Length)]);
        var shown = new StringBuilder("'");
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length > Length)
                break;
            if (!Rune.IsControl(rune) && !Rune.IsWhiteSpace(rune))
                shown.Append(rune);
            else if (shown[^1] is not (' ' or '\''))
                shown.Append(' ');
        }
        var cut = shown.Length > Length || bytes.Length > 4 * Length;
        return (shown[^1] == ' ' ? shown.Remove(shown.Length - 1, 1) : shown).Append(cut ? "…'" : "'").ToString();
    }
}
