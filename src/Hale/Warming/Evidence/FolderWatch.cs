using Hale.Probes;

namespace Hale.Warming.Evidence;

/// <summary>
/// Hears of changes below the folder that a path with wildcards begins at. A folder that is not there yet is watched from the moment it is seen to be; an event
/// that gets lost is made up for by those who look again anyway.
/// </summary>
internal sealed class FolderWatch(string path, Action onChange) : IDisposable
{
    private readonly string folder = BaseOf(path);
    private readonly bool isDeep = FileSearch.IsGlob(Path.GetDirectoryName(path) ?? "");
    private FileSystemWatcher? watcher;
    private volatile bool isBroken;

    /// <summary>Something is watched.</summary>
    public bool IsArmed => watcher is not null && !isBroken;

    /// <summary>Begins to watch if that has become possible. Cheap when it has begun already.</summary>
    public void Arm()
    {
        if (IsArmed || !Directory.Exists(folder))
            return;
        watcher?.Dispose();
        watcher = null;
        try
        {
            var begun = new FileSystemWatcher(folder)
            {
                IncludeSubdirectories = isDeep,
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.Size | NotifyFilters.LastWrite,
            };
            begun.Created += (_, _) => onChange();
            begun.Changed += (_, _) => onChange();
            begun.Renamed += (_, _) => onChange();
            begun.Error += (_, _) =>
            {
                // Too many events at once, or the folder has gone: the next look arms it again.
                isBroken = true;
                onChange();
            };
            isBroken = false;
            begun.EnableRaisingEvents = true;
            watcher = begun;
        }
        catch (Exception trouble) when (trouble is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // No more watches are to be had, or the folder has just gone: looking again and again has to do.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => watcher?.Dispose();

    // The folders in front of the first wildcard, or of the file.
    private static string BaseOf(string path)
    {
        var parts = path.Split(Path.DirectorySeparatorChar);
        var literal = parts.TakeWhile(part => !FileSearch.IsGlob(part)).Count();
        return literal == parts.Length ? Path.GetDirectoryName(path) ?? "/" : string.Join(Path.DirectorySeparatorChar, parts[..literal]) + Path.DirectorySeparatorChar;
    }
}
