namespace Hale.Core.Containers;

/// <summary>A network: the one that is there, or null to make it.</summary>
/// <param name="Network">Which.</param>
/// <param name="Present">The one that is there; null to make it, and for one of others.</param>
public sealed record ContainerGroupNetworkStep(ContainerGroupNetwork Network, ContainerGroupThing? Present);

/// <summary>A volume: the one that is there and complete, or null to make it.</summary>
/// <param name="Volume">Which.</param>
/// <param name="Present">The one that is there; null to make and fill it.</param>
public sealed record ContainerGroupVolumeStep(ContainerGroupVolume Volume, ContainerGroupThing? Present);

/// <summary>One container of a member: the one that runs, or null to make it.</summary>
/// <param name="Member">Of which member.</param>
/// <param name="Number">Which, from 1.</param>
/// <param name="Recipe">A hash of what it is made of.</param>
/// <param name="Present">The one that runs and was made of the same; null to make it.</param>
public sealed record ContainerGroupMemberStep(ContainerGroupMember Member, int Number, string Recipe, ContainerGroupThing? Present);

/// <summary>Something that has to go before the rest can be made.</summary>
/// <param name="Thing">What.</param>
/// <param name="Why">Why, for people.</param>
public sealed record ContainerGroupRemoval(ContainerGroupThing Thing, string Why);

/// <summary>What is missing of a group, and what of what is there stands in the way.</summary>
/// <param name="Removals">What goes first, in this order.</param>
/// <param name="Networks">The networks.</param>
/// <param name="Volumes">The volumes.</param>
/// <param name="Members">The containers, each of which waits for what its member depends on.</param>
/// <param name="Refusals">Why nothing of this is done; empty when it is.</param>
public sealed record ContainerGroupPlan(
    IReadOnlyList<ContainerGroupRemoval> Removals,
    IReadOnlyList<ContainerGroupNetworkStep> Networks,
    IReadOnlyList<ContainerGroupVolumeStep> Volumes,
    IReadOnlyList<ContainerGroupMemberStep> Members,
    IReadOnlyList<string> Refusals)
{
    /// <summary>Compares what is wanted with what is there.</summary>
    /// <param name="spec">What is wanted.</param>
    /// <param name="listing">What is there.</param>
    /// <param name="images">The ids of the images, by the names that the spec has for them.</param>
    /// <param name="holder">Who else uses the group right now; null for nobody. What others use is not taken from them.</param>
    public static ContainerGroupPlan Make(ContainerGroupSpec spec, ContainerGroupListing listing, IReadOnlyDictionary<string, string> images, string? holder)
    {
        var removals = new List<ContainerGroupRemoval>();
        var refusals = new List<string>();
        var networks = NetworksOf(spec).Select(network => Step(network, listing, refusals)).ToList();
        var volumes = spec.Volumes.Select(volume => Step(volume, listing, removals, refusals)).ToList();
        var members = spec.Members.SelectMany(member => Enumerable.Range(1, member.Replicas).Select(number => Step(member, number, listing, images, volumes, removals))).ToList();
        foreach (var surplus in listing.Members.Where(thing => !members.Exists(step => step.Member.Name == thing.Name && step.Number == thing.Number)))
            removals.Add(new(surplus, "it is no part of the group any more"));
        foreach (var seeder in listing.With(ContainerGroupRole.Seeder))
            removals.Add(new(seeder, "it was left over by a run that filled a volume"));
        if (holder is not null)
            refusals.AddRange(removals.Where(removal => removal.Thing is { Role: ContainerGroupRole.Member, Listed.State: "running" })
                .Select(removal => $"{Name(removal.Thing)} would be taken away, since {removal.Why}; but {holder} uses the group"));
        var order = ContainerGroupCleaning.InOrder(removals.Select(removal => removal.Thing)).ToList();
        return new([.. removals.OrderBy(removal => order.IndexOf(removal.Thing))], networks, volumes, members, refusals);
    }

    /// <summary>The networks of a group, with the one that it has when it names none.</summary>
    public static IReadOnlyList<ContainerGroupNetwork> NetworksOf(ContainerGroupSpec spec) => spec.Networks.Count > 0 ? spec.Networks : [ContainerGroupNetwork.Default];

    /// <summary>The networks of a member, the first of which counts for its address.</summary>
    public static IReadOnlyList<ContainerGroupNetwork> NetworksOf(ContainerGroupSpec spec, ContainerGroupMember member) =>
        member.Networks.Count == 0 ? NetworksOf(spec) : [.. member.Networks.Select(name => NetworksOf(spec).First(network => network.Name == name))];

    /// <summary>How a container of a member is called before people.</summary>
    public static string Name(ContainerGroupMember member, int number) => member.Replicas == 1 ? member.Name : Name(member.Name, number);

    private static string Name(ContainerGroupThing thing) => thing.Number == 1 ? thing.Name : Name(thing.Name, thing.Number);

    private static string Name(string member, int number) => $"{member}.{number.ToString(System.Globalization.CultureInfo.InvariantCulture)}";

    private static ContainerGroupNetworkStep Step(ContainerGroupNetwork network, ContainerGroupListing listing, List<string> refusals)
    {
        if (network.External is not null)
            return new(network, null);
        var present = listing.Find(ContainerGroupRole.Network, network.Name);
        if (present is not null && present.Recipe != ContainerGroupRecipe.Of(network))
            refusals.Add($"network {network.Name} is there and was made otherwise; take the group down first");
        return new(network, present);
    }

    private static ContainerGroupVolumeStep Step(ContainerGroupVolume volume, ContainerGroupListing listing, List<ContainerGroupRemoval> removals, List<string> refusals)
    {
        var present = listing.Find(ContainerGroupRole.Volume, volume.Name);
        if (present is null)
            return new(volume, null);
        if ((volume.Seed is not null || present.IsKept) && !listing.IsFilled(present))
        {
            removals.Add(new(present, "it was never completely filled"));
            return new(volume, null);
        }
        // What is in it may be somebody's work, and is not thrown away because a line of a file has changed.
        if (present.Recipe != ContainerGroupRecipe.Of(volume))
            refusals.Add($"volume {volume.Name} is there and was filled otherwise; take the group down first{(present.IsKept ? ", with its kept volumes" : "")}");
        return new(volume, present);
    }

    private static ContainerGroupMemberStep Step(
        ContainerGroupMember member, int number, ContainerGroupListing listing, IReadOnlyDictionary<string, string> images,
        List<ContainerGroupVolumeStep> volumes, List<ContainerGroupRemoval> removals)
    {
        var recipe = ContainerGroupRecipe.Of(member, images.GetValueOrDefault(member.Image, member.Image));
        var present = listing.Members.FirstOrDefault(thing => thing.Name == member.Name && thing.Number == number);
        if (present is null)
            return new(member, number, recipe, null);
        var why = present.Listed.State != "running" ? $"it is {(present.Listed.State.Length == 0 ? "not running" : present.Listed.State)}"
            : present.Recipe != recipe ? "it was made otherwise"
            : present.Label(ContainerGroupLabels.Uses) != Uses(member, volumes.Select(step => (step.Volume.Name, step.Present?.Run))) ? "a volume of it is made anew"
            : null;
        if (why is not null)
            removals.Add(new(present, why));
        return new(member, number, recipe, why is null ? present : null);
    }

    /// <summary>The volumes of a member as its label tells them, each with the run that made it.</summary>
    public static string Uses(ContainerGroupMember member, IEnumerable<(string Volume, string? Run)> runs)
    {
        var known = runs.ToDictionary(each => each.Volume, each => each.Run);
        return string.Join(' ', member.Mounts.Select(mount => mount.Volume).OfType<string>().Distinct().Order(StringComparer.Ordinal).Select(volume => $"{volume}={known.GetValueOrDefault(volume)}"));
    }
}
