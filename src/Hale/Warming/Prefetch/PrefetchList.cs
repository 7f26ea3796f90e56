using System.Text;
using Hale.Warming.Recording;

namespace Hale.Warming.Prefetch;

/// <summary>
/// The list that <c>hale warm --record</c> writes beside a plan and that the next warm-up reads ahead: one path to a line, relative to its folder
/// where it lies below it, <c>#</c> for remarks.
/// </summary>
public static class PrefetchList
{
    /// <summary>What the name of a list ends with.</summary>
    public const string Extension = ".prefetch";

    private const int LongestLine = 4096;
    private const long LargestFile = 64 << 20;

    /// <summary>The list that belongs to a plan: <c>plan.prefetch</c> beside <c>plan.yaml</c>.</summary>
    public static string PathFor(string plan) => Path.ChangeExtension(plan, Extension);

    /// <summary>Writes a list whole or not at all.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, OpenRecording recording)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var text = new StringBuilder($"# Files that a rehearsal opened; \"hale warm\" reads them ahead. Written by \"hale warm --record\", by {recording.Method}.\n");
        foreach (var gap in recording.Gaps)
            text.Append("# ").Append(gap).Append(".\n");
        foreach (var file in recording.Paths)
            text.Append(Shorten(file, folder)).Append('\n');
        var temporary = path + ".new";
        File.WriteAllText(temporary, text.ToString());
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>The paths of a list, absolute. Null, with the reason, when it cannot be read or is no such list; none at all when there is no file.</summary>
    public static IReadOnlyList<string>? Read(string path, out string? trouble)
    {
        trouble = null;
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        try
        {
            if (!File.Exists(path))
                return [];
            if (new FileInfo(path).Length > LargestFile)
                return Refused($"{path} is larger than any list of files", out trouble);
            var found = new List<string>();
            var number = 0;
            foreach (var line in File.ReadLines(path))
            {
                number++;
                if (line.Length == 0 || line[0] == '#')
                    continue;
                if (line.Length > LongestLine || line.Contains('\0'))
                    return Refused($"{path}({number}): this is no path", out trouble);
                if (found.Count == PrefetchWalk.Most)
                    return Refused($"{path} names more than {PrefetchWalk.Most} files", out trouble);
                found.Add(Path.GetFullPath(line, folder));
            }
            return found;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Refused(exception.Message, out trouble);
        }
    }

    // A name that would be taken for a remark keeps its folder in front.
    private static string Shorten(string file, string folder)
    {
        var below = folder.EndsWith('/') ? folder : folder + "/";
        if (!file.StartsWith(below, StringComparison.Ordinal))
            return file;
        var name = file[below.Length..];
        return name[0] == '#' ? "./" + name : name;
    }

    private static IReadOnlyList<string>? Refused(string why, out string? trouble)
    {
        trouble = why;
        return null;
    }
}
