using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hale.Config.Loading;
using Hale.Telling;

namespace Hale.Config;

/// <summary>
/// Writes the JSON schema of <c>hale.yaml</c> for editors, from the same <see cref="Key"/>s that the loader reads by. Draft 07, the newest
/// that yaml-language-server is at home in.
/// </summary>
public static class SchemaWriter
{
    private const string NamePattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$";
    internal static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema with everything in the <see cref="Registry"/>.</summary>
    public static string Write() => Write(Registry.Probes, Registry.Remedies);

    /// <summary>The schema with these kinds of probe and remedy, and the channels of the <see cref="Registry"/>.</summary>
    public static string Write(IReadOnlyList<ProbeKind> probes, IReadOnlyList<RemedyKind> remedies)
    {
        var channels = Registry.Channels;
        var definitions = new JsonObject
        {
            ["alarm"] = Mapping(Keys.Alarm),
            ["each_container"] = Settings(Keys.EachContainer, []),
            ["flap"] = Mapping(Keys.Flap),
            ["group"] = Mapping(Keys.Group),
            ["healing"] = Mapping(Keys.Healing),
            ["maintenance"] = Mapping(Keys.Maintenance),
            ["metric"] = Settings(Keys.Metric, []),
            ["process"] = Settings(Keys.Process, [("stop", Mapping(Keys.Stop)), ("output", Mapping(Keys.Output))]),
            ["target"] = Target(probes, remedies),
            ["check"] = Check(probes),
            ["remedy"] = Rung(remedies),
            ["channel"] = Channel(channels),
            ["route"] = Mapping(Keys.Route, [("quiet", ListOf(Reference("maintenance")))]),
        };
        foreach (var (name, common) in Mapping(Keys.Check, [("flap", Reference("flap"))])["properties"]!.AsObject())
            definitions[$"key.{name}"] = common!.DeepClone();
        foreach (var kind in probes)
        {
            definitions[$"probe.{kind.Name}"] = Settings(kind.Keys, []);
            definitions[$"check.{kind.Name}"] = CheckNamedAs(kind);
        }
        foreach (var kind in remedies)
            definitions[$"remedy.{kind.Name}"] = Settings(kind.Keys, []);
        foreach (var kind in channels)
            definitions[$"channel.{kind.Name}"] = Settings(kind.Keys, []);

        var root = Mapping(Keys.Root,
        [
            ("hale", Mapping(Keys.Daemon, [("tokens", Named(Settings(Keys.Token, []))), ("otlp", Settings(Keys.Otlp, [])), ("containers", Settings(Keys.DaemonContainers, []))])),
            ("defaults", Mapping(Keys.Defaults, [("flap", Reference("flap"))])),
            ("healing", Mapping([.. Keys.Healing, .. Keys.Fleet])),
            ("groups", Named(new JsonObject { ["anyOf"] = new JsonArray(Reference("group"), Nothing()) })),
            ("metrics", MappingOf(MappingOf(Reference("metric")))),
            ("alarms", Named(Reference("alarm"))),
            ("targets", Named(Reference("target"))),
            ("tell", Tell()),
        ]);
        var schema = Document("Hale configuration", "What Hale watches and how it heals. Reference: docs/configuration.md.", root);
        schema["definitions"] = definitions;
        return schema.ToJsonString(Layout) + "\n";
    }

    /// <summary>A whole schema: its head, and what it says of the root of the file, where keys beginning with <c>x-</c> are free.</summary>
    internal static JsonObject Document(string title, string description, JsonObject root)
    {
        root["patternProperties"] = new JsonObject { ["^x-"] = true };
        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = title,
            ["description"] = description,
        };
        foreach (var (name, value) in root.ToArray())
        {
            root.Remove(name);
            schema[name] = value;
        }
        return schema;
    }

    private static JsonObject Target(IReadOnlyList<ProbeKind> probes, IReadOnlyList<RemedyKind> remedies)
    {
        var checks = Named(Reference("check"));
        checks["properties"] = new JsonObject(probes.Select(kind => KeyValuePair.Create(kind.Name, (JsonNode?)Reference($"check.{kind.Name}"))));
        var names = new JsonArray([.. remedies.Select(kind => (JsonNode)kind.Name)]);
        return Mapping(Keys.Target,
        [
            ("each_container", Reference("each_container")),
            ("process", Reference("process")),
            ("checks", checks),
            ("heal", new JsonObject { ["anyOf"] = new JsonArray(ListOf(Reference("remedy")), new JsonObject { ["enum"] = names }) }),
            ("healing", Reference("healing")),
            ("maintenance", ListOf(Reference("maintenance"))),
        ]);
    }

    /// <summary>A check under a name of its own: the common keys, and exactly one kind.</summary>
    private static JsonObject Check(IReadOnlyList<ProbeKind> probes)
    {
        var check = CheckMapping([]);
        foreach (var kind in probes)
            check["properties"]![kind.Name] = Described(Reference($"probe.{kind.Name}"), kind.Doc);
        check["oneOf"] = ExactlyOne(probes.Select(kind => kind.Name));
        return check;
    }

    /// <summary>A check whose name is its kind: settings and common keys side by side, a shorthand value, or still another kind inside.</summary>
    private static JsonObject CheckNamedAs(ProbeKind kind)
    {
        var inline = CheckMapping(kind.Keys);
        var forms = new JsonArray(inline, Reference("check"));
        if (kind.Keys.FirstOrDefault(key => key.Shorthand) is { } shorthand)
            forms.Add(ValueSchema.Of(shorthand));
        if (!kind.Keys.Any(key => key.Required) && !kind.IsPassive)
            forms.Add(Nothing());
        return new JsonObject { ["description"] = kind.Doc, ["anyOf"] = forms };
    }

    /// <summary>Channels by name, beside the few keys that no channel can be named after.</summary>
    private static JsonObject Tell()
    {
        var tell = Named(Reference("channel"));
        tell["properties"] = Mapping(Keys.Tell, [("routes", ListOf(Reference("route")))])["properties"]!.DeepClone();
        return tell;
    }

    /// <summary>A channel: what every channel has, and exactly one kind.</summary>
    private static JsonObject Channel(IReadOnlyList<ChannelKind> channels)
    {
        var channel = Mapping(Keys.Channel);
        foreach (var kind in channels)
            channel["properties"]![kind.Name] = Described(Reference($"channel.{kind.Name}"), kind.Doc);
        channel["oneOf"] = ExactlyOne(channels.Select(kind => kind.Name));
        return channel;
    }

    private static JsonObject Rung(IReadOnlyList<RemedyKind> remedies)
    {
        var rung = Mapping(Keys.Rung);
        foreach (var kind in remedies)
            rung["properties"]![kind.Name] = Described(Reference($"remedy.{kind.Name}"), kind.Doc);
        rung["oneOf"] = ExactlyOne(remedies.Select(kind => kind.Name));
        var bare = remedies.Where(kind => !kind.Keys.Any(key => key.Required)).Select(kind => (JsonNode)kind.Name);
        return new JsonObject { ["anyOf"] = new JsonArray(rung, new JsonObject { ["enum"] = new JsonArray([.. bare]) }) };
    }

    /// <summary>What may stand beside a kind's name: its keys, the value of its shorthand key, or nothing when no key is required.</summary>
    internal static JsonObject Settings(IReadOnlyList<Key> keys, IReadOnlyList<(string, JsonObject)> sections)
    {
        var forms = new JsonArray(Mapping(keys, sections));
        if (keys.FirstOrDefault(key => key.Shorthand) is { } shorthand)
            forms.Add(ValueSchema.Of(shorthand));
        if (!keys.Any(key => key.Required))
            forms.Add(Nothing());
        return new JsonObject { ["anyOf"] = forms };
    }

    internal static JsonObject Mapping(IReadOnlyList<Key> keys, IReadOnlyList<(string Name, JsonObject Schema)>? sections = null)
    {
        var properties = new JsonObject();
        foreach (var key in keys)
        {
            var section = sections?.FirstOrDefault(section => section.Name == key.Name).Schema;
            properties[key.Name] = section is null ? Described(ValueSchema.Of(key), key.Doc) : Described(section, key.Doc);
        }
        var mapping = new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
        if (keys.Any(key => key.Required))
            mapping["required"] = new JsonArray([.. keys.Where(key => key.Required).Select(key => (JsonNode)key.Name)]);
        return mapping;
    }

    /// <summary>The keys of every check, which stand in the schema once, and some others.</summary>
    private static JsonObject CheckMapping(IReadOnlyList<Key> others)
    {
        var mapping = Mapping(others);
        foreach (var key in Keys.Check)
            mapping["properties"]![key.Name] = Reference($"key.{key.Name}");
        return mapping;
    }

    /// <summary>A mapping from names that the writer chooses.</summary>
    private static JsonObject Named(JsonObject value) => new()
    {
        ["type"] = "object",
        ["minProperties"] = 1,
        ["propertyNames"] = new JsonObject { ["pattern"] = NamePattern },
        ["additionalProperties"] = value,
    };

    /// <summary>A mapping from names of any look.</summary>
    private static JsonObject MappingOf(JsonObject value) => new() { ["type"] = "object", ["minProperties"] = 1, ["additionalProperties"] = value };

    internal static JsonObject ListOf(JsonObject item) => new() { ["type"] = "array", ["minItems"] = 1, ["items"] = item };

    internal static JsonArray ExactlyOne(IEnumerable<string> names) =>
        [.. names.Select(name => new JsonObject { ["required"] = new JsonArray(name) })];

    internal static JsonObject Nothing() => new() { ["type"] = "null" };

    private static JsonObject Reference(string definition) => new() { ["$ref"] = $"#/definitions/{definition}" };

    /// <summary>Draft 07 ignores what stands beside a <c>$ref</c>, so a described reference is wrapped.</summary>
    private static JsonObject Described(JsonObject schema, string doc)
    {
        var described = schema.ContainsKey("$ref") ? new JsonObject { ["allOf"] = new JsonArray(schema) } : schema;
        described["description"] = doc;
        return described;
    }
}
