using System.Text;
using Hale.Native;

namespace Hale.Remedies;

/// <summary>
/// Finds what qualifies, and touches nothing. It goes down by held folders and never enters a link, another mount or another file system.
/// </summary>
internal sealed class CleanWalk(CleanRules rules, CleanOpenFiles open, DateTimeOffset now, FileId? ownState, CleanReport report)
{
    /// <summary>Files and folders kept in memory at once; beyond it the oldest files are, and the sweep comes back for the others.</summary>
    public const int Limit = 100_000;

    // The youngest comes out first: it gives way when there are too many.
    private readonly PriorityQueue<CleanCandidate, long> files = new();
    private readonly List<(CleanRoot, CleanFolder)> folders = [];

    /// <summary>The user that files must belong to, unless it is root.</summary>
    public uint User { get; init; } = FileNative.EffectiveUser;

    /// <summary>There was more than <see cref="Limit"/>.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>The files found, oldest first.</summary>
    public CleanCandidate[] Files()
    {
        var oldestFirst = files.UnorderedItems.ToArray();
        Array.Sort(oldestFirst, (a, b) => b.Priority.CompareTo(a.Priority));
        return Array.ConvertAll(oldestFirst, item => item.Element);
    }

    /// <summary>The folders below the roots that were old enough to be removed if they are empty in the end, the inner before the outer.</summary>
    public IReadOnlyList<(CleanRoot Root, CleanFolder Folder)> Folders => folders;

    /// <summary>Walks one root.</summary>
    public void Walk(CleanRoot root, CancellationToken cancel) => Walk(root, root.Node, root.Held, cancel);

    private void Walk(CleanRoot root, CleanFolder node, HeldFolder held, CancellationToken cancel)
    {
        try
        {
            foreach (var name in held.Names())
            {
                cancel.ThrowIfCancellationRequested();
                // A name that is gone by now is nobody's business.
                if (held.Stat(name, out var status) != 0)
                    continue;
                if (status.IsFolder)
                    Enter(root, node, held, name, cancel);
                else if (status.IsFile)
                    Consider(new CleanCandidate(root, node, name, status));
            }
        }
        catch (IOException trouble)
        {
            report.Keep(node.Path, "cannot be read", $": {trouble.Message}");
        }
    }

    private void Enter(CleanRoot root, CleanFolder parent, HeldFolder held, byte[] name, CancellationToken cancel)
    {
        if (parent.Depth >= rules.Depth)
            return;
        using var folder = held.OpenFolder(name, out var error);
        if (folder is null)
        {
            if (error != FileNative.ENOENT)
                report.Keep(parent.PathOf(name), "cannot be opened", $": {FileNative.Describe(error)}");
            return;
        }
        if (folder.Status.Id == ownState || name.AsSpan().SequenceEqual(".hale"u8))
        {
            report.Keep(parent.PathOf(name), "Hale's own");
            return;
        }
        if (!folder.SharesMountWith(root.Held))
        {
            report.Keep(parent.PathOf(name), "another mount");
            return;
        }
        var node = new CleanFolder(parent, name, folder.Status) { IsExpected = parent.IsExpected || IsOfService(name) };
        Walk(root, node, folder, cancel);
        if (rules.EmptyFolders && !node.IsExpected && rules.IsOld(node.Status, now) && folders.Count < Limit)
            folders.Add((root, node));
    }

    private void Consider(in CleanCandidate file)
    {
        if (!rules.Matches(file.Name))
            return;
        if (!rules.IsOld(file.Status, now))
            report.Young++;
        else if (User != 0 && file.Status.User != User)
            report.Keep(file.Path, "belongs to another user");
        else if (open.HolderOf(file.Status) is { } pid)
            report.Keep(file.Path, "open", $" in process {pid}");
        else
            Remember(file);
    }

    private void Remember(in CleanCandidate file)
    {
        var priority = -rules.Stamp(file.Status).Ticks;
        if (files.Count < Limit)
        {
            files.Enqueue(file, priority);
            return;
        }
        IsTruncated = true;
        files.EnqueueDequeue(file, priority);
    }

    // systemd puts PrivateTmp folders in /tmp and /var/tmp and mounts them for the service: removing one pulls it from under a running
    // service. X11 and friends look for their socket folders. tmpfiles.d of both excludes them as well.
    private static bool IsOfService(byte[] name) =>
        Encoding.ASCII.GetString(name) is var text
        && (text.StartsWith("systemd-private-", StringComparison.Ordinal) || text is ".X11-unix" or ".ICE-unix" or ".XIM-unix" or ".font-unix");
}
