namespace Hale.Core.Containers;

/// <summary>That a run changes a group, or wants it to stand. Labels cannot be changed, so a hold that is renewed is several things, of which the latest counts.</summary>
/// <param name="Role">Work or lease.</param>
/// <param name="Run">Whose.</param>
/// <param name="Who">In words, for others.</param>
/// <param name="Owner">The process that stands behind it; null when it stands by itself.</param>
/// <param name="Since">When it was taken.</param>
/// <param name="Until">When it is over unless renewed; null for never.</param>
/// <param name="Things">What it consists of.</param>
public sealed record ContainerGroupHold(
    ContainerGroupRole Role, string Run, string Who, ContainerGroupOwner? Owner, DateTimeOffset Since, DateTimeOffset? Until, IReadOnlyList<ContainerGroupThing> Things)
{
    /// <summary>
    /// Whether nobody stands behind it any more. A process that is seen decides, whatever the time is; a hold whose process cannot be seen, or that has none, is over
    /// after its time, and one without a time never.
    /// </summary>
    public bool IsOver(DateTimeOffset now, Func<ContainerGroupHold, ContainerGroupSight> see) => (Owner is null ? ContainerGroupSight.Unknown : see(this)) switch
    {
        ContainerGroupSight.Alive => false,
        ContainerGroupSight.Dead => true,
        _ => Until < now,
    };

    /// <summary>The labels of a hold.</summary>
    public static Dictionary<string, string> Labels(string session, ContainerGroupRole role, string run, string who, int number, ContainerGroupOwner? owner, DateTimeOffset since, DateTimeOffset? until)
    {
        var labels = ContainerGroupLabels.Of(session, role, run, who);
        labels[ContainerGroupLabels.Number] = number.ToString(System.Globalization.CultureInfo.InvariantCulture);
        labels[ContainerGroupLabels.Since] = ContainerGroupLabels.Moment(since);
        if (owner is not null)
            labels[ContainerGroupLabels.Owner] = owner.ToString();
        if (until is { } end)
            labels[ContainerGroupLabels.Until] = ContainerGroupLabels.Moment(end);
        return labels;
    }

    internal static IReadOnlyList<ContainerGroupHold> Of(IReadOnlyList<ContainerGroupThing> things) =>
        [.. things.Where(thing => thing.Role is ContainerGroupRole.Work or ContainerGroupRole.Lease).GroupBy(thing => (thing.Role, thing.Run)).Select(Of)
            .OrderBy(hold => hold.Since).ThenBy(hold => hold.Run, StringComparer.Ordinal)];

    private static ContainerGroupHold Of(IGrouping<(ContainerGroupRole Role, string Run), ContainerGroupThing> renewals)
    {
        var first = renewals.MinBy(thing => thing.Number)!;
        var ends = renewals.Select(thing => thing.Label(ContainerGroupLabels.Until)).ToList();
        // A time that cannot be read is no reason to end anything.
        DateTimeOffset? until = ends.Any(end => end is null || ContainerGroupLabels.ReadMoment(end) is null) ? null : ends.Max(ContainerGroupLabels.ReadMoment);
        return new(
            renewals.Key.Role, renewals.Key.Run, first.Name, ContainerGroupOwner.Parse(first.Label(ContainerGroupLabels.Owner)),
            ContainerGroupLabels.ReadMoment(first.Label(ContainerGroupLabels.Since)) ?? DateTimeOffset.MinValue, until, [.. renewals]);
    }
}
