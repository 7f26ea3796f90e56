using System.Globalization;
using Hale.Native;

namespace Hale.Remedies;

/// <summary>What processes had open at one moment, by device and inode, as far as /proc tells us (proc(5)).</summary>
internal sealed class CleanOpenFiles
{
    private readonly Dictionary<FileId, int> files = [];
    private readonly HashSet<FileId> folders = [];
    private readonly Dictionary<ulong, int> mapped = [];

    private CleanOpenFiles(DateTimeOffset takenAt) => TakenAt = takenAt;

    /// <summary>When it was taken.</summary>
    public DateTimeOffset TakenAt { get; }

    /// <summary>
    /// Every process that we can see was examined to the end. Processes of other containers that share the folder are not seen.
    /// </summary>
    public bool IsComplete { get; internal set; } = true;

    /// <summary>Nobody is asked: for a walk that only wants to know what is there.</summary>
    public static CleanOpenFiles NotAsked(DateTimeOffset now) => new(now);

    /// <summary>Looks at every process.</summary>
    public static CleanOpenFiles Scan(DateTimeOffset now, CancellationToken cancel)
    {
        // Only root can be sure to see every process: hidepid leaves the others out without a word.
        var found = new CleanOpenFiles(now) { IsComplete = FileNative.EffectiveUser == 0 };
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            cancel.ThrowIfCancellationRequested();
            if (!int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
                continue;
            try
            {
                found.Examine(process, pid);
            }
            catch (UnauthorizedAccessException)
            {
                found.IsComplete = false;
            }
            catch (IOException)
            {
                // It ended while we looked: it has nothing open any more.
            }
        }
        return found;
    }

    /// <summary>A process that has the file open or mapped; null when none is known.</summary>
    public int? HolderOf(in FileStatus file) =>
        files.TryGetValue(file.Id, out var pid) || mapped.TryGetValue(file.Id.Inode, out pid) ? pid : null;

    /// <summary>Whether another process has the folder open or works in it.</summary>
    public bool IsFolderInUse(FileId folder) => folders.Contains(folder);

    private void Examine(string process, int pid)
    {
        foreach (var link in Directory.EnumerateFileSystemEntries(process + "/fd"))
            Add(link, pid);
        Add(process + "/cwd", pid);
        Add(process + "/root", pid);
        // A mapped file needs no descriptor. The device in maps is not the one that stat tells on btrfs and overlayfs, so the inode's
        // number alone counts: a chance match keeps a file too many, never one too few.
        foreach (var line in File.ReadLines(process + "/maps"))
            if (InodeOf(line) is > 0 and var inode)
                mapped.TryAdd(inode, pid);
    }

    private void Add(string link, int pid)
    {
        // Not fresh: an answer from a file server that hangs is not worth waiting for, and device and inode do not change.
        if (FileNative.Stat(link, followLink: true, fresh: false, out var status) is not 0 and var error)
        {
            if (error is FileNative.EACCES or FileNative.EPERM)
                IsComplete = false;
        }
        else if (status.IsFile)
            files.TryAdd(status.Id, pid);
        // The folders that we hold ourselves are those that we are cleaning.
        else if (status.IsFolder && pid != Environment.ProcessId)
            folders.Add(status.Id);
    }

    // 7f01c000-7f01d000 r-xp 00000000 fe:00 131099    /usr/lib/x.so
    private static ulong InodeOf(ReadOnlySpan<char> line)
    {
        Span<Range> fields = stackalloc Range[6];
        return line.Split(fields, ' ', StringSplitOptions.RemoveEmptyEntries) >= 5
            && ulong.TryParse(line[fields[4]], NumberStyles.None, CultureInfo.InvariantCulture, out var inode) ? inode : 0;
    }
}
