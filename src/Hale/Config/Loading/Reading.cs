using Hale.Config.Yaml;
using Hale.Telling;

namespace Hale.Config.Loading;

/// <summary>What every part of the loader needs while one file is read.</summary>
internal sealed class Reading
{
    public Reading(Problems problems, Func<string, string?> environment, string baseDirectory, IReadOnlyList<ProbeKind> probes, IReadOnlyList<RemedyKind> remedies, IReadOnlyList<ChannelKind> channels)
    {
        Problems = problems;
        BaseDirectory = baseDirectory;
        Expansion = new Expansion(environment, baseDirectory, problems);
        Values = new ValueReader(this);
        Probes = probes.ToDictionary(kind => kind.Name);
        Remedies = remedies.ToDictionary(kind => kind.Name);
        Channels = channels.ToDictionary(kind => kind.Name);
    }

    public Problems Problems { get; }

    /// <summary>What was written, section by section.</summary>
    public List<WrittenSection> Written { get; } = [];

    public string BaseDirectory { get; }

    public Expansion Expansion { get; }

    public ValueReader Values { get; }

    public IReadOnlyDictionary<string, ProbeKind> Probes { get; }

    public IReadOnlyDictionary<string, RemedyKind> Remedies { get; }

    public IReadOnlyDictionary<string, ChannelKind> Channels { get; }

    /// <summary>The node as a mapping, or null after reporting what it is instead.</summary>
    public MapNode? Map(Node node, string path, string expected = "a mapping")
    {
        if (node is MapNode map)
            return map;
        Problems.Add(node.At, path, node.Found, $"found {node.Found}, expected {expected}");
        return null;
    }

    /// <summary>
    /// The entries of a mapping from names to things (targets, groups, checks), which may not be empty; names that could not be
    /// used in a URL, a file name or on a command line are reported and left out.
    /// </summary>
    public IReadOnlyList<MapEntry> Named(Node node, string path, string what)
    {
        if (Map(node, path, $"a mapping from names to {what}s") is not { } map)
            return [];
        if (map.Entries.Count == 0)
            Problems.Add(node.At, path, node.Found, $"names no {what}", path == "targets" ? "name what is to be watched" : $"name one, or leave \"{path[(path.LastIndexOf('.') + 1)..]}\" out");
        return [.. map.Entries.Where(entry => IsName(entry, path, what))];
    }

    private bool IsName(MapEntry entry, string path, string what)
    {
        const int Longest = 64;
        var name = entry.Key;
        if (name.Length is > 0 and <= Longest && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            return true;
        Problems.Add(entry.At, path, name, $"{ScalarNode.Quoted(name)} cannot name a {what}: a name has letters, digits, - _ and ., begins with a letter or a digit, and has at most {Longest} characters");
        return false;
    }
}
