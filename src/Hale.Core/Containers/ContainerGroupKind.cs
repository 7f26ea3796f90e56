namespace Hale.Core.Containers;

/// <summary>A kind of member whose port everybody knows.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Port">The port at which it serves HTTP; its readiness is asked for at <c>/</c>.</param>
public sealed record ContainerGroupKind(string Name, int Port)
{
    /// <summary>The kinds of CyanPrint's executor.</summary>
    public static IReadOnlyList<ContainerGroupKind> All { get; } =
    [
        new("template", 5550),
        new("processor", 5551),
        new("plugin", 5552),
        new("resolver", 5553),
        new("merger", 9000),
    ];

    /// <summary>The kind of that name; null for none.</summary>
    public static ContainerGroupKind? Find(string name) => All.FirstOrDefault(kind => kind.Name == name);
}
