using Hale.Config;
using Hale.Config.Loading;
using Hale.Config.Yaml;
using Hale.Probes;
using Hale.Probes.Http;

namespace Hale.Warming.Plans;

/// <summary>Reads one piece of evidence of a plan.</summary>
internal sealed class EvidenceReader(Reading reading)
{
    private readonly Problems problems = reading.Problems;

    /// <summary>Null after reporting what is wrong.</summary>
    public EvidenceItem? Read(Node node, string path)
    {
        if (reading.Map(node, path, "a mapping with one of " + Names()) is not { } map)
            return null;
        var item = Section.Read(reading, map, path, node.At, WarmKeys.Evidence);
        var named = map.Entries.Where(entry => WarmKeys.Evidence.Any(key => key.Name == entry.Key)).ToArray();
        if (named.Length == 0 && item.IsValid)
            problems.Add(node.At, path, node.Found, "names no evidence; write one of " + Names());
        else if (named.Length > 1)
            problems.Add(named[1].At, $"{path}.{named[1].Key}", named[1].Key, $"a piece of evidence is one thing, and \"{named[0].Key}\" is one already", $"make a second piece of \"{named[1].Key}\"");
        if (named.Length != 1 || !item.IsValid)
            return null;
        var only = named[0];
        return only.Key switch
        {
            "files" => Make(only, path, WarmKeys.Files, values =>
                new FilesItem($"files {Shown(values.Text("path")!)}", values.Text("path")!, values.Integer("min")!.Value, values.Flag("grow"))),
            "url" => Make(only, path, WarmKeys.Url, Url),
            "log" => Make(only, path, WarmKeys.Log, Log),
            "process" => Make(only, path, WarmKeys.Process, values =>
                new ProcessItem($"process {values.Text("name")}", values.Text("name")!, (int)values.Integer("count")!.Value)),
            "exec" => Exec(item.Values.List("exec")),
            _ => Port(item),
        };
    }

    private EvidenceItem? Make(MapEntry entry, string path, Key[] keys, Func<Settings, EvidenceItem> create) =>
        Kind.Create(reading, Kind.ReadSettings(reading, entry, $"{path}.{entry.Key}", keys, null), create);

    private ProbeItem? Port(Section item)
    {
        var text = item.Values.Text("port")!;
        if (Endpoint.TryParse(text) is { } endpoint)
            return new ProbeItem($"port {text}", () => new TcpProbe(endpoint)) { MustNotHoldBefore = true, Endpoint = endpoint };
        problems.Add(item.At("port"), item.PathOf("port"), text, $"{ScalarNode.Quoted(text)} is not HOST:PORT; write for example localhost:8080");
        return null;
    }

    private static ProbeItem Url(Settings values)
    {
        var url = values.Url("url")!;
        var settings = new Settings(new Dictionary<string, object> { ["url"] = url, ["status"] = values.List("status"), ["tls_verify"] = true });
        // Once now, so that what it refuses is an error of the plan.
        HttpProbe.Kind.Create(settings);
        return new ProbeItem($"url {url}", () => HttpProbe.Kind.Create(settings)) { MustNotHoldBefore = true, Endpoint = new Endpoint(url.IdnHost, url.Port) };
    }

    private EvidenceItem Log(Settings values)
    {
        var pattern = values.Pattern("pattern")!;
        return values.Text("file") is { } file ? new LogItem($"log {Shown(file)} /{pattern}/", file, pattern) : new OutputItem($"log /{pattern}/", pattern);
    }

    private static ProbeItem Exec(string[] command)
    {
        var settings = new Settings(new Dictionary<string, object> { ["command"] = command, ["exit_codes"] = "unix" });
        return new ProbeItem($"exec {string.Join(' ', command)}", () => ExecProbe.Kind.Create(settings));
    }

    // As a person would write it: from the folder of the plan where it lies below that.
    private string Shown(string path) =>
        Path.GetRelativePath(reading.BaseDirectory, path) is var relative && relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;

    private static string Names() => string.Join(", ", WarmKeys.Evidence.Select(key => key.Name));
}
