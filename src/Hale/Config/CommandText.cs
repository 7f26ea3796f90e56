namespace Hale.Config;

/// <summary>A command written as one text: program and arguments with blanks between, and no shell to read it.</summary>
public static class CommandText
{
    private static readonly string[] ShellWords = ["|", "||", "&", "&&", ";", ">", ">>", "<", "<<", "2>", "2>&1", "&>"];

    /// <summary>
    /// Splits at blanks. A text that only a shell would read as it was meant (quotes, pipes, redirections) is refused rather than
    /// run as something else.
    /// </summary>
    public static bool TrySplit(string text, out string[] words, out string trouble)
    {
        trouble = "";
        words = text.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
            trouble = "is no command";
        else if (text.AsSpan().IndexOfAny('"', '\'', '`') >= 0)
            trouble = "has quotes, which nothing would remove; write a list: [program, \"an argument\"]";
        else if (words.FirstOrDefault(word => ShellWords.Contains(word)) is { } shell)
            trouble = $"has {shell}, which only a shell understands; write [sh, -c, \"…\"]";
        return trouble.Length == 0;
    }
}
