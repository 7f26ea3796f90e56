namespace Hale.Config.Yaml;

/// <summary>What usually lies behind a syntax error, guessed from the finding and the line where it was noticed.</summary>
internal static class SyntaxHint
{
    /// <summary>A better place where there is one, and what to do about it.</summary>
    public static (Position At, string? Hint) For(string text, Position at, string finding)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        if (finding.Contains("tab", StringComparison.Ordinal))
        {
            // The scanner notices a tab only once it is past it, and then names the beginning of what went before.
            for (var i = Math.Max(at.Line - 1, 0); i < lines.Length; i++)
            {
                var tab = lines[i].IndexOf('\t', StringComparison.Ordinal);
                if (tab >= 0 && string.IsNullOrWhiteSpace(lines[i][..tab]))
                    return (at with { Line = i + 1, Column = tab + 1 }, "indent with blanks");
            }
        }
        var line = at.Line <= lines.Length ? lines[at.Line - 1] : "";
        return (at, Guess(line, at.Column, finding));
    }

    private static string? Guess(string line, int column, string finding)
    {
        var reference = line.IndexOf("${", StringComparison.Ordinal);
        var bracket = line.AsSpan().IndexOfAny('{', '[');
        if (bracket >= 0 && reference > bracket && line[reference - 1] is not ('"' or '\''))
            return "inside { } and [ ] write a reference in quotes: \"${NAME}\"";
        if (finding.Contains("quoted scalar", StringComparison.Ordinal))
            return "close the quote that begins here";
        if (finding.Contains("cannot start any token", StringComparison.Ordinal) && column <= line.Length)
            return $"write a value that begins with {line[column - 1]} in quotes";
        if (finding.Contains("expected key", StringComparison.Ordinal))
            return "indent the keys of one mapping alike";
        return finding.Contains("invalid mapping", StringComparison.Ordinal) && line.AsSpan().Count(": ") > 1 ? "write a value that holds \": \" in quotes" : null;
    }
}
