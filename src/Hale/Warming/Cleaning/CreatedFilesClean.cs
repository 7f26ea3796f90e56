using System.Globalization;
using System.Text;
using Hale.Native;
using Hale.Probes;
using Hale.Remedies;
using Hale.Warming.Plans;

namespace Hale.Warming.Cleaning;

/// <summary>
/// Removes exactly the files that came to be below the roots between two looks. What lay there before is left, even if it was written to, moved or replaced; links and
/// mounts are not followed, and what is open anywhere is not removed (<see cref="CleanSweep"/>). A file that was moved in from elsewhere is older than the
/// rehearsal and is left as well, where the file system keeps when files came to be.
/// </summary>
internal sealed class CreatedFilesClean(CleanSpec spec, TimeProvider time) : IRehearsalClean
{
    // The kernel stamps files by a clock that it advances a hundred times a second or more.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private const int Examples = 5;

    // Every file qualifies by its age: what was there before decides instead.
    private static readonly CleanRules Everything = new() { Roots = [], Older = TimeSpan.MinValue, EmptyFolders = true };

    private readonly HashSet<string> paths = [];
    private readonly HashSet<(FileId, DateTimeOffset?)> files = [];
    private DateTimeOffset rememberedAt;

    /// <inheritdoc/>
    public string? Remember(CancellationToken cancel)
    {
        rememberedAt = time.GetUtcNow() - Tick;
        var seen = Look(cancel, out var trouble);
        using (seen)
        {
            foreach (var file in seen.Files)
            {
                paths.Add(file.Path);
                files.Add((file.Status.Id, file.Status.Born));
            }
            foreach (var (_, folder) in seen.Folders)
                paths.Add(folder.Path);
        }
        return trouble is null ? null : $"what is there already cannot be told from what will be created: {trouble}";
    }

    /// <inheritdoc/>
    public CleanResult Remove(CancellationToken cancel)
    {
        using var seen = Look(cancel, out var trouble);
        var created = seen.Files.Where(IsCreated).ToList();
        var names = Everything with { Patterns = spec.Patterns };
        var named = created.Where(file => names.Matches(file.Name)).ToList();
        var report = new CleanReport();
        var sweep = new CleanSweep(Everything, CleanOpenFiles.Scan(time.GetUtcNow(), cancel), time, report);
        sweep.Files(named, cancel);
        sweep.Folders(seen.Folders.Where(each => !paths.Contains(each.Folder.Path)), cancel);
        return new(
            Summary(report, seen.Files.Where(file => !IsCreated(file)).Select(file => file.Path), created.Except(named).Select(file => file.Path)),
            report.Kept > 0 ? $"{Count(report.Kept, "file")} that it created cannot be removed: {string.Join("; ", report.KeptExamples)}" : trouble);
    }

    private bool IsCreated(CleanCandidate file) =>
        !paths.Contains(file.Path) && !files.Contains((file.Status.Id, file.Status.Born)) && !(file.Status.Born < rememberedAt);

    private Walked Look(CancellationToken cancel, out string? trouble)
    {
        trouble = null;
        var report = new CleanReport();
        var now = time.GetUtcNow();
        var walk = new CleanWalk(Everything, CleanOpenFiles.NotAsked(now), now, null, report) { User = 0 };
        var roots = new List<CleanRoot>();
        foreach (var path in spec.Roots)
        {
            // One that is not there yet has nothing in it.
            if (!Directory.Exists(path))
                continue;
            if (CleanRoots.Open(path, null, out var why) is not { } held)
            {
                trouble ??= why;
                continue;
            }
            var root = new CleanRoot(held, new CleanFolder(null, Encoding.UTF8.GetBytes(path), held.Status));
            roots.Add(root);
            walk.Walk(root, cancel);
        }
        if (walk.IsTruncated)
            trouble ??= $"there are more than {CleanWalk.Limit} files; name the folders that are rehearsed in";
        // Where the walk could not go, everything is unknown; other mounts and Hale's own state are not its business.
        trouble ??= report.KeptExamples.FirstOrDefault(kept => kept.Contains("cannot be", StringComparison.Ordinal));
        return new(roots, walk.Files(), walk.Folders);
    }

    private static string Summary(CleanReport report, IEnumerable<string> older, IEnumerable<string> others)
    {
        var parts = new List<string> { report.Files == 0 ? "nothing to remove" : $"removed {Count(report.Files, "file")} ({Figures.Bytes(report.Freed)})" };
        if (report.Folders > 0)
            parts.Add($"removed {Count(report.Folders, "folder")}");
        Tell(older, "from before the start");
        Tell(others, "whose name is not one of those to be removed");
        return string.Join("; ", parts);

        void Tell(IEnumerable<string> left, string why)
        {
            var all = left.ToList();
            if (all.Count > 0)
                parts.Add($"left {Count(all.Count, "file")} {why}: {string.Join(", ", all.Take(Examples))}{(all.Count > Examples ? ", …" : "")}");
        }
    }

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");

    /// <summary>What a look found; holds the roots open.</summary>
    private sealed record Walked(List<CleanRoot> Roots, CleanCandidate[] Files, IReadOnlyList<(CleanRoot Root, CleanFolder Folder)> Folders) : IDisposable
    {
        public void Dispose() => Roots.ForEach(root => root.Dispose());
    }
}
