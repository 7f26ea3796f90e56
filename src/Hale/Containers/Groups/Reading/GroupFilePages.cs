using System.Text.Json.Nodes;
using Hale.Config;
using Hale.Core.Containers;

namespace Hale.Containers.Groups.Reading;

/// <summary>Writes what is told of a group's file, from the keys that it is read by: the JSON schema for editors, and the tables of <c>docs/groups.md</c>.</summary>
public static class GroupFilePages
{
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
    public static string WritePage(string page) => ReferenceWriter.WriteTables(page, Sections);

    /// <summary>The JSON schema, draft 07.</summary>
    public static string WriteSchema()
    {
        var root = SchemaWriter.Mapping(GroupKeys.Root,
        [
            ("networks", Named(OrNothing(SchemaWriter.Mapping(GroupKeys.Network)))),
            ("volumes", Named(OrNothing(SchemaWriter.Mapping(GroupKeys.Volume, [("seed", SchemaWriter.Mapping(GroupKeys.Seed))])))),
            ("members", Named(SchemaWriter.Mapping(GroupKeys.Member, [("probe", SchemaWriter.Mapping(GroupKeys.Probe))]))),
        ]);
        var schema = SchemaWriter.Document("Hale group of containers", "What hale up brings up. Reference: docs/groups.md.", root);
        return schema.ToJsonString(SchemaWriter.Layout) + "\n";
    }

    private static JsonObject Named(JsonObject value) => new()
    {
        ["type"] = "object",
        ["minProperties"] = 1,
        ["propertyNames"] = new JsonObject { ["pattern"] = $"^[A-Za-z0-9]([A-Za-z0-9-]{{0,{ContainerGroupNames.LongestPart - 2}}}[A-Za-z0-9])?$" },
        ["additionalProperties"] = value,
    };

    private static JsonObject OrNothing(JsonObject value) => new() { ["anyOf"] = new JsonArray(value, SchemaWriter.Nothing()) };
}
