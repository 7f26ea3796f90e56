using Hale.Native;

namespace Hale.Remedies;

/// <summary>A folder that the walk came through: how to find it again from its root, and what it was like then.</summary>
/// <param name="Parent">The folder around it; null for a root.</param>
/// <param name="Name">Its name there; for a root its path.</param>
/// <param name="Status">What it was like when the walk came through.</param>
internal sealed record CleanFolder(CleanFolder? Parent, byte[] Name, FileStatus Status)
{
    /// <summary>Levels below the root, which is 1.</summary>
    public int Depth { get; } = (Parent?.Depth ?? 0) + 1;

    /// <summary>It, or one around it, belongs to a service that expects to find it even when it is empty.</summary>
    public bool IsExpected { get; init; }

    /// <summary>Its path, for a person.</summary>
    public string Path => Parent is null ? FileName.Printable(Name) : Parent.PathOf(Name);

    /// <summary>The path of a name in it, for a person.</summary>
    public string PathOf(byte[] name) => $"{Path}/{FileName.Printable(name)}";

    /// <summary>
    /// Opens it again by way of its root, each component by name in the folder before it. Null when any of them is not the folder that the
    /// walk saw: moved away, replaced, a link now, or mounted over.
    /// </summary>
    public HeldFolder? Reopen(HeldFolder root)
    {
        if (Parent is null)
            return root.OpenFolder("."u8.ToArray(), out _);
        using var parent = Parent.Reopen(root);
        var folder = parent?.OpenFolder(Name, out _);
        if (folder is null || (folder.Status.Id == Status.Id && folder.SharesMountWith(root)))
            return folder;
        folder.Dispose();
        return null;
    }
}

/// <summary>A root that is being cleaned.</summary>
/// <param name="Held">The root, held open from beginning to end.</param>
/// <param name="Node">The root as a folder of the walk.</param>
internal sealed record CleanRoot(HeldFolder Held, CleanFolder Node) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Held.Dispose();
}

/// <summary>A file that qualified when the walk came through.</summary>
/// <param name="Root">The root that it lies below.</param>
/// <param name="Folder">The folder that it lies in.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Status">What it was like.</param>
internal readonly record struct CleanCandidate(CleanRoot Root, CleanFolder Folder, byte[] Name, FileStatus Status)
{
    /// <summary>Its path, for a person.</summary>
    public string Path => Folder.PathOf(Name);
}
