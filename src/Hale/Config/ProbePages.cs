using System.Text;
using System.Text.RegularExpressions;

namespace Hale.Config;

/// <summary>
/// Writes the generated parts of <c>docs/probes/</c>: the keys and measurements on the page of each kind, and the list of all pages. The text
/// around them is a person's: a part stands between <c>&lt;!-- keys --&gt;</c>, <c>&lt;!-- measurements --&gt;</c> or <c>&lt;!-- kinds --&gt;</c> and
/// <c>&lt;!-- end --&gt;</c>.
/// </summary>
public static partial class ProbePages
{
    /// <summary>The page of a kind, its parts written anew.</summary>
    /// <exception cref="FormatException">The page has no place for the keys.</exception>
    public static string Write(string page, ProbeKind kind) => Replace(page, "keys", new()
    {
        ["keys"] = Keys(kind),
        ["measurements"] = Measurements(kind),
    });

    /// <summary>The list of the pages, written anew.</summary>
    /// <exception cref="FormatException">The page has no place for the list.</exception>
    public static string WriteIndex(string page, IEnumerable<ProbeKind> kinds)
    {
        var list = new StringBuilder("| kind | |\n|---|---|\n");
        foreach (var kind in kinds.OrderBy(kind => kind.Name, StringComparer.Ordinal))
            list.Append($"| [{kind.Name}]({kind.Name}.md) | {ReferenceWriter.Cell(kind.Doc)} |\n");
        return Replace(page, "kinds", new() { ["kinds"] = list.ToString() });
    }

    private static string Replace(string page, string required, Dictionary<string, string> parts)
    {
        var missing = true;
        var written = Part().Replace(page, match =>
        {
            var name = match.Groups["name"].Value;
            missing &= name != required;
            return parts.TryGetValue(name, out var part)
                ? $"<!-- {name} -->\n{part}<!-- end -->"
                : throw new FormatException($"there is no generated part {name} here; there is {string.Join(", ", parts.Keys)}");
        });
        return missing ? throw new FormatException($"the page has no place for the {required}: <!-- {required} --> and <!-- end -->") : written;
    }

    private static string Keys(ProbeKind kind)
    {
        var text = new StringBuilder(kind.Keys.Length == 0 ? "It has no keys of its own.\n" : ReferenceWriter.Table(kind.Keys));
        text.Append($"\nBeside them stand the [keys of every check](../configuration.md#checks), such as `every` and `timeout`.\n");
        return text.ToString();
    }

    private static string Measurements(ProbeKind kind)
    {
        var text = new StringBuilder("| name | unit | |\n|---|---|---|\n");
        foreach (var measure in kind.Measures)
            text.Append($"| `{measure.Name}` | {ReferenceWriter.Cell(ReferenceWriter.NameOf(measure.Unit))} | {ReferenceWriter.Cell(measure.Doc)}{(measure.Below ? " Lower is worse." : "")} |\n");
        if (kind.LevelOf is { } main)
            text.Append($"\n`warn` and `fail` are about `{main}` unless `measure` names another one.\n");
        return text.ToString();
    }

    [GeneratedRegex(@"<!-- (?<name>keys|measurements|kinds) -->\n.*?<!-- end -->", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Part();
}
