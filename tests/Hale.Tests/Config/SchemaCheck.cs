using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hale.Config.Loading;
using Hale.Config.Yaml;

namespace Hale.Tests.Config;

/// <summary>As much of a JSON schema validator (draft 07) as our schema needs, over YAML read by the core schema of YAML 1.2, as editors do it.</summary>
internal static class SchemaCheck
{
    public static IReadOnlyList<string> Errors(JsonNode schema, string yaml)
    {
        var problems = new Problems("hale.yaml");
        var tree = TreeReader.Read(yaml, problems);
        var errors = problems.Errors.Select(error => error.ToString()).ToList();
        if (tree is not null)
            Check(schema, schema, ToJson(tree), "$", errors);
        return errors;
    }

    /// <summary>What does not fit a schema of a document; references lead into the document. Objects hold no other properties than those described.</summary>
    public static IReadOnlyList<string> Errors(JsonNode document, JsonNode schema, JsonNode? value)
    {
        var errors = new List<string>();
        Check(document, schema, value, "$", errors);
        return errors;
    }

    private static JsonNode? ToJson(Node node) => node switch
    {
        MapNode map => new JsonObject(map.Entries.Select(entry => KeyValuePair.Create(entry.Key, ToJson(entry.Value)))),
        ListNode list => new JsonArray([.. list.Items.Select(ToJson)]),
        ScalarNode { IsNull: true } => null,
        ScalarNode { Plain: true, Text: "true" or "false" } flag => flag.Text == "true",
        ScalarNode { Plain: true } number when long.TryParse(number.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) => value,
        ScalarNode { Plain: true } number when double.TryParse(number.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) => value,
        ScalarNode text => text.Text,
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };

    private static bool Fits(JsonNode root, JsonNode? schema, JsonNode? value)
    {
        var errors = new List<string>();
        Check(root, schema, value, "$", errors);
        return errors.Count == 0;
    }

    private static void Check(JsonNode root, JsonNode? schema, JsonNode? value, string path, List<string> errors)
    {
        if (schema is not JsonObject rules)
            return;
        if (rules["$ref"] is { } reference)
        {
            // Draft 07 ignores everything beside it.
            Check(root, reference.GetValue<string>().Split('/').Skip(1).Aggregate(root, (place, step) => place[step]!), value, path, errors);
            return;
        }
        foreach (var (rule, argument) in rules)
        {
            var holds = rule switch
            {
                "type" => (argument is JsonArray types ? types.Select(type => type!.GetValue<string>()) : [argument!.GetValue<string>()]).Any(type => IsOf(type, value)),
                "const" => JsonNode.DeepEquals(argument, value),
                "enum" => argument!.AsArray().Any(choice => JsonNode.DeepEquals(choice, value)),
                "pattern" => !IsOf("string", value) || Regex.IsMatch(value!.GetValue<string>(), argument!.GetValue<string>()),
                "minimum" => !IsOf("number", value) || Number(value!) >= Number(argument!),
                "maximum" => !IsOf("number", value) || Number(value!) <= Number(argument!),
                "minItems" => value is not JsonArray items || items.Count >= Number(argument!),
                "minProperties" => value is not JsonObject entries || entries.Count >= Number(argument!),
                "required" => value is not JsonObject map || argument!.AsArray().All(name => map.ContainsKey(name!.GetValue<string>())),
                "anyOf" => argument!.AsArray().Any(form => Fits(root, form, value)),
                "format" => argument!.GetValue<string>() != "date-time" || !IsOf("string", value) || DateTimeOffset.TryParse(value!.GetValue<string>(), CultureInfo.InvariantCulture, out _),
                "oneOf" => value is not JsonObject || argument!.AsArray().Count(form => Fits(root, form, value)) == 1,
                _ => true,
            };
            if (!holds)
                errors.Add($"{path}: not {rule} {argument?.ToJsonString()}");
        }
        foreach (var all in rules["allOf"]?.AsArray() ?? [])
            Check(root, all, value, path, errors);
        if (value is JsonArray list)
        {
            for (var i = 0; i < list.Count; i++)
                Check(root, rules["items"], list[i], $"{path}[{i}]", errors);
        }
        if (value is JsonObject mapping)
        {
            foreach (var (name, entry) in mapping)
                CheckEntry(root, rules, name, entry, $"{path}.{name}", errors);
        }
    }

    private static void CheckEntry(JsonNode root, JsonObject rules, string name, JsonNode? value, string path, List<string> errors)
    {
        if (rules["propertyNames"] is { } names && !Fits(root, names, name))
            errors.Add($"{path}: not a name");
        if (rules["properties"]?[name] is { } known)
            Check(root, known, value, path, errors);
        else if (rules["patternProperties"]?.AsObject().Any(pattern => Regex.IsMatch(name, pattern.Key)) == true)
            return;
        else if (rules["additionalProperties"] is JsonObject other)
            Check(root, other, value, path, errors);
        else if (rules["additionalProperties"] is JsonValue || (root["openapi"] is not null && rules["properties"] is not null))
            errors.Add($"{path}: unknown");
    }

    private static bool IsOf(string type, JsonNode? value) => type switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value is JsonValue text && text.TryGetValue<string>(out _),
        "boolean" => value is JsonValue flag && flag.TryGetValue<bool>(out _),
        "integer" => value is JsonValue whole && !whole.TryGetValue<string>(out _) && !whole.TryGetValue<bool>(out _) && Number(whole) == Math.Floor(Number(whole)),
        "number" => value is JsonValue number && !number.TryGetValue<string>(out _) && !number.TryGetValue<bool>(out _),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    private static double Number(JsonNode value) => double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture);
}
