using System.Text;
using Hale.Config.Yaml;

namespace Hale.Config.Loading;

/// <summary>
/// The files of one configuration, read into one tree: the file that was named, what it includes, and over both the file of the environment.
/// </summary>
/// <param name="problems">Where to report to; knows the first file.</param>
/// <param name="folder">The folder of that file, absolute: all paths are taken from it.</param>
/// <param name="path">That file, absolute; null for a text that is no file.</param>
internal sealed class FileSet(Problems problems, string folder, string? path)
{
    /// <summary>Files of one configuration, at most.</summary>
    public const int MaxFiles = 500;

    /// <summary>How deep files may include files.</summary>
    public const int MaxDepth = 5;

    /// <summary>Characters of all files together, at most.</summary>
    public const int MaxTotal = 16 << 20;

    private readonly List<string> paths = path is null ? [] : [path];
    private readonly StringBuilder source = new();
    private int count = 1;

    /// <summary>Every file that was read or looked for, absolute.</summary>
    public IReadOnlyList<string> Paths => paths;

    /// <summary>The texts of all files, each but the first under its name.</summary>
    public string Source => source.ToString();

    /// <summary>The whole tree; null when the text is empty or its syntax is broken.</summary>
    /// <param name="text">The text of the file that was named.</param>
    /// <param name="environment">The environment whose file is laid over it; null or empty for none.</param>
    public Node? Read(string text, string? environment)
    {
        source.Append(text);
        if (TreeReader.Read(text, problems) is not { } root)
            return null;
        var whole = root is MapNode map ? Included(map, path is null ? [] : [path], 1) : root;
        if (string.IsNullOrEmpty(environment) || whole is not MapNode below)
            return whole;
        return Overlay(environment) is { } above ? Overlaid(below, above) : whole;
    }

    private MapNode Included(MapNode map, IReadOnlyList<string> chain, int depth)
    {
        if (map.Find("include") is not { } include)
            return map;
        var whole = new Merge(problems, map);
        foreach (var (pattern, at) in Patterns(include.Value))
        {
            foreach (var file in Matches(pattern, at))
            {
                if (chain.Contains(file))
                    problems.Add(at, "include", pattern, $"{Shown(file)} includes itself: {string.Join(" → ", chain.Append(file).Select(Shown))}");
                else if (depth > MaxDepth)
                    problems.Add(at, "include", pattern, $"files include files more than {MaxDepth} levels deep");
                else if (ReadOne(file, at, "include") is MapNode part)
                    whole.Add(Included(part, [.. chain, file], depth + 1));
            }
        }
        return whole.Result;
    }

    private static IEnumerable<(string Pattern, Position At)> Patterns(Node node) => node switch
    {
        ScalarNode { IsNull: false } one => [(one.Text, one.At)],
        ListNode list => list.Items.OfType<ScalarNode>().Where(item => !item.IsNull).Select(item => (item.Text, item.At)),
        // What is written here instead is reported with the other keys.
        _ => [],
    };

    private IReadOnlyList<string> Matches(string pattern, Position at)
    {
        try
        {
            var full = Path.GetFullPath(pattern, folder);
            var name = Path.GetFileName(full);
            if (name.AsSpan().IndexOfAny('*', '?') < 0)
                return [full];
            var parent = Path.GetDirectoryName(full) ?? "/";
            // Changed when a file comes or goes.
            paths.Add(parent);
            if (parent.AsSpan().IndexOfAny('*', '?') >= 0)
                problems.Add(at, "include", pattern, "only the last part of a path may be a pattern, for example conf.d/*.yaml");
            else if (Directory.Exists(parent))
                return [.. Directory.EnumerateFiles(parent, name).Where(file => Path.GetFileName(file)[0] != '.').Order(StringComparer.Ordinal).Take(MaxFiles + 1)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            problems.Add(at, "include", pattern, $"{ScalarNode.Quoted(pattern)} cannot be looked up: {e.Message.ReplaceLineEndings(" ")}");
        }
        return [];
    }

    private Node? ReadOne(string file, Position at, string key)
    {
        if (++count > MaxFiles)
        {
            if (count == MaxFiles + 1)
                problems.Add(at, key, file, $"more than {MaxFiles} files");
            return null;
        }
        string trouble;
        paths.Add(file);
        try
        {
            if (ConfigText.Read(file) is not { } text)
                trouble = $"it is larger than {ByteSize.Format(SpecLoader.MaxFileBytes)}";
            else if (source.Length + text.Length > MaxTotal)
                trouble = $"all files together are larger than {ByteSize.Format(MaxTotal)}";
            else
            {
                source.Append($"\n# {Shown(file)}\n").Append(text);
                var index = problems.AddFile(Shown(file));
                var node = TreeReader.Read(text, problems, index);
                if (node is not (MapNode or null or ScalarNode { IsNull: true }))
                    problems.Add(node.At, "", node.Found, $"found {node.Found}, expected a mapping with \"targets\" or another section");
                return node;
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            trouble = "there is no such file";
        }
        catch (DecoderFallbackException)
        {
            trouble = "it is not UTF-8 text";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            trouble = Directory.Exists(file) ? "it is a folder, not a file" : e is UnauthorizedAccessException ? "permission denied" : e.Message.ReplaceLineEndings(" ");
        }
        problems.Add(at, key, Shown(file), $"{Shown(file)} cannot be read: {trouble}");
        return null;
    }

    private MapNode? Overlay(string environment)
    {
        if (path is null)
            return null;
        if (!environment.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            problems.Add(Position.Start, "", environment, $"{SpecLoader.EnvironmentVariable} is {ScalarNode.Quoted(environment)}, which cannot name an environment: letters, digits, - and _");
            return null;
        }
        var file = Beside(path, environment);
        return ReadOne(file, Position.Start, "") is MapNode map ? Included(map, [file], 1) : null;
    }

    /// <summary>The file of an environment: <c>hale.prod.yaml</c> beside <c>hale.yaml</c>.</summary>
    public static string Beside(string file, string environment) =>
        Path.Combine(Path.GetDirectoryName(file) ?? "/", $"{Path.GetFileNameWithoutExtension(file)}.{environment}{Path.GetExtension(file)}");

    /// <summary>Mappings are merged key by key; everything else is replaced, and a key with nothing is taken out.</summary>
    private static MapNode Overlaid(MapNode below, MapNode above)
    {
        var entries = new List<MapEntry>();
        foreach (var entry in below.Entries)
        {
            var over = above.Find(entry.Key);
            if (over is null)
                entries.Add(entry);
            else if (over.Value is MapNode with && entry.Value is MapNode under)
                entries.Add(over with { Value = Overlaid(under, with) });
            else if (over.Value is not ScalarNode { IsNull: true })
                entries.Add(over);
        }
        entries.AddRange(above.Entries.Where(entry => below.Find(entry.Key) is null));
        return new MapNode(below.At, entries) { Weight = below.Weight + above.Weight };
    }

    /// <summary>As a person would call it: from the folder of the first file where it lies below that.</summary>
    private string Shown(string file)
    {
        var relative = Path.GetRelativePath(folder, file);
        return relative.StartsWith("..", StringComparison.Ordinal) ? file : relative;
    }
}
