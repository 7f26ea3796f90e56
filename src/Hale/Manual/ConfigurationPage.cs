using Hale.Config;

namespace Hale.Manual;

/// <summary>Writes hale.yaml(5) from the same <see cref="Key"/>s that the loader reads by.</summary>
public static class ConfigurationPage
{
    /// <summary>Where in the file the keys of a section stand.</summary>
    private static readonly Dictionary<string, string> Places = new()
    {
        ["root"] = "Top level",
        ["hale"] = "hale",
        ["defaults"] = "defaults",
        ["check"] = "targets.NAME.checks.NAME",
        ["flap"] = "flap, of defaults or a check",
        ["healing"] = "healing, at the top level or of a target",
        ["fleet"] = "healing, at the top level only",
        ["group"] = "groups.NAME",
        ["target"] = "targets.NAME",
        ["process"] = "targets.NAME.process",
        ["stop"] = "targets.NAME.process.stop",
        ["output"] = "targets.NAME.process.output",
        ["remedy"] = "targets.NAME.heal, each remedy",
        ["maintenance"] = "targets.NAME.maintenance, each window",
    };

    /// <summary>The page, for everything in the <see cref="Registry"/>.</summary>
    /// <param name="version">Hale's version.</param>
    public static string Write(string version)
    {
        var page = new Roff("hale.yaml", 5, $"Hale {version}");
        page.Section("NAME").Line("hale.yaml \\- what Hale watches, what counts as not well, and what may be done about it");
        page.Section("DESCRIPTION").Paragraph("""
            A YAML file. Unknown keys are refused with a suggestion; `hale config check` tells every mistake at once, each with its place. Durations are written
            `500ms`, `10s`, `5m`, `2h`, `7d`; shares `80%`; amounts of data `10MB` (powers of 1024). `${NAME}` stands for a variable of the environment and `${file:PATH}`
            for what a file holds. A relative path is taken from the folder of the file.
            """);
        page.Verbatim("""
            targets:
              web:
                process: [/srv/web/server, --port, "8080"]
                checks:
                  home: http://localhost:8080/
                heal: [restart]
            """);
        page.Section("KEYS");
        foreach (var (name, keys) in ReferenceWriter.Sections)
        {
            page.Part(Places.GetValueOrDefault(name, name));
            WriteKeys(page, keys);
        }
        page.Section("CHECKS");
        foreach (var kind in Registry.Probes.OrderBy(kind => kind.Name, StringComparer.Ordinal))
        {
            page.Part(kind.Name).Paragraph(kind.Doc);
            WriteKeys(page, kind.Keys);
        }
        page.Section("REMEDIES");
        foreach (var kind in Registry.Remedies.OrderBy(kind => kind.Name, StringComparer.Ordinal))
        {
            page.Part(kind.Name).Paragraph(kind.Doc);
            WriteKeys(page, kind.Keys);
        }
        page.Section("FILES").Item("/etc/hale/hale.yaml", "Read when neither `--config` nor `$HALE_CONFIG` nor `./hale.yaml` names another.");
        page.Section("SEE ALSO").Line(".BR hale (1)");
        return page.ToString();
    }

    private static void WriteKeys(Roff page, IEnumerable<Key> keys)
    {
        foreach (var key in keys)
        {
            var value = key.Required ? " Required." : key.Default is { } preset ? $" Default: `{preset}`." : "";
            page.Item(key.Name, key.Doc + value);
        }
    }
}
