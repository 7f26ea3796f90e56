using System.Text.RegularExpressions;

namespace Hale.Config.Loading;

/// <summary>Guesses at values that are nearly right.</summary>
internal static partial class Hints
{
    /// <summary>"5 minutes" for 5m, "30" for 30s.</summary>
    public static string? Duration(string text)
    {
        var match = NumberAndWord().Match(text);
        if (!match.Success)
            return null;
        var word = match.Groups[2].Value.ToLowerInvariant();
        var unit = word is "" ? "s" : word.StartsWith("mil", StringComparison.Ordinal) || word is "msec" or "msecs" ? "ms" : word[..1];
        var guess = match.Groups[1].Value + unit;
        return Config.Duration.TryParse(guess, out _) ? Mean(guess) : null;
    }

    /// <summary>"85" for 85%. A number up to one could be a share of one as well, so it is left to the writer.</summary>
    public static string? Percent(string text) =>
        Config.Percent.TryParse(text + "%", out var percent) && percent > 1 ? Mean(text + "%") : null;

    /// <summary>The other words that YAML 1.1 took for true and false.</summary>
    public static string? Flag(string text) => text.ToLowerInvariant() switch
    {
        "yes" or "on" or "y" or "1" or "true" => Mean("true"),
        "no" or "off" or "n" or "0" or "false" => Mean("false"),
        _ => null,
    };

    /// <summary>An address without its scheme.</summary>
    public static string? Url(string text) =>
        text.Length > 0 && !text.Contains("://", StringComparison.Ordinal) && !text.Contains("${", StringComparison.Ordinal)
        && Uri.TryCreate("http://" + text, UriKind.Absolute, out _) ? Mean("http://" + text) : null;

    private static string Mean(string guess) => $"did you mean \"{guess}\"?";

    [GeneratedRegex(@"^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex NumberAndWord();
}
