using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hale.Config;
using Hale.Core.Containers;

namespace Hale.Containers.Groups.Reading;

/// <summary>Writes what is told of a group's file, from the keys that it is read by: the JSON schema for editors, and the tables of <c>docs/groups.md</c>.</summary>
public static partial class GroupFilePages
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Dictionary<string, Key[]> Sections = new()
    {
        ["root"] = GroupKeys.Root,
        ["network"] = GroupKeys.Network,
        ["volume"] = GroupKeys.Volume,
        ["seed"] = GroupKeys.Seed,
        ["member"] = GroupKeys.Member,
        ["probe"] = GroupKeys.Probe,
    };

    /// <summary>The page with its tables written anew.</summary>
    /// <exception cref="FormatException">The page has a table of an unknown name, or lacks one.</exception>
    public static string WritePage(string page)
    {
        var missing = Sections.Keys.ToHashSet();
        var written = Block().Replace(page, match =>
        {
            var name = match.Groups["name"].Value;
            missing.Remove(name);
            return Sections.TryGetValue(name, out var keys)
                ? $"<!-- table: {name} -->\n{ReferenceWriter.Table(keys)}<!-- end -->"
                : throw new FormatException($"there is no table {name}; there are {string.Join(", ", Sections.Keys)}");
        });
        return missing.Count == 0 ? written : throw new FormatException($"the page has no table {string.Join(", ", missing)}");
    }

    /// <summary>The JSON schema, draft 07.</summary>
    public static string WriteSchema()
    {
        var root = SchemaWriter.Mapping(GroupKeys.Root,
        [
            ("networks", Named(OrNothing(SchemaWriter.Mapping(GroupKeys.Network)))),
            ("volumes", Named(OrNothing(SchemaWriter.Mapping(GroupKeys.Volume, [("seed", SchemaWriter.Mapping(GroupKeys.Seed))])))),
            ("members", Named(SchemaWriter.Mapping(GroupKeys.Member, [("probe", SchemaWriter.Mapping(GroupKeys.Probe))]))),
        ]);
        root["patternProperties"] = new JsonObject { ["^x-"] = true };
        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "Hale group of containers",
            ["description"] = "What hale up brings up. Reference: docs/groups.md.",
        };
        foreach (var (name, value) in root.ToArray())
        {
            root.Remove(name);
            schema[name] = value;
        }
        return schema.ToJsonString(Layout) + "\n";
    }

    private static JsonObject Named(JsonObject value) => new()
    {
        ["type"] = "object",
        ["minProperties"] = 1,
        ["propertyNames"] = new JsonObject { ["pattern"] = $"^[A-Za-z0-9]([A-Za-z0-9-]{{0,{ContainerGroupNames.LongestPart - 2}}}[A-Za-z0-9])?$" },
        ["additionalProperties"] = value,
    };

    private static JsonObject OrNothing(JsonObject value) => new() { ["anyOf"] = new JsonArray(value, SchemaWriter.Nothing()) };

    [GeneratedRegex(@"<!-- table: (?<name>[a-z]+) -->\n.*?<!-- end -->", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Block();
}
