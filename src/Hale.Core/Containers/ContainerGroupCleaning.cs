namespace Hale.Core.Containers;

/// <summary>
/// What may be taken away. Everything that these functions return carries a session's labels (<see cref="ContainerGroupThing"/>), and each asks for its own reason;
/// an empty text selects nothing.
/// </summary>
public static class ContainerGroupCleaning
{
    /// <summary>Exactly what a run made, its holds excepted: what a failure takes back. A kept volume that is complete stays.</summary>
    public static IReadOnlyList<ContainerGroupThing> OfRun(ContainerGroupListing listing, string run) =>
        run.Length == 0 ? [] : InOrder(listing.Things.Where(thing => thing.Run == run && !IsHold(thing) && !IsKeptAndComplete(listing, thing)));

    /// <summary>The whole group, holds excepted.</summary>
    /// <param name="listing">What there is of it.</param>
    /// <param name="withKept">Whether also volumes that outlive it.</param>
    public static IReadOnlyList<ContainerGroupThing> OfSession(ContainerGroupListing listing, bool withKept) =>
        InOrder(listing.Things.Where(thing => !IsHold(thing) && (withKept || !IsKeptAndComplete(listing, thing))));

    /// <summary>
    /// What nobody wants any more: the whole group when it has leases and all of them are over, what unfinished runs made when those are over. While a run changes
    /// the group, nothing. A group without any lease stays: that nobody is known to want it proves nothing.
    /// </summary>
    public static IReadOnlyList<ContainerGroupThing> Forgotten(ContainerGroupListing listing, DateTimeOffset now, Func<ContainerGroupHold, ContainerGroupSight> see, string self = "")
    {
        var over = listing.Holds.ToLookup(hold => hold.IsOver(now, see));
        if (over[false].Any(hold => hold.Role == ContainerGroupRole.Work && hold.Run != self))
            return [];
        var things = over[true].Where(hold => hold.Role == ContainerGroupRole.Work).SelectMany(hold => OfRun(listing, hold.Run));
        if (over[true].Any(hold => hold.Role == ContainerGroupRole.Lease) && !over[false].Any(hold => hold.Role == ContainerGroupRole.Lease))
            things = things.Concat(OfSession(listing, withKept: false));
        return [.. InOrder(things.Distinct()), .. over[true].SelectMany(hold => hold.Things)];
    }

    /// <summary>In the order in which an engine takes it: containers before what they use, and a volume before the mark that says it is filled would lie.</summary>
    public static IReadOnlyList<ContainerGroupThing> InOrder(IEnumerable<ContainerGroupThing> things) =>
        [.. things.OrderBy(thing => thing.Role switch
        {
            ContainerGroupRole.Seeder => 0,
            ContainerGroupRole.Member => 1,
            ContainerGroupRole.Network => 2,
            ContainerGroupRole.Filled => 3,
            ContainerGroupRole.Volume => 4,
            _ => 5,
        })];

    private static bool IsHold(ContainerGroupThing thing) => thing.Role is ContainerGroupRole.Work or ContainerGroupRole.Lease;

    private static bool IsKeptAndComplete(ContainerGroupListing listing, ContainerGroupThing thing)
    {
        var volume = thing.Role switch
        {
            ContainerGroupRole.Volume => thing,
            ContainerGroupRole.Filled => listing.With(ContainerGroupRole.Volume).FirstOrDefault(volume => volume.Name == thing.Name && volume.Run == thing.Run),
            _ => null,
        };
        return volume is { IsKept: true } && listing.IsFilled(volume);
    }
}
