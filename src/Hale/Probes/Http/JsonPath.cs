using System.Globalization;
using System.Text.Json;

namespace Hale.Probes.Http;

/// <summary>A way into a JSON document: <c>a.b[0].c</c>. Names with dots or brackets are written in quotes: <c>a["b.c"]</c>.</summary>
internal sealed class JsonPath
{
    private readonly List<object> steps = [];

    private JsonPath()
    {
    }

    /// <summary>Reads a path; null when it is none. An empty one stands for the whole document.</summary>
    public static JsonPath? TryParse(string text)
    {
        var path = new JsonPath();
        var rest = text.AsSpan().Trim();
        if (rest.StartsWith("$"))
            rest = rest[1..].TrimStart('.');
        while (!rest.IsEmpty)
        {
            if (rest[0] == '[')
            {
                var close = rest.IndexOf(']');
                if (rest.Length > 1 && rest[1] is '"' or '\'')
                    close = rest[2..].IndexOf($"{rest[1]}]") is >= 0 and var quote ? quote + 3 : -1;
                if (close < 2)
                    return null;
                var inside = rest[1..close];
                if (inside[0] is '"' or '\'')
                    path.steps.Add(inside[1..^1].ToString());
                else if (int.TryParse(inside, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
                    path.steps.Add(index);
                else
                    return null;
                rest = rest[(close + 1)..];
            }
            else
            {
                var end = rest.IndexOfAny('.', '[');
                var name = end < 0 ? rest : rest[..end];
                if (name.IsEmpty)
                    return null;
                path.steps.Add(name.ToString());
                rest = rest[name.Length..];
            }
            if (rest.StartsWith("."))
            {
                rest = rest[1..];
                if (rest.IsEmpty)
                    return null;
            }
        }
        return path;
    }

    /// <summary>Follows the path; null where it leads nowhere. A negative index counts from the end.</summary>
    public JsonElement? Follow(JsonElement element)
    {
        foreach (var step in steps)
        {
            if (step is string name && element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member))
                element = member;
            else if (step is int index && element.ValueKind == JsonValueKind.Array && (index < 0 ? index + element.GetArrayLength() : index) is >= 0 and var at && at < element.GetArrayLength())
                element = element[at];
            else
                return null;
        }
        return element;
    }
}
