using Hale.Containers;
using Hale.Core.Containers;

namespace Hale.Samples.Cyan;

/// <summary>One way in which a group is broken.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="What">What is wrong, in words.</param>
/// <param name="Says">What Hale has to say of it.</param>
internal sealed record Breakage(string Name, string What, string Says)
{
    /// <summary>The member that is broken; the other one is well, and has to go with it.</summary>
    public const string Member = "text";

    /// <summary>Breaks the group.</summary>
    public Func<ContainerGroupSpec, ContainerGroupSpec> Break { get; init; } = spec => spec;

    /// <summary>Prepares the engine; what it returns tidies up.</summary>
    public Func<ContainerEngine, ContainerGroupSpec, Task<Func<Task>>>? Prepare { get; init; }

    /// <summary>Whether the group becomes ready all the same.</summary>
    public bool ComesUp { get; init; }

    /// <summary>Whether the member dies once the group is in use.</summary>
    public bool DiesInUse { get; init; }

    /// <summary>With another command in the member.</summary>
    public static Func<ContainerGroupSpec, ContainerGroupSpec> Running(params string[] command) => With(member => member with { EntryPoint = null, Command = command });

    /// <summary>Asked at another path.</summary>
    public static Func<ContainerGroupSpec, ContainerGroupSpec> AskedAt(string path) => With(member => member with { Probe = member.Probe with { Path = path } });

    /// <summary>With the member changed.</summary>
    public static Func<ContainerGroupSpec, ContainerGroupSpec> With(Func<ContainerGroupMember, ContainerGroupMember> change) =>
        spec => spec with { Members = [.. spec.Members.Select(member => member.Name == Member ? change(member) : member)] };
}
