using Hale.Config.Yaml;
using Hale.Containers;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Remedies;

namespace Hale.Config.Loading;

/// <summary>A check as read: its spec, its probe unless nothing is probed, and a hash of the probe's settings.</summary>
internal sealed record CheckDraft(CheckSpec Spec, IProbe? Probe, ulong Settings);

/// <summary>A target as read.</summary>
internal sealed record TargetDraft(TargetSpec Spec, IReadOnlyList<CheckDraft> Checks, IReadOnlyList<IRemedy> Remedies, ProcessSpec? Process);

/// <summary>The <c>targets:</c> section.</summary>
internal sealed class TargetReader(Reading reading, CheckDefaults defaults, HealingPolicy fleet, string[] groups, TellSection tell)
{
    private readonly CheckReader checkReader = new(reading, defaults);
    private readonly LadderReader ladderReader = new(reading);
    private readonly EachContainer eachContainer = new(reading);
    private int checksSoFar;

    /// <summary>Containers that targets were made of.</summary>
    public IReadOnlyList<Discovery> Discoveries => eachContainer.Discoveries;

    public IReadOnlyList<TargetDraft> ReadAll(Node node)
    {
        var entries = WithContainers(reading.Named(node, "targets", "target"));
        var names = entries.Select(entry => entry.Key).ToArray();
        var indices = Enumerable.Range(0, names.Length).ToDictionary(i => names[i]);
        var targets = new List<TargetDraft>(names.Length);
        var dependencies = new Dependencies(names);
        foreach (var entry in entries)
        {
            targets.Add(ReadTarget(entry, targets.Count, indices, dependencies));
            if (checksSoFar > PlanBuilder.MaxChecks)
            {
                reading.Problems.Add(entry.At, $"targets.{entry.Key}", "", $"more than {PlanBuilder.MaxChecks} checks up to here; share them among several Hales");
                break;
            }
        }
        dependencies.ReportCycles(reading.Problems);
        return targets;
    }

    /// <summary>The entries, with those that stand for containers made into one for each.</summary>
    private List<MapEntry> WithContainers(IReadOnlyList<MapEntry> written)
    {
        var entries = new List<MapEntry>(written.Count);
        var names = written.Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in written)
        {
            if (!EachContainer.Is(entry))
            {
                entries.Add(entry);
                continue;
            }
            var made = eachContainer.Expand(entry, out var example);
            if (made.Count == 0)
                Try(example);
            foreach (var target in made)
            {
                if (names.Add(target.Key))
                    entries.Add(target);
                else
                    reading.Problems.Add(entry.At, $"targets.{entry.Key}", target.Key, $"a target of this name stands in the file, and a container makes another one", "rename one of them");
            }
        }
        return entries;
    }

    /// <summary>Reads an entry for its mistakes alone.</summary>
    private void Try(MapEntry example)
    {
        var written = reading.Written.Count;
        ReadTarget(example, 0, [], new Dependencies([example.Key]));
        reading.Written.RemoveRange(written, reading.Written.Count - written);
        checksSoFar = 0;
    }

    private TargetDraft ReadTarget(MapEntry entry, int index, Dictionary<string, int> indices, Dependencies dependencies)
    {
        var path = $"targets.{entry.Key}";
        var map = reading.Map(entry.Value, path) ?? new MapNode(entry.Value.At, []) { Weight = 1 };
        var section = Section.Read(reading, map, path, entry.At, Keys.Target);
        var process = section.Find("process") is { } owned ? ProcessSection.Read(reading, owned, section.PathOf("process")) : null;
        var checks = ReadChecks(section, index, process);
        if (checks.Names.Count == 0 && process is null && entry.Value is MapNode && section.Find("checks") is null)
            reading.Problems.Add(entry.At, path, "", "nothing is watched here; add checks, or a process");
        var ladder = ladderReader.Read(section, checks, process is not null);
        if (ladder.Any(rung => rung.Remedy is ContainerRestartRemedy) && checks.Drafts.Count == checks.Names.Count && !checks.Drafts.Any(check => check.Probe is ContainerProbe))
            reading.Problems.Add(section.At("heal"), section.PathOf("heal"), ContainerRestartRemedy.Kind.Name, "restarts the container that was judged, and no check here judges one", "add checks: { container: NAME }");
        foreach (var (name, at, itemPath) in ItemsOf(section, "depends_on"))
        {
            if (indices.TryGetValue(name, out var other))
                dependencies.Add(index, other, at, itemPath);
            else
                reading.Problems.Add(at, itemPath, name, $"there is no target {ScalarNode.Quoted(name)}", Spelling.Suggest(name, indices.Keys));
        }
        var spec = new TargetSpec
        {
            Name = entry.Key,
            Group = GroupOf(section),
            DependsOn = dependencies.Of(index),
            Checks = [.. Enumerable.Range(checksSoFar - checks.Drafts.Count, checks.Drafts.Count)],
            Ladder = [.. ladder.Select(rung => rung.Spec)],
            Healing = HealingSection.Of(reading, section.Find("healing"), section.PathOf("healing"), fleet),
            IsSupervised = process is not null,
            Maintenance = section.Find("maintenance") is { } windows ? MaintenanceSection.Read(reading, windows.Value, section.PathOf("maintenance")) : [],
            Tell = tell.ChannelsOf(section),
        };
        return new TargetDraft(spec, checks.Drafts, [.. ladder.Select(rung => rung.Remedy)], process?.Spec);
    }

    private CheckList ReadChecks(Section section, int target, ProcessDraft? process)
    {
        var checks = new CheckList(checksSoFar);
        if (process is not null)
            checks.Add(ProcessSection.BuiltInCheck, ProcessSection.Check(target, defaults));
        if (section.Find("checks") is { } written)
        {
            foreach (var entry in reading.Named(written.Value, section.PathOf("checks"), "check"))
            {
                var path = $"{section.PathOf("checks")}.{entry.Key}";
                if (process is not null && entry.Key == ProcessSection.BuiltInCheck)
                    reading.Problems.Add(entry.At, path, entry.Key, "a target with a process has a check of this name already: whether the process runs", "choose another name");
                else
                    checks.Add(entry.Key, checkReader.Read(entry, path, target, process, section.Values.Duration("gate")));
            }
        }
        checksSoFar += checks.Drafts.Count;
        return checks;
    }

    private int GroupOf(Section section)
    {
        if (section.Values.Text("group") is not { } name)
            return -1;
        var index = Array.IndexOf(groups, name);
        if (index < 0)
            reading.Problems.Add(section.At("group"), section.PathOf("group"), name, $"there is no group {ScalarNode.Quoted(name)}", Spelling.Suggest(name, groups) ?? "name it under \"groups\"");
        return index;
    }

    /// <summary>The accepted texts of a list, each with its own place.</summary>
    internal static IEnumerable<(string Text, Position At, string Path)> ItemsOf(Section section, string key)
    {
        var texts = section.Values.List(key);
        var node = section.Find(key)?.Value;
        for (var i = 0; i < texts.Length; i++)
            yield return node is ListNode list ? (texts[i], list.Items[i].At, $"{section.PathOf(key)}[{i}]") : (texts[i], section.At(key), section.PathOf(key));
    }
}

/// <summary>The checks of one target while they are read: all names, and those that are sound.</summary>
internal sealed class CheckList(int firstIndex)
{
    private readonly List<string> names = [];
    private readonly List<CheckDraft> drafts = [];

    /// <summary>Names as written, sound or not, so that <c>when:</c> can name a check that has an error of its own.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>The sound ones.</summary>
    public IReadOnlyList<CheckDraft> Drafts => drafts;

    public void Add(string name, CheckDraft? draft)
    {
        names.Add(name);
        if (draft is not null)
            drafts.Add(draft);
    }

    /// <summary>Index in the world of a check by name; null when it is unknown or unsound.</summary>
    public int? IndexOf(string name) => drafts.FindIndex(draft => draft.Spec.Name == name) is >= 0 and var i ? firstIndex + i : null;

    /// <summary>A sound check by its index in the world.</summary>
    public CheckSpec this[int index] => drafts[index - firstIndex].Spec;
}
