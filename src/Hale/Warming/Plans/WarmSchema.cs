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
        var schema = SchemaWriter.Document("Hale warm-up plan", "What hale warm rehearses. Reference: docs/warm.md.", root);
        return schema.ToJsonString(SchemaWriter.Layout) + "\n";
    }

    /// <summary>The page with its tables written anew.</summary>
    /// <exception cref="FormatException">The page has a table of an unknown name, or lacks one.</exception>
    public static string WritePage(string page) => ReferenceWriter.WriteTables(page, Sections);
}
