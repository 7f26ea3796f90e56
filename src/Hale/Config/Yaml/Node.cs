using System.Globalization;
using System.Text;

namespace Hale.Config.Yaml;

/// <summary>A place in a file, line and column counted from 1.</summary>
/// <param name="Line">The line.</param>
/// <param name="Column">The column.</param>
/// <param name="File">Index of the file among those that were read; 0 for the one that was named.</param>
internal readonly record struct Position(int Line, int Column, int File = 0) : IComparable<Position>
{
    public static readonly Position Start = new(1, 1);

    public int CompareTo(Position other) => File != other.File ? File.CompareTo(other.File) : Line != other.Line ? Line.CompareTo(other.Line) : Column.CompareTo(other.Column);
}

/// <summary>What was written, and where.</summary>
internal abstract record Node(Position At)
{
    /// <summary>Nodes that this one stands for once its aliases are followed; what the bound on alias bombs counts.</summary>
    public required long Weight { get; init; }

    /// <summary>What it is, for a message: "found a list".</summary>
    public abstract string Found { get; }
}

/// <summary>A text, a number, a flag or nothing: the reader of a key decides which.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Text">As written, without quotes, references not expanded.</param>
/// <param name="Plain">Written without quotes, so that it may stand for nothing.</param>
internal sealed record ScalarNode(Position At, string Text, bool Plain) : Node(At)
{
    /// <summary>Nothing was written, or the YAML words for it.</summary>
    public bool IsNull => Plain && Text is "" or "~" or "null" or "Null" or "NULL";

    public override string Found => IsNull ? "nothing" : Quoted(Text);

    /// <summary>The text as it can stand in a one-line message.</summary>
    public static string Quoted(string text)
    {
        const int Longest = 60;
        var quoted = new StringBuilder("\"");
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, Longest)))
        {
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\n' => quoted.Append("\\n"),
                '\t' => quoted.Append("\\t"),
                _ when char.IsControl(c) => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => quoted.Append(c),
            };
        }
        return quoted.Append(text.Length > Longest ? "…\"" : "\"").ToString();
    }
}

/// <summary>A list.</summary>
internal sealed record ListNode(Position At, IReadOnlyList<Node> Items) : Node(At)
{
    public override string Found => Items.Count == 0 ? "an empty list" : "a list";
}

/// <summary>A mapping in the order in which it was written; a key that was written twice stands here once, with its first value.</summary>
internal sealed record MapNode(Position At, IReadOnlyList<MapEntry> Entries) : Node(At)
{
    public override string Found => Entries.Count == 0 ? "an empty mapping" : "a mapping";

    public MapEntry? Find(string key)
    {
        foreach (var entry in Entries)
        {
            if (entry.Key == key)
                return entry;
        }
        return null;
    }
}

/// <summary>One key with its value.</summary>
internal sealed record MapEntry(string Key, Position At, Node Value);
