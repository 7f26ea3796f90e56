using Hale.Native;

namespace Hale.Warming.Prefetch;

/// <summary>Finds the files below the names of a plan, lazily, in the order of the plan. Opens nothing but folders.</summary>
internal sealed class PrefetchWalk(PrefetchSpec spec, PrefetchTally tally)
{
    /// <summary>More files than any program opens at its start: beyond it somebody has named the wrong folder.</summary>
    public const int Most = 200_000;

    // Links to folders are not entered, so a deeper path is a folder that was made to be deep.
    private const int Deepest = 100;

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>The files; links to files among them.</summary>
    public IEnumerable<string> Files()
    {
        var count = 0;
        foreach (var path in spec.Paths.SelectMany(path => Named(path, isLearned: false)).Concat(Learned().SelectMany(path => Named(path, isLearned: true))))
        {
            if (++count > Most)
            {
                tally.ReachLimit();
                yield break;
            }
            yield return path;
        }
    }

    private IReadOnlyList<string> Learned()
    {
        if (spec.List is null)
            return [];
        var found = PrefetchList.Read(spec.List, out var trouble);
        if (trouble is not null)
            tally.Skip(spec.List, trouble);
        return found ?? [];
    }

    private IEnumerable<string> Named(string path, bool isLearned)
    {
        // The name itself may be a link to a folder: whoever wrote it meant what it leads to.
        if (Directory.Exists(path))
            return Below(path, MountOf(path), 0);
        if (File.Exists(path))
            return [path];
        tally.Miss(path, isLearned);
        return [];
    }

    private IEnumerable<string> Below(string folder, (ulong Device, ulong? Mount) mount, int depth)
    {
        foreach (var entry in Entries(folder))
        {
            if (!entry.Attributes.HasFlag(FileAttributes.Directory))
                yield return entry.FullName;
            else if (entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
                tally.Skip(entry.FullName, "is a link to a folder");
            else if (MountOf(entry.FullName) != mount)
                tally.Skip(entry.FullName, "is another mount");
            else if (depth >= Deepest)
                tally.Skip(entry.FullName, $"lies more than {Deepest} folders deep");
            else
                foreach (var file in Below(entry.FullName, mount, depth + 1))
                    yield return file;
        }
    }

    // Read whole, so that a folder that cannot be read (any further) is one line of the report and not the end of the walk.
    private List<FileSystemInfo> Entries(string folder)
    {
        var found = new List<FileSystemInfo>();
        try
        {
            foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", Everything))
            {
                found.Add(entry);
                if (found.Count > Most)
                    break;
            }
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            tally.Skip(folder, trouble.Message);
        }
        return found;
    }

    private static (ulong Device, ulong? Mount) MountOf(string folder) =>
        FileNative.IsSupported && FileNative.Stat(folder, followLink: true, fresh: true, out var status) == 0 ? (status.Id.Device, status.Mount) : default;
}
