namespace Hale.Core.Containers;

/// <summary>What kind of thing of the engine it is.</summary>
public enum ContainerGroupSort
{
    /// <summary>A container.</summary>
    Container,

    /// <summary>A network.</summary>
    Network,

    /// <summary>A volume.</summary>
    Volume,
}

/// <summary>A thing of the engine as a listing shows it.</summary>
/// <param name="Sort">What kind of thing.</param>
/// <param name="Id">By which it is removed: an id where the engine gives one, so that another thing of the same name is never hit.</param>
/// <param name="Name">Its name in the engine.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="State">Of a container: <c>running</c>, <c>exited</c>, …; empty for others.</param>
public sealed record ContainerGroupListed(ContainerGroupSort Sort, string Id, string Name, IReadOnlyDictionary<string, string> Labels, string State = "");

/// <summary>A thing that belongs to a group. There is no other way to one than <see cref="TryRead"/>, and nothing else is ever reused or removed.</summary>
public sealed record ContainerGroupThing
{
    private ContainerGroupThing(ContainerGroupListed listed, ContainerGroupRole role, string session, string run, string name, int number) =>
        (Listed, Role, Session, Run, Name, Number) = (listed, role, session, run, name, number);

    /// <summary>As it was listed.</summary>
    public ContainerGroupListed Listed { get; }

    /// <summary>What it is to its group.</summary>
    public ContainerGroupRole Role { get; }

    /// <summary>Whose group.</summary>
    public string Session { get; }

    /// <summary>The run that made it.</summary>
    public string Run { get; }

    /// <summary>Name of the member, network or volume in the group; of a hold, who holds, in words.</summary>
    public string Name { get; }

    /// <summary>Which of a member's containers; which renewal of a hold.</summary>
    public int Number { get; }

    /// <summary>A hash of what it was made of; empty where none was written.</summary>
    public string Recipe => Label(ContainerGroupLabels.Recipe) ?? "";

    /// <summary>Whether it is a volume that outlives its group.</summary>
    public bool IsKept => Label(ContainerGroupLabels.Kept) == "true";

    /// <summary>A label; null when it has none of that name.</summary>
    public string? Label(string name) => Listed.Labels.GetValueOrDefault(name);

    /// <summary>
    /// Reads the labels. A thing belongs to a group only if they are all there, agree with each other, and give the name that it has: an image that was made of a
    /// member hands its labels on to containers that are nobody's.
    /// </summary>
    /// <returns>Null when it belongs to no group.</returns>
    public static ContainerGroupThing? TryRead(ContainerGroupListed listed)
    {
        var labels = listed.Labels;
        if (labels.GetValueOrDefault(ContainerGroupLabels.Session) is not { } session || !ContainerGroupNames.IsSession(session)
            || labels.GetValueOrDefault(ContainerGroupLabels.Key) != ContainerGroupNames.KeyOf(session)
            || labels.GetValueOrDefault(ContainerGroupLabels.Run) is not { Length: > 0 } run
            || labels.GetValueOrDefault(ContainerGroupLabels.Name) is not { } name
            || ContainerGroupLabels.ReadRole(labels.GetValueOrDefault(ContainerGroupLabels.Role)) is not { } role)
            return null;
        var number = ContainerGroupLabels.ReadNumber(labels.GetValueOrDefault(ContainerGroupLabels.Number));
        var (sort, expected) = role switch
        {
            ContainerGroupRole.Member => (ContainerGroupSort.Container, ContainerGroupNames.Member(session, name, number)),
            ContainerGroupRole.Seeder => (ContainerGroupSort.Container, ContainerGroupNames.Seeder(session, name, run)),
            ContainerGroupRole.Network => (ContainerGroupSort.Network, ContainerGroupNames.Network(session, name)),
            ContainerGroupRole.Volume => (ContainerGroupSort.Volume, ContainerGroupNames.Volume(session, name)),
            ContainerGroupRole.Filled => (ContainerGroupSort.Volume, ContainerGroupNames.Filled(session, name, run)),
            _ => (ContainerGroupSort.Volume, ContainerGroupNames.Hold(session, role, run, number)),
        };
        return listed.Sort == sort && listed.Name == expected ? new(listed, role, session, run, name, number) : null;
    }
}
