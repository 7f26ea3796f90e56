using System.Text;
using Hale.Config.Yaml;
using Hale.Core.Model;

namespace Hale.Config.Loading;

/// <summary>Reads the tree of a whole file, section by section, into a <see cref="Plan"/>.</summary>
internal sealed class PlanBuilder(Reading reading)
{
    /// <summary>What one Hale watches at most; beyond it, share the work among several.</summary>
    public const int MaxChecks = 20_000;

    private readonly Problems problems = reading.Problems;

    /// <summary>The plan; null when anything was wrong.</summary>
    public Plan? Build(MapNode root, string source)
    {
        // Top-level keys that begin with x- are for anchors to take things from, as in Compose files.
        var templates = root.Entries.Where(entry => entry.Key.StartsWith("x-", StringComparison.Ordinal)).Select(entry => entry.Key).ToHashSet();
        var top = Section.Read(reading, root, "", Position.Start, Keys.Root, templates);
        var daemon = DaemonSection.Read(reading, Part(top, "hale", Keys.Daemon));
        var defaults = Part(top, "defaults", Keys.Defaults);
        var checkDefaults = CheckDefaults.Read(reading, defaults);
        var healing = Part(top, "healing", [.. Keys.Healing, .. Keys.Fleet]);
        var policy = HealingSection.Policy(reading, healing, new HealingPolicy());
        var groups = top.Find("groups") is { } written ? GroupSection.Read(reading, written.Value) : [];
        var tell = TellSection.Read(reading, top.Find("tell"), defaults);
        if (top.Find("targets") is not { } watched)
            return null;

        var targetReader = new TargetReader(reading, checkDefaults, policy, [.. groups.Select(group => group.Name)], tell);
        var targets = targetReader.ReadAll(watched.Value);
        // A target with errors of its own has checks missing, which would be reported here once more.
        var references = new MetricReference(reading, targets);
        var areSound = problems.Count == 0;
        var metrics = areSound && top.Find("metrics") is { } published ? MetricsSection.Read(reading, published.Value, references) : [];
        var alarms = areSound && top.Find("alarms") is { } judged ? new AlarmSection(reading, references, metrics, tell).Read(judged.Value) : [];
        var telling = tell.Spec([.. targets.Select(target => target.Spec.Name)], [.. groups.Select(group => group.Name)], [.. alarms.Select(alarm => alarm.Name)]);
        if (problems.Count > 0)
            return null;
        GroupSection.WarnOfEmpty(reading, groups, targets, top);
        var plan = Assemble(targets, groups, HealingSection.Fleet(healing), daemon, source);
        return plan with
        {
            World = plan.World with { Alarms = alarms, Telling = telling },
            Metrics = [.. metrics.Select(metric => metric.Spec).OfType<MetricSpec>()],
            Channels = tell.Channels,
            Discoveries = targetReader.Discoveries,
            Written = reading.Written,
        };
    }

    private Section Part(Section top, string name, IReadOnlyList<Key> keys)
    {
        var entry = top.Find(name);
        var map = entry is null ? null : reading.Map(entry.Value, name);
        return Section.Read(reading, map ?? new MapNode(Position.Start, []) { Weight = 1 }, name, entry?.At ?? Position.Start, keys);
    }

    private static Plan Assemble(IReadOnlyList<TargetDraft> targets, IReadOnlyList<GroupSpec> groups, GroupSpec fleet, DaemonSpec daemon, string source)
    {
        var all = Enumerable.Range(0, targets.Count).ToArray();
        return new Plan
        {
            World = new WorldSpec
            {
                Targets = [.. targets.Select(target => target.Spec)],
                Checks = [.. targets.SelectMany(target => target.Checks).Select(check => check.Spec)],
                Groups = [.. groups.Select((group, i) => group with { Members = [.. all.Where(t => targets[t].Spec.Group == i)] })],
                Fleet = fleet with { Members = all },
                Seed = SeedOf(source),
            },
            Probes = [.. targets.SelectMany(target => target.Checks).Select(check => check.Probe)],
            Remedies = [.. targets.Select(target => target.Remedies)],
            Processes = [.. targets.Select(target => target.Process)],
            Daemon = daemon,
            Source = source,
            Settings = [.. targets.SelectMany(target => target.Checks).Select(check => check.Settings)],
        };
    }

    /// <summary>FNV-1a of the text: the same file gives the same pauses, here and in a replay.</summary>
    private static int SeedOf(string source)
    {
        var hash = 2166136261u;
        foreach (var octet in Encoding.UTF8.GetBytes(source))
            hash = (hash ^ octet) * 16777619u;
        return (int)hash;
    }
}
