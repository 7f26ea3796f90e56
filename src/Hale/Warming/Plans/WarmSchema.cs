using System.Text.Json.Nodes;
using Hale.Config;
using Hale.Warming.Prefetch;

namespace Hale.Warming.Plans;

/// <summary>Writes the JSON schema of a warm-up plan and the tables of <c>docs/warm.md</c>, from the same keys that the loader reads by.</summary>
public static class WarmSchema
{
    /// <summary>The sections of a plan, by the name of their table.</summary>
    private static readonly Dictionary<string, Key[]> Sections = new()
    {
        ["plan"] = WarmKeys.Root,
        ["rehearse"] = WarmKeys.Rehearse,
        ["evidence"] = WarmKeys.Evidence,
        ["files"] = WarmKeys.Files,
        ["url"] = WarmKeys.Url,
        ["log"] = WarmKeys.Log,
        ["process"] = WarmKeys.Process,
        ["stop"] = WarmKeys.Stop,
        ["clean"] = WarmKeys.Clean,
        ["prefetch"] = PrefetchSection.Keys,
        ["repeat"] = WarmKeys.Repeat,
        ["report"] = WarmKeys.Report,
    };

    /// <summary>The schema.</summary>
    public static string Write()
    {
        var evidence = SchemaWriter.Mapping(WarmKeys.Evidence,
        [
            ("files", SchemaWriter.Settings(WarmKeys.Files, [])),
            ("url", SchemaWriter.Settings(WarmKeys.Url, [])),
            ("log", SchemaWriter.Settings(WarmKeys.Log, [])),
            ("process", SchemaWriter.Settings(WarmKeys.Process, [])),
        ]);
        evidence["oneOf"] = SchemaWriter.ExactlyOne(WarmKeys.Evidence.Select(key => key.Name));
        var root = SchemaWriter.Mapping(WarmKeys.Root,
        [
            ("evidence", SchemaWriter.ListOf(evidence)),
            .. Sections.Where(each => each.Key is not ("plan" or "evidence") && WarmKeys.Root.Any(key => key.Name == each.Key))
                .Select(each => (each.Key, SchemaWriter.Settings(each.Value, []))),
        ]);
        root["patternProperties"] = new JsonObject { ["^x-"] = true };
        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "Hale warm-up plan",
            ["description"] = "What hale warm rehearses. Reference: docs/warm.md.",
        };
        foreach (var (name, value) in root.ToArray())
        {
            root.Remove(name);
            schema[name] = value;
        }
        return schema.ToJsonString(SchemaWriter.Layout) + "\n";
    }

    /// <summary>The page with its tables written anew.</summary>
    /// <exception cref="FormatException">The page has a table of an unknown name, or lacks one.</exception>
    public static string WritePage(string page)
    {
        var missing = Sections.Keys.ToHashSet();
        var written = ReferenceWriter.Block().Replace(page, match =>
        {
            var name = match.Groups["name"].Value;
            missing.Remove(name);
            return Sections.TryGetValue(name, out var keys)
                ? $"<!-- table: {name} -->\n{ReferenceWriter.Table(keys)}<!-- end -->"
                : throw new FormatException($"there is no table {name}; there are {string.Join(", ", Sections.Keys)}");
        });
        return missing.Count == 0 ? written : throw new FormatException($"the page has no table {string.Join(", ", missing)}");
    }
}
