using Hale.Native;

namespace Hale.Remedies;

/// <summary>Deletes what the walk found, asking everything again just before.</summary>
internal sealed class CleanSweep(CleanRules rules, CleanOpenFiles open, TimeProvider time, CleanReport report)
{
    private static readonly TimeSpan ScanLasts = TimeSpan.FromSeconds(1);
    private CleanOpenFiles open = open;

    /// <summary>Enough has been freed.</summary>
    public bool IsEnough => report.Freed >= rules.Free;

    /// <summary>Deletes files, oldest first, until there are none or enough is freed.</summary>
    public void Files(IEnumerable<CleanCandidate> oldestFirst, CancellationToken cancel)
    {
        foreach (var file in oldestFirst)
        {
            if (IsEnough)
                return;
            cancel.ThrowIfCancellationRequested();
            Delete(file, cancel);
        }
    }

    /// <summary>Removes the folders that are empty now.</summary>
    public void Folders(IEnumerable<(CleanRoot Root, CleanFolder Folder)> innerFirst, CancellationToken cancel)
    {
        foreach (var (root, folder) in innerFirst)
        {
            cancel.ThrowIfCancellationRequested();
            if (open.IsFolderInUse(folder.Status.Id))
                continue;
            using var parent = folder.Parent!.Reopen(root.Held);
            if (parent is null || parent.Stat(folder.Name, out var status) != 0 || status.Id != folder.Status.Id)
                continue;
            // The kernel removes a folder only when it is empty: nothing can be lost, whatever happens between the lines.
            var error = parent.UnlinkFolder(folder.Name);
            if (error == 0)
                report.Folders++;
            else if (error is FileNative.EPERM or FileNative.EACCES)
                report.Keep(folder.Path, "cannot be removed", $": {FileNative.Describe(error)}", refused: true);
        }
    }

    /// <summary>
    /// Deletes one file. No swap of a path can lead elsewhere: its folder is found again by way of held descriptors, and the name is removed
    /// in that folder. What remains are two windows of a few microseconds between the last look and the removal, which no system call
    /// closes: somebody may rename another file onto this very name, and somebody who opens the file then keeps it open without a name.
    /// </summary>
    private void Delete(in CleanCandidate candidate, CancellationToken cancel)
    {
        using var folder = candidate.Folder.Reopen(candidate.Root.Held);
        if (folder is null)
        {
            report.Keep(candidate.Path, "its folder changed meanwhile");
            return;
        }
        using var file = folder.OpenFile(candidate.Name, out var error);
        if (file is null)
        {
            if (error == FileNative.EAGAIN)
                report.Keep(candidate.Path, "open");
            else if (error != FileNative.ENOENT)
                report.Keep(candidate.Path, "cannot be opened", $": {FileNative.Describe(error)}", refused: true);
            return;
        }
        error = FileNative.TakeWriteLease(file);
        if (error == FileNative.EAGAIN)
        {
            report.Keep(candidate.Path, "open");
            return;
        }
        var isSame = FileNative.Stat(file, out var opened) == 0 && opened.Id == candidate.Status.Id;
        if (error != 0)
        {
            // Without the lease the descriptor serves no more, and the scan would find it.
            file.Dispose();
            if (!IsClosedByScan(candidate, cancel))
                return;
        }
        if (folder.Stat(candidate.Name, out var status) != 0)
            return;
        if (!isSame || !status.IsFile || status.Id != candidate.Status.Id || !rules.IsOld(status, time.GetUtcNow()))
        {
            report.Keep(candidate.Path, "changed meanwhile");
            return;
        }
        error = folder.Unlink(candidate.Name);
        if (error == 0)
            report.Removed(status);
        else if (error != FileNative.ENOENT)
            report.Keep(candidate.Path, "cannot be removed", $": {FileNative.Describe(error)}", refused: true);
    }

    // No lease is to be had on a network file system, nor on a file of another user without CAP_LEASE (a container's root). Then the
    // processes are what is left to ask, and if one of them does not answer the file stays.
    private bool IsClosedByScan(in CleanCandidate candidate, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (now - open.TakenAt > ScanLasts)
            open = CleanOpenFiles.Scan(now, cancel);
        if (open.HolderOf(candidate.Status) is { } pid)
            report.Keep(candidate.Path, "open", $" in process {pid}");
        else if (!open.IsComplete)
            report.Keep(candidate.Path, "may be open", ": no lease on it, and not every process can be examined");
        else
            return true;
        return false;
    }
}
