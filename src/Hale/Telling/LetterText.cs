using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hale.Telling;

/// <summary>A letter in words, for channels that people read.</summary>
public static class LetterText
{
    /// <summary>Most subjects that are listed; of the rest only the number is said.</summary>
    public const int MostListed = 20;

    // Nothing of it gets into HTML: what a receiver shows is its own to escape.
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One line: what a subject line or a pager shows.</summary>
    public static string Title(Letter letter)
    {
        var word = letter.Kind switch
        {
            "resolved" => "Resolved",
            "reminder" => "Still",
            "note" => "Note",
            "test" => "Test",
            _ => letter.Severity switch { "critical" => "Critical", "warning" => "Warning", _ => "Problem" },
        };
        if (letter.Items.Count == 1)
            return $"{word}: {letter.Items[0].Subject} {FirstClause(letter.Items[0].Text)}";
        const int named = 3;
        var names = string.Join(", ", letter.Items.Take(named).Select(item => item.Subject));
        return string.Create(CultureInfo.InvariantCulture, $"{word}: {letter.Items.Count} at once: {names}{(letter.Items.Count > named ? " …" : "")}");
    }

    /// <summary>Line by line, a subject each, and what stands behind it.</summary>
    public static IReadOnlyList<string> Lines(Letter letter)
    {
        var lines = letter.Items.Take(MostListed).Select(Line).ToList();
        if (letter.Items.Count > MostListed)
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"and {letter.Items.Count - MostListed} more: hale status"));
        return lines;
    }

    /// <summary>A subject in one line.</summary>
    public static string Line(LetterItem item)
    {
        var line = new StringBuilder(item.Subject).Append(' ').Append(item.Text);
        if (item.Hidden > 0)
            line.Append(CultureInfo.InvariantCulture, $" ({item.Hidden} that depend on it cannot be judged meanwhile)");
        if (item.Severity != "ok" && item.Since > DateTimeOffset.UnixEpoch)
            line.Append(CultureInfo.InvariantCulture, $", since {item.Since:yyyy-MM-dd HH:mm:ss} UTC");
        return line.ToString();
    }

    /// <summary>Title and lines, with where they come from.</summary>
    public static string Whole(Letter letter) => $"{Title(letter)}\n\n{string.Join('\n', Lines(letter))}\n\nHale on {letter.Host}, {letter.At:yyyy-MM-dd HH:mm:ss} UTC";

    /// <summary>As JSON, with title and severity beside what the letter itself has; subjects beyond <paramref name="most"/> are only counted, in <c>more</c>.</summary>
    public static string Json(Letter letter, int most)
    {
        var body = JsonNode.Parse((letter with { Items = [.. letter.Items.Take(most)] }).ToJson())!.AsObject();
        body["severity"] = letter.Severity;
        body["title"] = Title(letter);
        body["more"] = Math.Max(0, letter.Items.Count - most);
        return body.ToJsonString(Readable);
    }

    private static string FirstClause(string text)
    {
        const int longest = 120;
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= longest ? line : line[..(longest - 1)] + "…";
    }
}
