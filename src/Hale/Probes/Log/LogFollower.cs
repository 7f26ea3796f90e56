using System.Text;
using System.Text.RegularExpressions;
using Hale.Native;

namespace Hale.Probes.Log;

/// <summary>What one look at a log came to.</summary>
/// <param name="IsFirst">There was no look before: lines that stood there already were passed over, unless they were asked for.</param>
/// <param name="Files">Files that are followed: those that the path names, and those that lost their name a short while ago.</param>
/// <param name="Lines">Lines that ended since the last look.</param>
/// <param name="Behind">Bytes that were left for the next look; 0 when everything was read.</param>
/// <param name="Trouble">Why something could not be read; null when everything could.</param>
internal readonly record struct LogLook(bool IsFirst, int Files, long Lines, long Behind, string? Trouble);

/// <summary>
/// Reads a log as it grows, a look at a time, and loses no line when it is rotated between two looks: a file that was renamed is read to its
/// end through the descriptor that is held, and generations in between and the copy that <c>copytruncate</c> makes are found beside it, under
/// the names that rotation gives (<c>app.log.1</c>, <c>app.log-20250131</c>). What no file holds any more is lost: lines that came between the
/// last look and a cut without a copy, or a compression.
/// </summary>
/// <remarks>Not thread-safe; whoever makes it disposes of it. Files are never locked.</remarks>
/// <param name="path">Absolute path of the log; <c>*</c>, <c>?</c> and <c>**</c> are wildcards, and then all files that match are followed.</param>
/// <param name="fromStart">Whether the lines that stand there at the first look count.</param>
internal sealed partial class LogFollower(string path, bool fromStart = false) : IDisposable
{
    /// <summary>How many files are followed at most: each is held open.</summary>
    public const int FileLimit = 64;

    /// <summary>How much is read in one look, in bytes; the rest is left for the next.</summary>
    public const long LookLimit = 64 << 20;

    // Looks without news after which a file that has lost its name is let go. Its writer may go on for a while before it opens the new one.
    private const int Patience = 3;

    private readonly bool isGlob = FileSearch.IsGlob(path);
    private readonly List<FollowedFile> followed = [];
    private readonly byte[] buffer = FollowedFile.NewBuffer();
    private Dictionary<FileId, DateTimeOffset> archives = [];
    private bool hasLooked;

    /// <summary>Looks once: shows each line that has ended since the last look.</summary>
    /// <exception cref="IOException">A file could not be read any further.</exception>
    public LogLook Look(LineSink each, CancellationToken cancel)
    {
        var found = Find(cancel, out var trouble);
        var present = new HashSet<FileId>();
        var isNew = false;
        foreach (var name in found)
        {
            present.Add(name.Status.Id);
            if (followed.Any(file => file.Id == name.Status.Id))
                continue;
            if (FollowedFile.Open(name.Path, atEnd: !hasLooked && !fromStart, out var reason) is not { } file)
            {
                // One that is gone again in the same moment is found under its new name, or not at all.
                trouble ??= reason;
                continue;
            }
            isNew = true;
            present.Add(file.Id);
            followed.Add(file);
        }
        var isFirst = !hasLooked;
        // The first look is over once it could see everything: what it missed would count as new otherwise.
        hasLooked |= trouble is null;
        if (isFirst)
            archives = isGlob ? [] : Archives();
        else
            CatchUp(isNew, each);

        var before = followed.Sum(file => file.Lines);
        var budget = LookLimit;
        for (var i = 0; i < followed.Count; i++)
        {
            var file = followed[i];
            var count = file.Read(each, ref budget, buffer, cancel);
            file.QuietLooks = count > 0 || present.Contains(file.Id) ? 0 : file.QuietLooks + 1;
        }
        var lines = followed.Sum(file => file.Lines) - before;
        var behind = budget > 0 ? 0 : followed.Sum(file => Math.Max(0, file.Size() - file.Position));
        followed.RemoveAll(file => LetGo(file, each));
        return new(isFirst, followed.Count, lines, behind, trouble);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        followed.ForEach(file => file.Dispose());
        followed.Clear();
    }

    private List<FoundFile> Find(CancellationToken cancel, out string? trouble)
    {
        trouble = null;
        if (isGlob)
        {
            var search = FileSearch.Glob(path, cancel, keep: FileLimit);
            trouble = search.Trouble ?? (search.Count > FileLimit ? $"{search.Count} files match {path}, more than the {FileLimit} that are followed" : null);
            return search.Kept;
        }
        var error = FileNative.Stat(path, followLink: true, fresh: true, out var status);
        if (error is not (0 or FileNative.ENOENT or FileNative.ENOTDIR))
            trouble = $"{path}: {FileNative.Describe(error)}";
        return error == 0 ? [new FoundFile(Encoding.UTF8.GetBytes(path), status)] : [];
    }

    // Finds what lies between the last look and what stands there now.
    private void CatchUp(bool isNew, LineSink each)
    {
        var cut = followed.Where(file => file.WasCut()).ToArray();
        if (!isNew && cut.Length == 0)
            return;
        // With wildcards, what rotation leaves behind is followed if it matches.
        var between = isGlob ? [] : NewArchives();
        foreach (var file in cut)
        {
            var copy = followed.Concat(between).FirstOrDefault(other => other != file && other.Position == 0 && other.HasMarkOf(file));
            copy?.ContinueFrom(file);
            file.Restart(each);
        }
        // Other files beside a log that was only cut, and whose copy is not there, are none of its generations.
        if (!isNew && between.TrueForAll(file => file.Position == 0))
            between.ForEach(file => file.Dispose());
        else
            // In the order of writing: what was held, what came between, what stands under the name now.
            followed.InsertRange(Math.Max(0, followed.Count - 1), between);
    }

    private List<FollowedFile> NewArchives()
    {
        var now = Archives(out var names);
        var opened = new List<FollowedFile>();
        foreach (var name in names.Where(IsNew).OrderBy(name => name.Status.Modified))
        {
            if (followed.Count + opened.Count < FileLimit && FollowedFile.Open(name.Path, atEnd: false, out _) is { } file)
                opened.Add(file);
        }
        archives = now;
        return opened;

        // An inode is used again: an archive that is known by its number but was written to is another.
        bool IsNew(FoundFile file) =>
            !followed.Any(other => other.Id == file.Status.Id)
            && !(archives.TryGetValue(file.Status.Id, out var modified) && modified == file.Status.Modified);
    }

    private Dictionary<FileId, DateTimeOffset> Archives() => Archives(out _);

    // The files beside the log that have its name and a number or a date behind it. None of them where the folder cannot be read.
    private Dictionary<FileId, DateTimeOffset> Archives(out List<FoundFile> names)
    {
        names = [];
        var known = new Dictionary<FileId, DateTimeOffset>();
        var own = Path.GetFileName(path);
        using var folder = HeldFolder.Open(Path.GetDirectoryName(path) ?? "/", out _);
        try
        {
            foreach (var name in folder?.Names() ?? [])
            {
                var text = Encoding.UTF8.GetString(name);
                if (!text.StartsWith(own, StringComparison.Ordinal) || !Generation().IsMatch(text.AsSpan(own.Length))
                    || folder!.Stat(name, out var status) != 0 || !status.IsFile)
                    continue;
                known[status.Id] = status.Modified;
                names.Add(new FoundFile([.. Encoding.UTF8.GetBytes(Path.GetDirectoryName(path)!), (byte)'/', .. name], status));
            }
        }
        catch (IOException)
        {
            // What could be listed of it is enough for what it is needed for.
        }
        return known;
    }

    private static bool LetGo(FollowedFile file, LineSink each)
    {
        if (file.QuietLooks < Patience)
            return false;
        file.End(each);
        file.Dispose();
        return true;
    }

    [GeneratedRegex(@"^[.\-_][0-9][0-9.\-_T:]{0,40}$", RegexOptions.CultureInvariant)]
    private static partial Regex Generation();
}
