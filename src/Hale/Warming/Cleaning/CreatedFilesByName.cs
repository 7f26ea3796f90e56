using System.IO.Enumeration;
using Hale.Probes;
using Hale.Warming.Plans;

namespace Hale.Warming.Cleaning;

/// <summary>
/// The same for systems without Linux's calls: files are told by their paths and by when they came to be. Links and mounted folders are not entered; a file that
/// somebody has open is refused by the system (Windows), and is trouble.
/// </summary>
internal sealed class CreatedFilesByName(CleanSpec spec, TimeProvider time) : IRehearsalClean
{
    private const int Examples = 5, Limit = 100_000;

    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };

    private readonly HashSet<string> before = new(StringComparer.OrdinalIgnoreCase);
    private DateTimeOffset rememberedAt;

    /// <inheritdoc/>
    public string? Remember(CancellationToken cancel)
    {
        // File systems of Windows stamp files by a clock that advances sixty-four times a second.
        rememberedAt = time.GetUtcNow() - TimeSpan.FromMilliseconds(20);
        try
        {
            before.UnionWith(Entries(cancel).Select(entry => entry.FullName));
            return null;
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            return $"what is there already cannot be told from what will be created: {trouble.Message}";
        }
    }

    /// <inheritdoc/>
    public CleanResult Remove(CancellationToken cancel)
    {
        var (removed, bytes, older, others, troubles) = (0, 0L, new List<string>(), new List<string>(), new List<string>());
        var entries = Entries(cancel).ToList();
        foreach (var file in entries.OfType<FileInfo>())
        {
            var (path, size) = (file.FullName, file.Length);
            if (before.Contains(path) || file.CreationTimeUtc < rememberedAt.UtcDateTime)
                older.Add(path);
            else if (!spec.Patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, file.Name)))
                others.Add(path);
            else if (TryDelete(file) is { } trouble)
                troubles.Add($"{path}: {trouble}");
            else
                (removed, bytes) = (removed + 1, bytes + size);
        }
        var folders = entries.OfType<DirectoryInfo>().Where(folder => !before.Contains(folder.FullName)).OrderByDescending(folder => folder.FullName.Length).Count(folder => TryDelete(folder) is null);
        var parts = new List<string> { removed == 0 ? "nothing to remove" : $"removed {Count(removed, "file")} ({Figures.Bytes(bytes)})" };
        if (folders > 0)
            parts.Add($"removed {Count(folders, "folder")}");
        if (older.Count > 0)
            parts.Add($"left {Count(older.Count, "file")} from before the start: {Named(older)}");
        if (others.Count > 0)
            parts.Add($"left {Count(others.Count, "file")} whose name is not one of those to be removed: {Named(others)}");
        return new(string.Join("; ", parts), troubles.Count == 0 ? null : $"{Count(troubles.Count, "file")} that it created cannot be removed: {string.Join("; ", troubles.Take(Examples))}");
    }

    private IEnumerable<FileSystemInfo> Entries(CancellationToken cancel)
    {
        var count = 0;
        foreach (var entry in spec.Roots.Where(Directory.Exists).SelectMany(root => new DirectoryInfo(root).EnumerateFileSystemInfos("*", Everything)))
        {
            cancel.ThrowIfCancellationRequested();
            if (++count > Limit)
                throw new IOException($"there are more than {Limit} files; name the folders that are rehearsed in");
            yield return entry;
        }
    }

    private static string? TryDelete(FileSystemInfo entry)
    {
        try
        {
            // A folder only when it is empty.
            entry.Delete();
            return null;
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            return trouble.Message.ReplaceLineEndings(" ");
        }
    }

    private static string Named(List<string> paths) => $"{string.Join(", ", paths.Take(Examples))}{(paths.Count > Examples ? ", …" : "")}";

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}
