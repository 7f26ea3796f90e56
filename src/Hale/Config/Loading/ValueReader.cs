using System.Globalization;
using System.Text.RegularExpressions;
using Hale.Config.Yaml;
using Hale.Core.Model;

namespace Hale.Config.Loading;

/// <summary>Turns what was written for a key into its value, or reports why it cannot.</summary>
internal sealed class ValueReader(Reading reading)
{
    private static readonly Key TextItem = new("item", KeyType.Text, "One text of a list or mapping.");
    private static readonly Key PathItem = new("item", KeyType.Path, "One path of a list.");

    private readonly Problems problems = reading.Problems;

    /// <summary>The value in the type that <see cref="KeyType"/> promises; null when it was refused.</summary>
    public object? Read(Key key, Node node, string path) => key.Type switch
    {
        KeyType.TextList or KeyType.PathList => ReadList(key, node, path),
        KeyType.Command => ReadCommand(key, node, path),
        KeyType.TextMap => ReadTextMap(key, node, path),
        _ => ReadText(key, node, path) is { } text ? Parse(key, text, (ScalarNode)node, path) : null,
    };

    /// <summary>The default of a key, by the same rules as if it had been written.</summary>
    public object? Default(Key key, Position at, string path) =>
        key.Default is null ? null : Read(key, new ScalarNode(at, key.Default, Plain: true) { Weight = 1 }, path);

    /// <summary>A scalar with its references replaced; null after reporting that it is none, or nothing.</summary>
    public string? ReadText(Key key, Node node, string path)
    {
        if (node is ScalarNode { IsNull: false } scalar)
            return reading.Expansion.Expand(scalar, path);
        problems.Add(node.At, path, node.Found, $"found {node.Found}, expected {KeyTypes.Noun(key)}{KeyTypes.WriteForExample(key.Type)}");
        return null;
    }

    private object? Parse(Key key, string text, ScalarNode node, string path)
    {
        switch (key.Type)
        {
            case KeyType.Text:
                return text.Length > 0 ? text : Refuse(node, path, "is empty");
            case KeyType.Path:
                return AbsolutePath(text, node, path);
            case KeyType.Duration:
                return Duration.TryParse(text, out var span) ? InRange(key, span.TotalSeconds, node, path) ? span : null : NotA(key, node, path, Hints.Duration(node.Text));
            case KeyType.Percent:
                return Percent.TryParse(text, out var percent) ? InRange(key, percent, node, path) ? percent : null : NotA(key, node, path, Hints.Percent(node.Text));
            case KeyType.Bytes:
                return ByteSize.TryParse(text, out var bytes) ? InRange(key, bytes, node, path) ? bytes : null : NotA(key, node, path);
            case KeyType.Integer:
                return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)
                    ? InRange(key, integer, node, path) ? integer : null : NotA(key, node, path);
            case KeyType.Number:
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                    ? InRange(key, number, node, path) ? number : null : NotA(key, node, path);
            case KeyType.Flag:
                return text switch { "true" => true, "false" => false, _ => NotA(key, node, path, Hints.Flag(node.Text)) };
            case KeyType.Url:
                return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0 ? url : NotA(key, node, path, Hints.Url(node.Text));
            case KeyType.Choice:
                return key.Choices.Contains(text) ? text : NotA(key, node, path, Spelling.Suggest(node.Text, key.Choices));
            case KeyType.Signal:
                return SignalName.TryParse(text, out var signal) ? signal : NotA(key, node, path, Spelling.Suggest(node.Text.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? node.Text[3..] : node.Text, SignalName.Names));
            case KeyType.Budget:
                return BudgetText.TryParse(text, out var budget) ? budget : NotA(key, node, path);
            case KeyType.TimeOfDay:
                return TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : NotA(key, node, path);
            case KeyType.Pattern:
                return ReadPattern(text, node, path);
            default:
                throw new ArgumentOutOfRangeException(nameof(key), key.Type, "this type is read by its section");
        }
    }

    private Regex? ReadPattern(string text, ScalarNode node, string path)
    {
        try
        {
            return new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (ArgumentException e)
        {
            problems.Add(node.At, path, node.Text, $"{Shown(node)} is not a regular expression: {e.Message.ReplaceLineEndings(" ")}");
        }
        catch (NotSupportedException)
        {
            problems.Add(node.At, path, node.Text, $"{Shown(node)} needs backtracking (a look-around, a back reference, too many repetitions), which has no bound on its time and is not taken");
        }
        return null;
    }

    private string[]? ReadList(Key key, Node node, string path)
    {
        switch (node)
        {
            case ScalarNode single:
                return AllOrNone([ReadItem(key, single, path)]);
            case ListNode { Items.Count: > 0 } list:
                return AllOrNone(list.Items.Select((item, i) => ReadItem(key, item, $"{path}[{i}]")));
            case ListNode:
                problems.Add(node.At, path, node.Found, "the list is empty, so it selects nothing", $"name something, or leave \"{key.Name}\" out");
                return null;
            default:
                problems.Add(node.At, path, node.Found, $"found {node.Found}, expected {KeyTypes.Noun(key)}");
                return null;
        }
    }

    private string? ReadItem(Key key, Node node, string path)
    {
        if (ReadText(key.Type == KeyType.PathList ? PathItem : TextItem, node, path) is not { } text)
            return null;
        if (key.Type == KeyType.PathList)
            return AbsolutePath(text, node, path);
        if (text.Length == 0)
            return Refuse(node, path, "is empty");
        if (key.Choices.Length == 0 || key.Choices.Contains(text))
            return text;
        problems.Add(node.At, path, text, $"{Shown((ScalarNode)node)} is not one of {string.Join(", ", key.Choices)}", Spelling.Suggest(text, key.Choices));
        return null;
    }

    private string[]? ReadCommand(Key key, Node node, string path)
    {
        if (node is ListNode { Items.Count: > 0 } list)
        {
            var words = AllOrNone(list.Items.Select((item, i) => ReadText(TextItem, item, $"{path}[{i}]")));
            if (words is not ["", ..])
                return words;
            problems.Add(list.Items[0].At, path + "[0]", "", "the program's name is empty");
            return null;
        }
        if (node is not ScalarNode scalar)
        {
            problems.Add(node.At, path, node.Found, $"found {node.Found}, expected {KeyTypes.Noun(key)}{KeyTypes.WriteForExample(KeyType.Command)}");
            return null;
        }
        if (scalar.IsNull)
        {
            ReadText(key, scalar, path);
            return null;
        }
        // Split first and expand after: a blank inside a variable's value does not make two arguments.
        if (CommandText.TrySplit(scalar.Text, out var parts, out var trouble))
            return AllOrNone(parts.Select(part => reading.Expansion.Expand(scalar with { Text = part }, path)));
        problems.Add(node.At, path, scalar.Text, $"{ScalarNode.Quoted(scalar.Text)} {trouble}");
        return null;
    }

    private Dictionary<string, string>? ReadTextMap(Key key, Node node, string path)
    {
        if (node is not MapNode map)
        {
            problems.Add(node.At, path, node.Found, $"found {node.Found}, expected {KeyTypes.Noun(key)}{KeyTypes.WriteForExample(KeyType.TextMap)}");
            return null;
        }
        var texts = new Dictionary<string, string>();
        foreach (var entry in map.Entries)
        {
            if (ReadText(TextItem, entry.Value, $"{path}.{entry.Key}") is { } text)
                texts.Add(entry.Key, text);
        }
        return texts.Count == map.Entries.Count ? texts : null;
    }

    /// <summary>All items are read, so that each error is reported, before one refused item refuses them all.</summary>
    private static string[]? AllOrNone(IEnumerable<string?> texts)
    {
        var read = texts.ToArray();
        var accepted = read.OfType<string>().ToArray();
        return accepted.Length == read.Length ? accepted : null;
    }

    private string? AbsolutePath(string text, Node node, string path)
    {
        if (text.Length == 0)
            return Refuse(node, path, "is empty");
        if (text == "~" || text.StartsWith("~/", StringComparison.Ordinal))
            return Refuse(node, path, "~ is not expanded here; write ${HOME}" + text[1..]);
        return text.Contains('\0') ? Refuse(node, path, "a path has no zero character") : Path.GetFullPath(text, reading.BaseDirectory);
    }

    private bool InRange(Key key, double value, ScalarNode node, string path)
    {
        if (!(value < key.Min) && !(value > key.Max))
            return true;
        var span = key.Type == KeyType.Duration;
        var trouble = value < key.Min
            ? $"too {(span ? "short" : "small")}; at least {InUnit(key.Type, key.Min.Value)}"
            : $"too {(span ? "long" : "large")}; at most {InUnit(key.Type, key.Max!.Value)}";
        problems.Add(node.At, path, node.Text, $"{Shown(node)} is {trouble}");
        return false;
    }

    private static string InUnit(KeyType type, double value) => type switch
    {
        KeyType.Duration => Duration.Format(TimeSpan.FromSeconds(value)),
        KeyType.Percent => Percent.Format(value),
        KeyType.Bytes => ByteSize.Format((long)value),
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    private object? NotA(Key key, ScalarNode node, string path, string? suggestion = null)
    {
        problems.Add(node.At, path, node.Text, $"{Shown(node)} is not {KeyTypes.Noun(key)}{KeyTypes.WriteForExample(key.Type)}", suggestion);
        return null;
    }

    private string? Refuse(Node node, string path, string why)
    {
        problems.Add(node.At, path, node is ScalarNode scalar ? scalar.Text : node.Found, why);
        return null;
    }

    /// <summary>The text as written, references unexpanded, so that no secret gets into a message.</summary>
    private static string Shown(ScalarNode node) =>
        (node.Text.Contains("${", StringComparison.Ordinal) ? "the value of " : "") + ScalarNode.Quoted(node.Text);
}
