using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Hale.Probes.Http;

/// <summary>
/// What a value in a JSON document must be: <c>status == ok</c>, <c>queue.length &lt; 100</c>; or a path alone, whose value must be there and be
/// neither null nor false.
/// </summary>
internal sealed class JsonCondition
{
    private static readonly string[] Operators = ["==", "!=", "<=", ">=", "<", ">"];

    private readonly string pathText;
    private readonly JsonPath path;
    private readonly string? comparison;
    private readonly string wanted;
    private readonly double? wantedNumber;

    private JsonCondition(string pathText, JsonPath path, string? comparison, string wanted)
    {
        (this.pathText, this.path, this.comparison, this.wanted) = (pathText, path, comparison, wanted);
        wantedNumber = Number(wanted);
    }

    /// <summary>Reads a condition; null when it is none.</summary>
    public static JsonCondition? TryParse(string text)
    {
        var (at, comparison) = FindOperator(text);
        var pathText = (at < 0 ? text : text[..at]).Trim();
        if (pathText.Length == 0 || JsonPath.TryParse(pathText) is not { } path)
            return null;
        if (comparison is null)
            return new(pathText, path, null, "");
        var wanted = Unquoted(text[(at + comparison.Length)..].Trim());
        if (wanted is null || (comparison is not ("==" or "!=") && Number(wanted) is null))
            return null;
        return new(pathText, path, comparison, wanted);
    }

    /// <summary>Why the document does not meet the condition; null when it does.</summary>
    public string? Complaint(JsonElement document)
    {
        if (path.Follow(document) is not { } value)
            return $"the document has no value at {pathText}";
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        if (comparison is null)
            return value.ValueKind is JsonValueKind.Null or JsonValueKind.False ? $"{pathText} is {text}" : null;
        return Holds(text) ? null : $"{pathText} is {Excerpt.Of(Encoding.UTF8.GetBytes(text))}, which is not {comparison} {wanted}";
    }

    private bool Holds(string text)
    {
        var number = Number(text);
        return comparison switch
        {
            "==" => IsSame(text, number),
            "!=" => !IsSame(text, number),
            "<" => number < wantedNumber,
            "<=" => number <= wantedNumber,
            ">" => number > wantedNumber,
            _ => number >= wantedNumber,
        };
    }

    // 1.0 and 1 are the same number, as texts they are not.
    private bool IsSame(string text, double? number) => text == wanted || (number is not null && number == wantedNumber);

    // An operator within quotes or brackets belongs to a name.
    private static (int At, string? Operator) FindOperator(string text)
    {
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            if (quote != '\0')
                quote = text[i] == quote ? '\0' : quote;
            else if (text[i] is '"' or '\'')
                quote = text[i];
            else if (Operators.FirstOrDefault(each => string.CompareOrdinal(text, i, each, 0, each.Length) == 0) is { } found)
                return (i, found);
        }
        return (-1, null);
    }

    private static string? Unquoted(string text) => text switch
    {
        "" => null,
        ['"', .. var inner, '"'] => inner,
        ['\'', .. var inner, '\''] => inner,
        _ => text,
    };

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
