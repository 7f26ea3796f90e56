using System.Text;
using System.Text.RegularExpressions;
using Hale.Config.Loading;
using Hale.Core.Model;

namespace Hale.Config;

/// <summary>
/// Writes the tables of <c>docs/configuration.md</c> from the same <see cref="Key"/>s that the loader reads by. The text around them is
/// a person's: a table stands between <c>&lt;!-- table: NAME --&gt;</c> and <c>&lt;!-- end --&gt;</c>.
/// </summary>
public static partial class ReferenceWriter
{
    /// <summary>The sections of the file that have keys of their own, by the name of their table.</summary>
    internal static readonly Dictionary<string, Key[]> Sections = new()
    {
        ["root"] = Keys.Root,
        ["hale"] = Keys.Daemon,
        ["token"] = Keys.Token,
        ["defaults"] = Keys.Defaults,
        ["check"] = Keys.Check,
        ["flap"] = Keys.Flap,
        ["healing"] = Keys.Healing,
        ["fleet"] = Keys.Fleet,
        ["group"] = Keys.Group,
        ["target"] = Keys.Target,
        ["each_container"] = Keys.EachContainer,
        ["process"] = Keys.Process,
        ["stop"] = Keys.Stop,
        ["output"] = Keys.Output,
        ["remedy"] = Keys.Rung,
        ["maintenance"] = Keys.Maintenance,
        ["tell"] = Keys.Tell,
        ["channel"] = Keys.Channel,
        ["route"] = Keys.Route,
        ["otlp"] = Keys.Otlp,
        ["containers"] = Keys.DaemonContainers,
        ["metric"] = Keys.Metric,
        ["alarm"] = Keys.Alarm,
    };

    /// <summary>The page with its tables written anew, for everything in the <see cref="Registry"/>.</summary>
    public static string Write(string page) => Write(page, Registry.Probes, Registry.Remedies);

    /// <summary>The page with its tables written anew, for these kinds.</summary>
    /// <exception cref="FormatException">The page has a table of an unknown name, or lacks one.</exception>
    public static string Write(string page, IReadOnlyList<ProbeKind> probes, IReadOnlyList<RemedyKind> remedies) =>
        WriteTables(page, [.. Sections.Keys, "probes", "remedies", "channels"], name => name switch
        {
            "probes" => string.Join("\n", probes.OrderBy(kind => kind.Name, StringComparer.Ordinal).Select(Probe)),
            "remedies" => string.Join("\n", remedies.OrderBy(kind => kind.Name, StringComparer.Ordinal).Select(Remedy)),
            "channels" => string.Join("\n", Registry.Channels.OrderBy(kind => kind.Name, StringComparer.Ordinal).Select(kind => $"#### {kind.Name}\n\n{kind.Doc}\n\n{Table(kind.Keys)}")),
            _ => Table(Sections[name]),
        });

    /// <summary>A page with the tables of these sections written anew.</summary>
    /// <exception cref="FormatException">The page has a table of an unknown name, or lacks one.</exception>
    internal static string WriteTables(string page, IReadOnlyDictionary<string, Key[]> sections) => WriteTables(page, [.. sections.Keys], name => Table(sections[name]));

    private static string WriteTables(string page, string[] names, Func<string, string> tableOf)
    {
        var missing = names.ToHashSet();
        var written = Block().Replace(page, match =>
        {
            var name = match.Groups["name"].Value;
            missing.Remove(name);
            return names.Contains(name) ? $"<!-- table: {name} -->\n{tableOf(name)}<!-- end -->"
                : throw new FormatException($"there is no table {name}; there are {string.Join(", ", names)}");
        });
        return missing.Count == 0 ? written : throw new FormatException($"the page has no table {string.Join(", ", missing)}");
    }

    private static string Probe(ProbeKind kind)
    {
        var text = new StringBuilder($"### {kind.Name}\n\n{kind.Doc}\n");
        if (kind.LevelOf is { } measurement)
            text.Append($"\n`warn` and `fail` are about `{measurement}`, {InUnit(kind.LevelUnit)}{(kind.LevelBelow ? "; lower is worse" : "")}.\n");
        if (kind.HasProgress)
            text.Append("\nReports progress: `within` may be written.\n");
        if (kind.IsPassive)
            text.Append("\nPushed, not tried: `within` is required, and of the common keys only `fall`, `rise`, `for`, `grace` and `flap` have a meaning.\n");
        return text.Append(kind.Keys.Length == 0 ? "" : "\n" + Table(kind.Keys)).ToString();
    }

    private static string Remedy(RemedyKind kind)
    {
        var text = new StringBuilder($"### {kind.Name}\n\n{kind.Doc}\n");
        if (kind.BeginsLife)
            text.Append("\nOnly for a target with `process`.\n");
        if (kind.DefaultTries != 1)
            text.Append($"\nTried up to {kind.DefaultTries} times in one episode unless `tries` is written.\n");
        return text.Append(kind.Keys.Length == 0 ? "" : "\n" + Table(kind.Keys)).ToString();
    }

    internal static string Table(IReadOnlyList<Key> keys)
    {
        var text = new StringBuilder("| key | takes | default | |\n|---|---|---|---|\n");
        foreach (var key in keys)
            text.Append($"| `{key.Name}` | {Cell(Takes(key))} | {(key.Required ? "required" : key.Default is null ? "" : $"`{key.Default}`")} | {Cell(key.Doc)} |\n");
        return text.ToString();
    }

    private static string Takes(Key key)
    {
        var takes = key.Type == KeyType.Choice ? string.Join(", ", key.Choices.Select(choice => $"`{choice}`"))
            : key.Type == KeyType.TextList && key.Choices.Length > 0 ? "list of " + string.Join(", ", key.Choices.Select(choice => $"`{choice}`"))
            : key.Type == KeyType.Section ? "section"
            : KeyTypes.Noun(key);
        return key.Shorthand ? takes + " (short form)" : takes;
    }

    internal static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    internal static string NameOf(Unit unit) => unit switch
    {
        Unit.Percent => "per cent",
        Unit.Bytes => "bytes",
        Unit.Seconds => "seconds",
        Unit.Count => "a count",
        _ => "a number",
    };

    private static string InUnit(Unit unit) => unit switch
    {
        Unit.Percent => "in per cent (`85%`)",
        Unit.Bytes => "an amount of data (`10GB`)",
        Unit.Seconds => "a duration (`200ms`)",
        _ => "a number",
    };

    [GeneratedRegex(@"<!-- table: (?<name>[a-z_]+) -->\n.*?<!-- end -->", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    internal static partial Regex Block();
}
