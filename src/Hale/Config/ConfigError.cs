namespace Hale.Config;

/// <summary>Something wrong with a configuration, or worth a warning.</summary>
/// <param name="File">The file as it was named to the loader.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Key">Full path of the key, such as <c>targets.web.checks.home.http.url</c>; empty for the file as a whole.</param>
/// <param name="Found">What was written there; empty when something is missing.</param>
/// <param name="Message">What is wrong and what would be accepted, without file and key.</param>
/// <param name="Suggestion">What the writer probably meant; null when there is no good guess.</param>
public sealed record ConfigError(string File, int Line, int Column, string Key, string Found, string Message, string? Suggestion = null)
{
    /// <summary>One line, as compilers write it, so that editors can jump to the place.</summary>
    public override string ToString()
    {
        var key = Key.Length == 0 ? "" : Key + ": ";
        var suggestion = Suggestion is null ? "" : "; " + Suggestion;
        return $"{File}:{Line}:{Column}: {key}{Message}{suggestion}";
    }
}
