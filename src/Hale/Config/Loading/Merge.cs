using Hale.Config.Yaml;

namespace Hale.Config.Loading;

/// <summary>Puts what included files hold beside what the including one holds: things with names, each of which may be written once.</summary>
internal sealed class Merge
{
    /// <summary>The sections whose entries have names.</summary>
    private static readonly string[] Mergeable = ["targets", "groups", "metrics", "alarms", "tell"];

    private readonly Problems problems;
    private readonly MapNode root;
    private readonly Dictionary<string, (MapEntry Section, List<MapEntry> Entries, Dictionary<string, Position> Names)> sections = [];
    private readonly List<MapEntry> others;
    private long weight;

    public Merge(Problems problems, MapNode root)
    {
        this.problems = problems;
        this.root = root;
        weight = root.Weight;
        // A section that is no mapping is left as it is, to be reported for what it is.
        others = [.. root.Entries.Where(entry => !(Mergeable.Contains(entry.Key) && entry.Value is MapNode))];
        foreach (var entry in root.Entries.Except(others))
            Take(entry);
    }

    /// <summary>The whole.</summary>
    public MapNode Result => new(root.At, [.. others, .. sections.Values.Select(s => s.Section with { Value = new MapNode(s.Section.Value.At, s.Entries) { Weight = weight } })]) { Weight = weight };

    /// <summary>Adds what an included file holds, its own includes resolved.</summary>
    public void Add(MapNode part)
    {
        weight += part.Weight;
        if (weight > TreeReader.MaxNodes)
        {
            problems.Add(part.At, "", "", $"more than {TreeReader.MaxNodes} values in all files together");
            return;
        }
        foreach (var entry in part.Entries)
        {
            if (entry.Key == "include" || entry.Key.StartsWith("x-", StringComparison.Ordinal))
                continue;
            if (!Mergeable.Contains(entry.Key))
                problems.Add(entry.At, entry.Key, entry.Key, $"\"{entry.Key}\" cannot stand in an included file; only {string.Join(", ", Mergeable)} can", $"move it to {problems.FileOf(root.At)}");
            else if (entry.Value is MapNode)
                Take(entry);
            else if (entry.Value is not ScalarNode { IsNull: true })
                problems.Add(entry.Value.At, entry.Key, entry.Value.Found, $"found {entry.Value.Found}, expected a mapping");
        }
    }

    private void Take(MapEntry section)
    {
        if (!sections.TryGetValue(section.Key, out var known))
            sections[section.Key] = known = (section, [], []);
        foreach (var entry in ((MapNode)section.Value).Entries)
        {
            if (known.Names.TryGetValue(entry.Key, out var first))
            {
                problems.Add(entry.At, $"{section.Key}.{entry.Key}", entry.Key,
                    $"{ScalarNode.Quoted(entry.Key)} is written twice; the first is in {problems.FileOf(first)}, line {first.Line}", "keep one of them");
                continue;
            }
            known.Names.Add(entry.Key, entry.At);
            known.Entries.Add(entry);
        }
    }
}
