using Hale.Config.Yaml;

namespace Hale.Config;

/// <summary>One value of the configuration as a person wrote it: references such as <c>${NAME}</c> are not replaced, and what looks like a secret is not shown.</summary>
/// <param name="Key">The key.</param>
/// <param name="Text">What was written.</param>
/// <param name="Exact">A hash of the value that came of it, references replaced: equal for equal values, however they are written.</param>
/// <param name="File">The file that it stands in.</param>
/// <param name="Line">The line, from 1.</param>
public readonly record struct WrittenValue(string Key, string Text, ulong Exact, string File, int Line);

/// <summary>One mapping of the configuration, with what was written in it; defaults are not.</summary>
/// <param name="Path">Full path, such as <c>targets.web.checks.home.http</c>.</param>
/// <param name="Values">In the order of the file.</param>
public sealed record WrittenSection(string Path, IReadOnlyList<WrittenValue> Values);

/// <summary>What a node looks like to a person, in one line.</summary>
internal static class WrittenText
{
    private const int Longest = 200;
    private const string Mask = "***";

    private static readonly string[] Secrets = ["token", "password", "secret", "authorization", "api_key", "apikey", "credential"];

    /// <summary>The text of a value of a key.</summary>
    public static string Of(string key, Node node)
    {
        var text = Of(key, node, IsSecret(key));
        return text.Length <= Longest ? text : text[..Longest] + "…";
    }

    private static string Of(string key, Node node, bool secret) => node switch
    {
        ScalarNode scalar => Scalar(scalar.Text, secret),
        ListNode list => $"[{string.Join(", ", list.Items.Select(item => Of(key, item, secret)))}]",
        MapNode map => $"{{ {string.Join(", ", map.Entries.Select(entry => $"{entry.Key}: {Of(entry.Key, entry.Value, secret || IsSecret(entry.Key))}"))} }}",
        _ => "",
    };

    private static string Scalar(string text, bool secret)
    {
        // A reference names a secret and does not tell it.
        if (secret)
            return text.StartsWith("${", StringComparison.Ordinal) && text.IndexOf('}', StringComparison.Ordinal) == text.Length - 1 ? text : Mask;
        // http://user:password@host
        var at = text.IndexOf("://", StringComparison.Ordinal);
        if (at < 0 || text.IndexOf('@', at) is not (> 0 and var end) || text.AsSpan(at + 3, end - at - 3).IndexOfAny('/', '?', '#') >= 0)
            return text.ReplaceLineEndings("\\n");
        return $"{text[..(at + 3)]}{Mask}{text[end..]}";
    }

    private static bool IsSecret(string key) => Secrets.Any(word => key.Contains(word, StringComparison.OrdinalIgnoreCase));
}
