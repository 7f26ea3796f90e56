namespace Hale.Core.Containers;

/// <summary>What a thing of the engine is to a group.</summary>
public enum ContainerGroupRole
{
    /// <summary>A container of a member.</summary>
    Member,

    /// <summary>A container that fills a volume.</summary>
    Seeder,

    /// <summary>A network.</summary>
    Network,

    /// <summary>A volume.</summary>
    Volume,

    /// <summary>An empty volume whose being there says that another volume is completely filled. It is made last, in one step.</summary>
    Filled,

    /// <summary>An empty volume that says that a run changes the group now: others wait.</summary>
    Work,

    /// <summary>An empty volume that says until when, or by whom, the group is wanted.</summary>
    Lease,
}
