using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Hale.Config.Yaml;

/// <summary>
/// Reads a YAML text into <see cref="Node"/>s. YamlDotNet's own representation model would be less code, but it recurses without a
/// limit (a file of opening brackets ends the process) and throws at the first duplicate key; this one has limits and goes on.
/// </summary>
internal sealed class TreeReader
{
    /// <summary>The deepest sensible configuration has about eight levels.</summary>
    public const int MaxDepth = 40;

    /// <summary>Nodes after aliases are followed: 20,000 checks of 50 nodes each.</summary>
    public const long MaxNodes = 1_000_000;

    private readonly Problems problems;
    private readonly Scanner scanner;
    private readonly Parser parser;
    private readonly Dictionary<string, Node> anchors = [];
    private readonly List<string> path = [];
    private long written;

    private readonly int file;

    private TreeReader(TextReader text, Problems problems, int file)
    {
        this.problems = problems;
        this.file = file;
        scanner = new Scanner(text);
        parser = new Parser(scanner);
    }

    /// <summary>The root of the only document; null when the text is empty or its syntax is broken (which is then one error).</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="problems">Where to report to.</param>
    /// <param name="file">Index of the file there.</param>
    public static Node? Read(string text, Problems problems, int file = 0)
    {
        using var reader = new StringReader(text);
        var tree = new TreeReader(reader, problems, file);
        try
        {
            return tree.ReadDocument();
        }
        catch (LimitException e)
        {
            problems.AddSyntax(e.At, tree.path.FirstOrDefault() ?? "", "", e.Message);
        }
        catch (YamlException e)
        {
            var (at, hint) = SyntaxHint.For(text, tree.At(e.Start), e.Message);
            problems.AddSyntax(at, tree.CurrentPath, "", $"not valid YAML: {Sentence(e.Message)}", hint);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or FormatException or OverflowException)
        {
            // The scanner has paths that throw these on damaged input (a plain scalar over two lines inside brackets, for one).
            problems.AddSyntax(tree.At(tree.scanner.CurrentPosition), tree.CurrentPath, "", "not valid YAML: a bracket or a quote before this place is not closed");
        }
        return null;
    }

    private Node? ReadDocument()
    {
        parser.Consume<StreamStart>();
        if (parser.TryConsume<StreamEnd>(out _))
            return null;
        parser.Consume<DocumentStart>();
        var root = ReadNode(1);
        parser.Consume<DocumentEnd>();
        if (parser.TryConsume<DocumentStart>(out var second))
            problems.AddSyntax(At(second.Start), "", "", "a second document begins here; one file holds one configuration");
        return root;
    }

    private Node ReadNode(int depth)
    {
        var read = parser.Consume<ParsingEvent>();
        var at = At(read.Start);
        if (depth > MaxDepth)
            throw new LimitException(at, $"nested more than {MaxDepth} levels deep");
        if (++written > MaxNodes)
            throw new LimitException(at, $"more than {MaxNodes} values");
        if (read is NodeEvent { Tag: { IsEmpty: false } tag } && tag.Value is not ("" or "?" or "!") && !tag.Value.StartsWith("tag:yaml.org,2002:", StringComparison.Ordinal))
            problems.AddSyntax(at, CurrentPath, tag.Value, $"the tag {ScalarNode.Quoted(tag.Value)} means nothing here; leave it out");
        var node = read switch
        {
            AnchorAlias alias => Follow(alias, at),
            Scalar scalar => new ScalarNode(at, scalar.Value, scalar.Style == ScalarStyle.Plain) { Weight = 1 },
            SequenceStart => ReadList(at, depth),
            MappingStart => ReadMap(at, depth),
            _ => throw new LimitException(at, "a value was expected here"),
        };
        if (node.Weight > MaxNodes)
            throw new LimitException(at, $"its aliases stand for more than {MaxNodes} values");
        if (read is NodeEvent { Anchor: { IsEmpty: false } anchor })
            anchors[anchor.Value] = node;
        return node;
    }

    private Node Follow(AnchorAlias alias, Position at)
    {
        if (anchors.TryGetValue(alias.Value.Value, out var node))
            return node;
        problems.AddSyntax(at, CurrentPath, "*" + alias.Value.Value, $"nothing above is marked &{alias.Value.Value}", Spelling.Suggest(alias.Value.Value, anchors.Keys, name => "*" + name));
        return new ScalarNode(at, "", true) { Weight = 1 };
    }

    private ListNode ReadList(Position at, int depth)
    {
        var items = new List<Node>();
        long weight = 1;
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            path.Add($"[{items.Count}]");
            var item = ReadNode(depth + 1);
            path.RemoveAt(path.Count - 1);
            weight += item.Weight;
            items.Add(item);
        }
        return new ListNode(at, items) { Weight = weight };
    }

    private MapNode ReadMap(Position at, int depth)
    {
        var entries = new List<MapEntry>();
        var seen = new Dictionary<string, Position>();
        var merged = new List<MapEntry>();
        long weight = 1;
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = ReadNode(depth + 1);
            path.Add((key as ScalarNode)?.Text ?? "?");
            var value = ReadNode(depth + 1);
            path.RemoveAt(path.Count - 1);
            weight += 1 + value.Weight;
            if (key is not ScalarNode name)
                problems.AddSyntax(key.At, CurrentPath, key.Found, $"found {key.Found} where a key is expected");
            else if (name is { Plain: true, Text: "<<" })
                merged.AddRange(MergedEntries(value));
            else if (seen.TryGetValue(name.Text, out var first))
                problems.AddSyntax(name.At, KeyPath.Join(CurrentPath, name.Text), name.Text, $"{ScalarNode.Quoted(name.Text)} is written twice; the first is in line {first.Line}", "keep one of them");
            else
            {
                seen.Add(name.Text, name.At);
                entries.Add(new MapEntry(name.Text, name.At, value));
            }
        }
        // What is written here wins over what is merged, and an earlier merge over a later one (yaml.org/type/merge.html).
        foreach (var entry in merged)
        {
            if (seen.TryAdd(entry.Key, entry.At))
                entries.Add(entry);
        }
        return new MapNode(at, entries) { Weight = weight };
    }

    private IEnumerable<MapEntry> MergedEntries(Node value)
    {
        switch (value)
        {
            case MapNode map:
                return map.Entries;
            case ListNode list when list.Items.All(item => item is MapNode):
                return list.Items.SelectMany(item => ((MapNode)item).Entries);
            case ScalarNode { IsNull: true }:
                return [];
            default:
                problems.AddSyntax(value.At, CurrentPath, value.Found, $"found {value.Found} after <<, expected a mapping to merge, for example *base");
                return [];
        }
    }

    private Position At(Mark mark) => new((int)mark.Line, (int)mark.Column, file);

    /// <summary>YamlDotNet's messages begin with what it was doing ("While scanning …, "): the finding after it is what helps.</summary>
    private static string Sentence(string message)
    {
        var finding = message.StartsWith("While ", StringComparison.Ordinal) && message.IndexOf(", ", StringComparison.Ordinal) is > 0 and var comma
            ? message[(comma + 2)..]
            : message;
        return finding.TrimEnd('.').ReplaceLineEndings(" ");
    }

    private string CurrentPath => path.Aggregate("", (whole, part) => part.StartsWith('[') ? whole + part : KeyPath.Join(whole, part));

    private sealed class LimitException(Position at, string message) : Exception(message)
    {
        public Position At { get; } = at;
    }
}
