namespace Hale.Processes;

/// <summary>Makes one line for a person out of text that a program wrote.</summary>
internal static class OneLine
{
    /// <summary>Control characters (escape sequences would reach the terminal) become blanks, blanks at the ends go, and what is too long is cut.</summary>
    public static string Of(ReadOnlySpan<char> text, int max)
    {
        var clean = text.ToArray();
        for (var i = 0; i < clean.Length; i++)
        {
            if (char.IsControl(clean[i]))
                clean[i] = ' ';
        }
        var line = new string(clean).Trim();
        return line.Length <= max ? line : string.Concat(line.AsSpan(0, max - 1), "…");
    }
}
