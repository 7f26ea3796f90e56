namespace Hale.Core.Containers;

/// <summary>Everything of one session that the engine has.</summary>
public sealed class ContainerGroupListing
{
    private ContainerGroupListing(string session, IReadOnlyList<ContainerGroupThing> things) => (Session, Things) = (session, things);

    /// <summary>The session.</summary>
    public string Session { get; }

    /// <summary>What belongs to it.</summary>
    public IReadOnlyList<ContainerGroupThing> Things { get; }

    /// <summary>The containers of members.</summary>
    public IEnumerable<ContainerGroupThing> Members => With(ContainerGroupRole.Member);

    /// <summary>The holds on it.</summary>
    public IReadOnlyList<ContainerGroupHold> Holds => field ??= ContainerGroupHold.Of(Things);

    /// <summary>What of a listing belongs to a session. An engine's own narrowing is not relied upon.</summary>
    public static ContainerGroupListing Of(string session, IEnumerable<ContainerGroupListed> listed) =>
        new(session, [.. listed.Select(ContainerGroupThing.TryRead).OfType<ContainerGroupThing>().Where(thing => thing.Session == session)]);

    /// <summary>A listing taken apart by session.</summary>
    public static IReadOnlyList<ContainerGroupListing> BySession(IEnumerable<ContainerGroupListed> listed) =>
        [.. listed.Select(ContainerGroupThing.TryRead).OfType<ContainerGroupThing>().GroupBy(thing => thing.Session)
            .OrderBy(things => things.Key, StringComparer.Ordinal).Select(things => new ContainerGroupListing(things.Key, [.. things]))];

    /// <summary>What has a role.</summary>
    public IEnumerable<ContainerGroupThing> With(ContainerGroupRole role) => Things.Where(thing => thing.Role == role);

    /// <summary>The network or volume of a name; null for none.</summary>
    public ContainerGroupThing? Find(ContainerGroupRole role, string name) => With(role).FirstOrDefault(thing => thing.Name == name);

    /// <summary>
    /// Whether a volume is known to be completely filled: somebody said so after the last byte, or a member uses it, and members are made only after that.
    /// Both name the run that made the volume, so that another of the same name says nothing.
    /// </summary>
    public bool IsFilled(ContainerGroupThing volume) =>
        With(ContainerGroupRole.Filled).Any(mark => mark.Name == volume.Name && mark.Run == volume.Run)
        || Members.Any(member => (member.Label(ContainerGroupLabels.Uses) ?? "").Split(' ').Contains($"{volume.Name}={volume.Run}"));
}
