using System.Globalization;
using System.Text.Json.Nodes;

namespace Hale.Config.Loading;

/// <summary>The JSON schema of one value. Whatever its type, a reference (<c>${NAME}</c>) may stand for it.</summary>
internal static class ValueSchema
{
    private const string Reference = @"\$\{";
    private const string DurationPattern = @"^(?=\d)(\d+(\.\d+)?d)?(\d+(\.\d+)?h)?(\d+(\.\d+)?m)?(\d+(\.\d+)?s)?(\d+(\.\d+)?ms)?$";

    public static JsonObject Of(Key key)
    {
        var schema = key.Type switch
        {
            KeyType.Text or KeyType.Path or KeyType.Pattern or KeyType.Signal => Scalar(),
            KeyType.Duration => new JsonObject { ["anyOf"] = new JsonArray(Written(DurationPattern), new JsonObject { ["const"] = 0 }) },
            KeyType.Percent => Written(@"^\d+(\.\d+)? *%$"),
            KeyType.Bytes => Written(@"^\d+(\.\d+)? *([KkMmGgTtPp]?[Ii]?[Bb]|[KkMmGgTtPp])?$", "integer"),
            KeyType.Integer => InRange(Written(null, "integer"), key),
            KeyType.Number => InRange(Written(null, "number"), key),
            KeyType.Flag => Written(null, "boolean"),
            KeyType.Url => Written("^[Hh][Tt][Tt][Pp][Ss]?://"),
            KeyType.TextList or KeyType.PathList => OneOrMore(Item(key)),
            KeyType.Command => OneOrMore(Scalar()),
            KeyType.TextMap => new JsonObject { ["type"] = "object", ["additionalProperties"] = Scalar() },
            KeyType.Choice => Item(key),
            KeyType.Budget => Written(@"^[1-9]\d* +per +\S+$"),
            KeyType.Level => Written(@"^\d", "number"),
            KeyType.TimeOfDay => Written(@"^([01]\d|2[0-3]):[0-5]\d$"),
            _ => new JsonObject(),
        };
        if (key.Default is { } text)
            schema["default"] = DefaultOf(key.Type, text);
        if (KeyTypes.Example(key.Type) is { Length: > 0 } examples && key.Type is KeyType.Duration or KeyType.Bytes or KeyType.Percent or KeyType.Budget or KeyType.Signal or KeyType.TimeOfDay)
            schema["examples"] = new JsonArray([.. examples.Split(", ").Select(example => (JsonNode)example)]);
        return schema;
    }

    /// <summary>A scalar of any look: YAML reads 8080 and true as what they look like, and Hale takes them as the text that was written.</summary>
    private static JsonObject Scalar() => new() { ["type"] = new JsonArray("string", "number", "boolean") };

    /// <summary>A text of a certain form, or a reference; with another type, that type or a reference.</summary>
    private static JsonObject Written(string? pattern, string? alsoType = null)
    {
        var form = pattern is null ? Reference : $"({pattern})|{Reference}";
        return new JsonObject { ["type"] = alsoType is null ? "string" : new JsonArray(alsoType, "string"), ["pattern"] = form };
    }

    private static JsonObject InRange(JsonObject schema, Key key)
    {
        if (key.Min is { } min)
            schema["minimum"] = min;
        if (key.Max is { } max)
            schema["maximum"] = max;
        return schema;
    }

    private static JsonObject Item(Key key)
    {
        if (key.Choices.Length == 0)
            return Scalar();
        // A choice that looks like a number (1, 5 or 15 minutes, version 1.1) may be written without quotes.
        var choices = key.Choices.SelectMany(choice => decimal.TryParse(choice, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? new JsonNode[] { choice, number } : [choice]);
        return new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["enum"] = new JsonArray([.. choices]) }, Written(null)) };
    }

    private static JsonObject OneOrMore(JsonObject item) => new()
    {
        ["anyOf"] = new JsonArray(item, new JsonObject { ["type"] = "array", ["minItems"] = 1, ["items"] = item.DeepClone() }),
    };

    private static JsonNode DefaultOf(KeyType type, string text) => type switch
    {
        KeyType.Integer => long.Parse(text, CultureInfo.InvariantCulture),
        KeyType.Number => double.Parse(text, CultureInfo.InvariantCulture),
        KeyType.Flag => text == "true",
        _ => text,
    };
}
