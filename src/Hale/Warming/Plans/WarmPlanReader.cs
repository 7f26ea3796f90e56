using Hale.Config;
using Hale.Config.Loading;
using Hale.Config.Yaml;
using Hale.Core.Warming;
using Hale.Remedies;
using Hale.Sessions;
using Hale.Warming.Prefetch;

namespace Hale.Warming.Plans;

/// <summary>Reads the tree of a plan, section by section.</summary>
internal sealed class WarmPlanReader(Reading reading)
{
    /// <summary>Pieces of evidence, at most: each is looked at many times a second.</summary>
    private const int MaxEvidence = 100;

    private readonly Problems problems = reading.Problems;

    /// <summary>The plan; null when anything was wrong.</summary>
    public WarmPlan? Read(MapNode root, string path)
    {
        // Top-level keys that begin with x- are for anchors to take things from, as in hale.yaml.
        var templates = root.Entries.Where(entry => entry.Key.StartsWith("x-", StringComparison.Ordinal)).Select(entry => entry.Key).ToHashSet();
        var top = Section.Read(reading, root, "", Position.Start, WarmKeys.Root, templates);
        var rehearse = Part(top, "rehearse", WarmKeys.Rehearse);
        var stop = Part(top, "stop", WarmKeys.Stop);
        var clean = top.Find("clean") is null ? null : Part(top, "clean", WarmKeys.Clean);
        var repeat = Part(top, "repeat", WarmKeys.Repeat);
        var prefetch = Part(top, "prefetch", PrefetchSection.Keys);
        var evidence = top.Find("evidence") is { } listed ? ReadEvidence(listed) : [];
        if (stop?.Find("command") is not null && (stop.Find("signal") ?? stop.Find("pid_file")) is { } beside)
            problems.Add(beside.At, stop.PathOf(beside.Key), beside.Key, $"\"{beside.Key}\" says whom to signal, and \"command\" ends it without a signal", "leave one of them out");
        var warm = ReadRepeat(repeat);
        var report = ReadReport(top.Find("report") is null ? null : Part(top, "report", WarmKeys.Report));
        var cleaning = ReadClean(clean);
        if (problems.Count > 0 || rehearse is null || stop is null)
            return null;
        var command = rehearse.Values;
        return new WarmPlan
        {
            File = path,
            State = top.Values.Text("state")!,
            Rehearsed = new(command.List("command"), command.Text("directory")!, command.Map("env")),
            Evidence = evidence,
            Stop = new()
            {
                Signal = stop.Values.Signal("signal")!.Value,
                ToProcess = stop.Values.Text("to") == "process",
                PidFile = stop.Values.Text("pid_file"),
                Command = stop.Values.List("command"),
                CommandWithin = stop.Values.Duration("command_within")!.Value,
            },
            Clean = cleaning,
            Rehearsal = new([.. evidence.Select(item => new EvidenceSpec(item.Name))])
            {
                Within = command.Duration("within")!.Value,
                Hold = command.Duration("hold")!.Value,
                Grace = stop.Values.Duration("grace")!.Value + (stop.Find("command") is null ? TimeSpan.Zero : stop.Values.Duration("command_within")!.Value),
                KilledFails = stop.Values.Text("killed") == "fail",
                CleanWithin = clean?.Values.Duration("within"),
            },
            Prefetch = PrefetchSection.Read(prefetch!.Values, path),
            Warm = warm,
            Report = report,
            Then = top.Values.List("then"),
        };
    }

    private Section? Part(Section top, string name, IReadOnlyList<Key> keys)
    {
        if (top.Find(name) is { } entry)
            return Kind.ReadSettings(reading, entry, name, keys, null);
        // What is missing and required has been reported already.
        return keys.Any(key => key.Required) ? null : Section.Read(reading, Kind.Empty(Position.Start), name, Position.Start, keys);
    }

    private WarmSpec ReadRepeat(Section? section)
    {
        var values = section!.Values;
        var (limit, last) = ((int)(values.Integer("limit") ?? 1), (int)(values.Integer("last") ?? 2));
        if (last > limit && limit > 1)
            problems.Add(section.At("last"), section.PathOf("last"), "", $"the last {last} of at most {limit} rehearsals cannot be compared; \"last\" is at most \"limit\"");
        return new WarmSpec
        {
            Limit = limit,
            Last = Math.Min(last, limit),
            Tolerance = (values.Number("tolerance") ?? 0) / 100,
            Slack = values.Duration("slack") ?? default,
            AcceptsNotWarm = values.Text("at_limit") == "accept",
        };
    }

    private CleanSpec? ReadClean(Section? section) =>
        section is null ? null
        : Kind.Create(reading, section, values => new CleanSpec(Array.ConvertAll(values.List("roots"), CleanRoots.Checked), values.List("files")));

    private ReportSpec? ReadReport(Section? section) =>
        section is null ? null
        : Kind.Create(reading, section, values => new ReportSpec(
            StoreOf(values.Text("store")!), values.Text("session")!, values.Text("role")!, values.Text("instance"), values.Duration("within")!.Value, values.Text("spool")));

    private SessionAddress StoreOf(string text)
    {
        if (!SessionAddress.TryParse(text, out var address, out var error))
            throw new SettingsException("store", error);
        // What is kept on disk names the store, and is delivered from another folder.
        return address.Scheme != SqliteSessionStore.Scheme || Path.IsPathRooted(address.Name) ? address
            : StoreOf($"{address.Scheme}:{Path.GetFullPath(address.Name, reading.BaseDirectory)}{text[(text.IndexOf(address.Name, StringComparison.Ordinal) + address.Name.Length)..]}");
    }

    private EvidenceItem[] ReadEvidence(MapEntry entry)
    {
        if (entry.Value is not ListNode { Items.Count: > 0 } list)
        {
            problems.Add(entry.Value.At, "evidence", entry.Value.Found, $"found {entry.Value.Found}, expected a list of what must be seen, for example [{{ files: out/*.log }}, {{ port: localhost:8080 }}]");
            return [];
        }
        if (list.Items.Count > MaxEvidence)
            problems.Add(list.Items[MaxEvidence].At, "evidence", "", $"more than {MaxEvidence} pieces of evidence");
        var items = new EvidenceReader(reading);
        return [.. list.Items.Take(MaxEvidence).Select((item, i) => items.Read(item, $"evidence[{i}]")).OfType<EvidenceItem>()];
    }
}
