using YamlDotNet.Core;

namespace Hale.Config.Yaml;

/// <summary>What usually lies behind a syntax error, guessed from the line where it was noticed.</summary>
internal static class SyntaxHint
{
    public static string? For(string text, Mark mark)
    {
        var line = LineOf(text, (int)mark.Line);
        // A tab is noticed one line early, at the end of the value before it.
        var next = LineOf(text, (int)mark.Line + 1);
        if (IndentsWithTab(line) || IndentsWithTab(next))
            return "indent with blanks, not with tabs";
        if (line.Contains("${", StringComparison.Ordinal) && line.AsSpan().IndexOfAny('{', '[') < line.IndexOf("${", StringComparison.Ordinal) + 1)
            return "inside { } and [ ] write a reference in quotes: \"${NAME}\"";
        var rest = line.AsSpan((int)Math.Clamp(mark.Column - 1, 0, line.Length)).TrimStart();
        if (rest.Length > 0 && "%@`*&!|>".Contains(rest[0], StringComparison.Ordinal))
            return $"write a value that begins with {rest[0]} in quotes";
        return line.AsSpan().Count(": ") > 1 ? "write a value that holds \": \" in quotes" : null;
    }

    private static bool IndentsWithTab(string line) => line.AsSpan(0, line.Length - line.AsSpan().TrimStart().Length).Contains('\t');

    private static string LineOf(string text, int number)
    {
        using var reader = new StringReader(text);
        for (var i = 1; i < number && reader.ReadLine() is not null; i++)
        {
        }
        return reader.ReadLine() ?? "";
    }
}
