using System.Text;

namespace Hale.Running;

/// <summary>
/// Notices that a file which the configuration was read from has changed, and asks for it to be read again once it has come to rest. The kernel's
/// file events only say when to look; what counts is what the files look like, so that an event that is lost costs some seconds, and one too many nothing.
/// </summary>
public sealed class ConfigWatch
{
    /// <summary>How long nothing may have changed before the files are read: an editor writes, renames and sets modes in several steps. 1 s.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    /// <summary>How often is looked without an event: 10 s.</summary>
    public static readonly TimeSpan Rescan = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, FileSystemWatcher> watchers = [];
    private readonly Func<IReadOnlyList<string>> files;
    private readonly Func<Task> reload;
    private readonly TimeProvider time;
    private volatile TaskCompletionSource changed = NewSignal();
    private string seen;

    /// <summary>Takes the first look; to be made right after the files were read.</summary>
    /// <param name="files">The files and folders that were read last, absolute; also those that were not there.</param>
    /// <param name="reload">Reads them again; must not throw.</param>
    /// <param name="time">The clock.</param>
    public ConfigWatch(Func<IReadOnlyList<string>> files, Func<Task> reload, TimeProvider time)
    {
        (this.files, this.reload, this.time) = (files, reload, time);
        seen = Look();
    }

    /// <summary>Watches until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            Follow();
            // What changed before anybody listened.
            changed.TrySetResult();
            while (true)
            {
                await WaitAsync(Rescan, cancel);
                var now = Look();
                if (now == seen)
                    continue;
                while (true)
                {
                    await Task.Delay(Rest, time, cancel);
                    var later = Look();
                    if (later == now)
                        break;
                    now = later;
                }
                // Taken before they are read: what changes meanwhile is a difference again.
                seen = now;
                await reload();
                Follow();
                // A file that is read for the first time, or no more, is no change of it.
                if (Look() is var after && Same(now, after))
                    seen = after;
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The orderly end.
        }
        finally
        {
            foreach (var watcher in watchers.Values)
                watcher.Dispose();
        }
    }

    /// <summary>Whether what both pictures show is alike.</summary>
    private static bool Same(string before, string after)
    {
        var old = before.Split('\n').Select(line => line.Split('\t')).Where(parts => parts.Length == 2).ToDictionary(parts => parts[0], parts => parts[1]);
        return after.Split('\n').Select(line => line.Split('\t')).All(parts => parts.Length != 2 || !old.TryGetValue(parts[0], out var was) || was == parts[1]);
    }

    /// <summary>What the files look like: one line each.</summary>
    private string Look()
    {
        var picture = new StringBuilder();
        foreach (var path in files().Distinct(StringComparer.Ordinal))
        {
            FileSystemInfo info = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
            string looks;
            try
            {
                // What a link leads to, as a mounted secret is one: the link itself stays as it is.
                if (info.LinkTarget is not null && info.ResolveLinkTarget(returnFinalTarget: true) is { } target)
                    info = target;
                looks = !info.Exists ? "absent" : $"{info.FullName} {info.LastWriteTimeUtc.Ticks} {(info is FileInfo file ? file.Length : 0)}";
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                looks = "unreadable";
            }
            picture.Append(path).Append('\t').Append(looks).Append('\n');
        }
        return picture.ToString();
    }

    /// <summary>Listens in the folders of the files. Folders rather than files, since editors put a new file in the place of the old one.</summary>
    private void Follow()
    {
        var folders = files().Select(path => Directory.Exists(path) ? path : Path.GetDirectoryName(path) ?? "/").Where(Directory.Exists).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in watchers.Keys.Where(folder => !folders.Contains(folder)).ToList())
        {
            watchers.Remove(gone, out var watcher);
            watcher!.Dispose();
        }
        foreach (var folder in folders.Where(folder => !watchers.ContainsKey(folder)))
        {
            try
            {
                var watcher = new FileSystemWatcher(folder);
                watcher.Changed += (_, _) => changed.TrySetResult();
                watcher.Created += (_, _) => changed.TrySetResult();
                watcher.Deleted += (_, _) => changed.TrySetResult();
                watcher.Renamed += (_, _) => changed.TrySetResult();
                watcher.EnableRaisingEvents = true;
                watchers.Add(folder, watcher);
            }
            catch (Exception error) when (error is IOException or ArgumentException or UnauthorizedAccessException)
            {
                // No watch is to be had (fs.inotify.max_user_watches): looking now and then is what is left.
            }
        }
    }

    private async Task WaitAsync(TimeSpan limit, CancellationToken cancel)
    {
        try
        {
            await changed.Task.WaitAsync(limit, time, cancel);
        }
        catch (TimeoutException)
        {
            // It is time to look without an event.
        }
        // Before the look: the events of one change come together, and one that comes from here on asks for another look.
        changed = NewSignal();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
