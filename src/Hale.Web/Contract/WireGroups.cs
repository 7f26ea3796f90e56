using Hale.Containers.Groups;

namespace Hale.Web.Contract;

/// <summary>Groups of containers as they go over the wire.</summary>
public static class WireGroups
{
    /// <summary>What there is.</summary>
    public static ContainerGroupsDto Groups(IReadOnlyList<string> names, IReadOnlyList<ContainerGroupStatus> groups) => new(names, [.. groups.Select(Group)]);

    /// <summary>How bringing a group up ended.</summary>
    public static ContainerGroupUpDto Up(ContainerGroupReport report) => new(
        report.Session, report.IsReady, report.Reason, Math.Round(report.Took.TotalSeconds, 4),
        [.. report.Members.Select(member => new ContainerGroupMemberDto(member.Name, member.IsReady, member.IsReused, member.Container, member.Endpoint, member.Trouble))], report.Left);

    /// <summary>What came of taking groups down.</summary>
    public static ContainerGroupsDownDto Down(IEnumerable<ContainerGroupDown> downs) => new([.. downs.Select(down => new ContainerGroupDownDto(down.Session, down.Removed, down.Kept))]);

    private static ContainerGroupDto Group(ContainerGroupStatus group) => new(
        group.Session,
        [.. group.Containers.Select(each => new ContainerGroupPartDto(each.Member, each.Number, each.Kind, each.State, each.Name, each.Id))],
        group.Networks, group.Volumes,
        [.. group.Holders.Select(holder => new ContainerGroupHolderDto(holder.Who, holder.IsAtWork, holder.Until, holder.IsOver))],
        group.Until, group.IsForgotten);
}
