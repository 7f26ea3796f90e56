using Hale.Config.Yaml;
using Hale.Containers;

namespace Hale.Config.Loading;

/// <summary>
/// An entry of <c>targets:</c> with <c>each_container</c>: it is made into one target for each container that carries a label, with
/// <c>${container.name}</c>, <c>${container.id}</c> and <c>${container.address}</c> replaced in everything that it says.
/// </summary>
internal sealed class EachContainer(Reading reading)
{
    /// <summary>Name of the key.</summary>
    public const string Key = "each_container";

    /// <summary>Containers of one entry, at most.</summary>
    private const int Most = 1000;

    private const int LongestName = 64;

    /// <summary>What the address of a container that has none is: a name that resolves nowhere (RFC 6761), so that nothing else is taken for it.</summary>
    private const string NoAddress = "no-address.invalid";

    private readonly List<Discovery> discoveries = [];

    /// <summary>What was looked for.</summary>
    public IReadOnlyList<Discovery> Discoveries => discoveries;

    /// <summary>Whether an entry is one of these.</summary>
    public static bool Is(MapEntry entry) => entry.Value is MapNode map && map.Find(Key) is not null;

    /// <summary>The targets of an entry by the containers that there are; none after an error.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="example">The entry as it is for a container that nobody has, by which its mistakes are found before there is one.</param>
    public IReadOnlyList<MapEntry> Expand(MapEntry entry, out MapEntry example)
    {
        var map = (MapNode)entry.Value;
        var path = $"targets.{entry.Key}.{Key}";
        example = For(entry, new ContainerSummary { Id = new('0', 64), Names = ["/example"] });
        var section = Kind.ReadSettings(reading, map.Find(Key)!, path, Keys.EachContainer, null);
        if (!section.IsValid || Kind.Create(reading, section, settings => DiscoveryOf(entry.Key, settings)) is not { } discovery)
            return [];
        discoveries.Add(discovery);
        var (containers, trouble) = ContainerCatalog.List(discovery);
        if (trouble is not null)
            reading.Problems.Warn(entry.At, path, "", $"the containers could not be listed, so those that were known stay and others are not seen yet: {trouble}");
        if (containers.Count > Most)
            reading.Problems.Warn(entry.At, path, "", $"{containers.Count} containers carry the label; the first {Most} by name are watched");
        return [.. containers.OrderBy(container => container.Name, StringComparer.Ordinal).Take(Most).Select(container => For(entry, container))];
    }

    private static Discovery DiscoveryOf(string entry, Settings settings)
    {
        var label = settings.Text("label")!;
        var equals = label.IndexOf('=', StringComparison.Ordinal);
        return equals == 0
            ? throw new SettingsException("label", "a label has a name: NAME or NAME=VALUE")
            : new(entry, ContainerSelector.AddressFrom(settings), equals > 0 ? label[..equals] : label, equals > 0 ? label[(equals + 1)..] : null);
    }

    private static MapEntry For(MapEntry entry, ContainerSummary container)
    {
        var address = container.NetworkSettings.Networks.OrderBy(network => network.Key, StringComparer.Ordinal).Select(network => network.Value.IPAddress).FirstOrDefault(each => each.Length > 0);
        var map = (MapNode)entry.Value;
        var rest = map with { Entries = [.. map.Entries.Where(inner => inner.Key != Key)] };
        var name = $"{entry.Key}.{container.Name}";
        return new(
            name.Length <= LongestName ? name : $"{entry.Key}.{ContainerFindings.ShortId(container.Id)}",
            entry.At,
            Replace(rest, [("${container.name}", container.Name), ("${container.id}", container.Id), ("${container.address}", address ?? NoAddress)]));
    }

    private static Node Replace(Node node, (string Reference, string Value)[] values) => node switch
    {
        ScalarNode scalar => scalar with { Text = values.Aggregate(scalar.Text, Replace) },
        ListNode list => list with { Items = [.. list.Items.Select(item => Replace(item, values))] },
        MapNode map => map with { Entries = [.. map.Entries.Select(inner => inner with { Value = Replace(inner.Value, values) })] },
        _ => node,
    };

    /// <summary>Replaces a reference, but not where it is written as a literal: <c>$${container.name}</c>.</summary>
    private static string Replace(string text, (string Reference, string Value) value)
    {
        for (var at = 0; text.IndexOf(value.Reference, at, StringComparison.Ordinal) is >= 0 and var found;)
        {
            if (found > 0 && text[found - 1] == '$')
            {
                at = found + value.Reference.Length;
                continue;
            }
            text = string.Concat(text.AsSpan(0, found), value.Value, text.AsSpan(found + value.Reference.Length));
            at = found + value.Value.Length;
        }
        return text;
    }
}
