using System.Diagnostics.CodeAnalysis;
using System.IO.Enumeration;
using System.Text;
using Hale.Native;

namespace Hale.Probes;

/// <summary>A regular file that a search came upon.</summary>
/// <param name="Path">Its path in bytes: it need not be UTF-8.</param>
/// <param name="Status">What it is.</param>
internal sealed record FoundFile(byte[] Path, FileStatus Status);

/// <summary>
/// The regular files that a path with wildcards names: <c>*</c> and <c>?</c> within a name (a leading dot is nothing special), <c>**</c> for any
/// number of folders. Links to files count as the files; links to folders are not followed behind the first wildcard.
/// </summary>
internal sealed class FileSearch
{
    // Names that are looked at: an attempt has to end within its time-out. Levels below '**'.
    private const int Limit = 200_000, Deepest = 64;

    private static readonly string[] Everything = ["**", "*"];
    private int seen;
    private int keep;

    /// <summary>How many files were found.</summary>
    public int Count { get; private set; }

    /// <summary>Their lengths added up, in bytes.</summary>
    public double Size { get; private set; }

    /// <summary>The one that was modified last; null when there is none.</summary>
    public FoundFile? Newest { get; private set; }

    /// <summary>The first of them, as many as were to be kept.</summary>
    public List<FoundFile> Kept { get; } = [];

    /// <summary>Why something could not be looked at; null when everything was. A folder that is gone is not trouble.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Whether the folder where the search begins was there.</summary>
    public bool HasBase { get; private set; }

    /// <summary>Whether a path has wildcards.</summary>
    public static bool IsGlob(string path) => path.AsSpan().IndexOfAny('*', '?') >= 0;

    /// <summary>What a search that finds this one file comes to.</summary>
    public static FileSearch Single(string path, in FileStatus status)
    {
        var search = new FileSearch { HasBase = true };
        search.Add(new FoundFile(Encoding.UTF8.GetBytes(path), status));
        return search;
    }

    /// <summary>Finds the files of a path with wildcards, and keeps that many of them.</summary>
    public static FileSearch Glob(string path, CancellationToken cancel, int keep = 0)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var literal = parts.TakeWhile(part => !IsGlob(part)).Count();
        return Begin("/" + string.Join('/', parts[..literal]), parts[literal..], cancel, keep);
    }

    /// <summary>Finds all files below a folder.</summary>
    public static FileSearch Below(string folder, CancellationToken cancel) => Begin(folder.TrimEnd('/'), Everything, cancel);

    private static FileSearch Begin(string path, string[] parts, CancellationToken cancel, int keep = 0)
    {
        var search = new FileSearch { keep = keep };
        using var folder = HeldFolder.Open(path.Length == 0 ? "/" : path, out var error);
        if (folder is not null)
        {
            search.HasBase = true;
            search.Match(folder, Encoding.UTF8.GetBytes(path.TrimEnd('/')), parts, 0, cancel);
        }
        else if (error is not (FileNative.ENOENT or FileNative.ENOTDIR))
            search.Trouble = $"{path}: {FileNative.Describe(error)}";
        return search;
    }

    private void Match(HeldFolder folder, byte[] path, ReadOnlySpan<string> parts, int depth, CancellationToken cancel)
    {
        if (parts[0] == "**")
        {
            // No folder at all, and then each folder below with the same '**' again.
            Match(folder, path, parts.Length > 1 ? parts[1..] : Everything.AsSpan(1), depth, cancel);
            if (depth >= Deepest)
                Trouble ??= $"{FileName.Printable(path)} is deeper than {Deepest} levels";
            else
                foreach (var name in Names(folder, path, cancel))
                    Descend(folder, path, name, parts, depth + 1, cancel);
            return;
        }
        foreach (var name in Names(folder, path, cancel))
        {
            if (!FileSystemName.MatchesSimpleExpression(parts[0], Encoding.UTF8.GetString(name), ignoreCase: false))
                continue;
            if (parts.Length > 1)
                Descend(folder, path, name, parts[1..], depth + 1, cancel);
            else if (folder.Stat(name, out var status, followLink: true) == 0 && status.IsFile)
                Add(new FoundFile(Join(path, name), status));
        }
    }

    private void Descend(HeldFolder parent, byte[] path, byte[] name, ReadOnlySpan<string> parts, int depth, CancellationToken cancel)
    {
        if (parent.Stat(name, out var status) != 0 || !status.IsFolder)
            return;
        var below = Join(path, name);
        using var folder = parent.OpenFolder(name, out var error);
        if (folder is not null)
            Match(folder, below, parts, depth, cancel);
        else if (error is not (FileNative.ENOENT or FileNative.ENOTDIR or FileNative.ELOOP))
            Trouble ??= $"{FileName.Printable(below)}: {FileNative.Describe(error)}";
    }

    private IEnumerable<byte[]> Names(HeldFolder folder, byte[] path, CancellationToken cancel)
    {
        using var names = folder.Names().GetEnumerator();
        while (Next(names, path, out var name))
        {
            cancel.ThrowIfCancellationRequested();
            if (++seen > Limit)
            {
                Trouble ??= $"there are more than {Limit} names to look at";
                yield break;
            }
            yield return name;
        }
    }

    private bool Next(IEnumerator<byte[]> names, byte[] path, [NotNullWhen(true)] out byte[]? name)
    {
        name = null;
        try
        {
            name = names.MoveNext() ? names.Current : null;
        }
        catch (IOException trouble)
        {
            Trouble ??= $"{FileName.Printable(path)}: {trouble.Message}";
        }
        return name is not null;
    }

    private void Add(FoundFile file)
    {
        Count++;
        Size += file.Status.Size;
        if (Kept.Count < keep)
            Kept.Add(file);
        if (Newest is null || file.Status.Modified > Newest.Status.Modified)
            Newest = file;
    }

    private static byte[] Join(byte[] path, byte[] name) => [.. path, (byte)'/', .. name];
}
