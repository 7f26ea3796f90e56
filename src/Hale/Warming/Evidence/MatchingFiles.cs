using System.IO.Enumeration;
using System.Text;
using Hale.Native;
using Hale.Probes;

namespace Hale.Warming.Evidence;

/// <summary>A file as it was at one look.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Identity">Tells it from another one of the same name, where the system does.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Modified">When it says that it was last changed.</param>
internal sealed record SeenFile(string Path, string Identity, long Size, DateTimeOffset Modified);

/// <summary>The files that a path names at one moment.</summary>
/// <param name="Files">Those that were found, so many at most as <see cref="Most"/>.</param>
/// <param name="Trouble">Why some may be missing; null when all were looked at.</param>
internal sealed record MatchingFiles(IReadOnlyList<SeenFile> Files, string? Trouble)
{
    /// <summary>Files of one piece of evidence that are looked at.</summary>
    public const int Most = 10_000;

    /// <summary>Looks.</summary>
    public static MatchingFiles Find(string path, CancellationToken cancel) =>
        FileNative.IsSupported ? FindByStatus(path, cancel) : FindByName(path);

    private static MatchingFiles FindByStatus(string path, CancellationToken cancel)
    {
        if (FileSearch.IsGlob(path))
        {
            var search = FileSearch.Glob(path, cancel, Most);
            var trouble = search.Trouble ?? (search.Count > Most ? $"{path} names more than {Most} files" : null);
            return new([.. search.Kept.Select(file => Seen(Encoding.UTF8.GetString(file.Path), file.Status))], trouble);
        }
        return FileNative.Stat(path, followLink: true, fresh: true, out var status) switch
        {
            0 => new(status.IsFile ? [Seen(path, status)] : [], null),
            FileNative.ENOENT or FileNative.ENOTDIR => new([], null),
            var error => new([], $"{path}: {FileNative.Describe(error)}"),
        };
    }

    private static SeenFile Seen(string path, in FileStatus status) => new(path, $"{status.Id.Device}:{status.Id.Inode}", status.Size, status.Modified);

    /// <summary>Where there is no statx: by .NET's own enumeration. Wildcards in folders are taken as "anywhere below".</summary>
    internal static MatchingFiles FindByName(string path)
    {
        var name = Path.GetFileName(path);
        var parts = (Path.GetDirectoryName(path) ?? "").Split(Path.DirectorySeparatorChar);
        var folder = string.Join(Path.DirectorySeparatorChar, parts.TakeWhile(part => !FileSearch.IsGlob(part))) + Path.DirectorySeparatorChar;
        var isDeep = Array.Exists(parts, FileSearch.IsGlob);
        try
        {
            var found = new FileSystemEnumerable<SeenFile>(
                folder,
                static (ref entry) => new(entry.ToFullPath(), entry.CreationTimeUtc.ToString("O"), entry.Length, entry.LastWriteTimeUtc),
                new EnumerationOptions { RecurseSubdirectories = isDeep, AttributesToSkip = FileAttributes.ReparsePoint })
            {
                ShouldIncludePredicate = (ref entry) => !entry.IsDirectory && FileSystemName.MatchesSimpleExpression(name, entry.FileName),
            };
            return new([.. found.Take(Most)], null);
        }
        catch (DirectoryNotFoundException)
        {
            return new([], null);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            return new([], trouble.Message);
        }
    }
}
