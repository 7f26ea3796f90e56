namespace Hale.Core.Containers;

/// <summary>In which order members are started and stopped.</summary>
public static class ContainerGroupOrder
{
    /// <summary>
    /// The rank of each member: 0 for those that depend on none, otherwise one above the highest of those that it depends on. What depends on unknown ones, or in
    /// a circle, gets a rank as well: the labels of what runs may say anything.
    /// </summary>
    public static IReadOnlyDictionary<string, int> Ranks(IReadOnlyDictionary<string, IReadOnlyList<string>> dependsOn)
    {
        var ranks = dependsOn.Keys.ToDictionary(name => name, _ => 0);
        // Without a circle, ranks are final after as many rounds as there are members.
        for (var round = 0; round < dependsOn.Count; round++)
        {
            var isFinal = true;
            foreach (var (name, others) in dependsOn)
            {
                var rank = others.Where(other => other != name && ranks.ContainsKey(other)).Select(other => ranks[other] + 1).DefaultIfEmpty().Max();
                if (rank == ranks[name])
                    continue;
                ranks[name] = rank;
                isFinal = false;
            }
            if (isFinal)
                break;
        }
        return ranks;
    }

    /// <summary>Containers in the order in which they are stopped: those that others depend on last. Those of one list are stopped at the same time.</summary>
    public static IReadOnlyList<IReadOnlyList<ContainerGroupThing>> Stops(IEnumerable<ContainerGroupThing> members)
    {
        var all = members.ToList();
        var dependsOn = all.GroupBy(thing => thing.Name).ToDictionary(
            things => things.Key,
            things => (IReadOnlyList<string>)[.. (things.First().Label(ContainerGroupLabels.DependsOn) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        var ranks = Ranks(dependsOn);
        return [.. all.GroupBy(thing => ranks[thing.Name]).OrderByDescending(things => things.Key).Select(things => (IReadOnlyList<ContainerGroupThing>)[.. things])];
    }
}
