using System.Globalization;

namespace Hale.Core.Alarming;

/// <summary>
/// Reads the rule of a composite alarm in CloudWatch's syntax: <c>ALARM(a)</c>, <c>OK(a)</c>, <c>INSUFFICIENT_DATA("a b")</c>, <c>TRUE</c>, <c>FALSE</c>,
/// joined by <c>AND</c>, <c>OR</c> and <c>NOT</c>, with parentheses. NOT binds tightest, then AND, then OR. Words are upper case.
/// </summary>
public sealed class AlarmExpressionParser
{
    /// <summary>Longest rule in characters (CloudWatch has the same limit).</summary>
    public const int MaxLength = 10_240;

    /// <summary>Parentheses and NOTs inside each other.</summary>
    public const int MaxDepth = 64;

    private readonly string text;
    private readonly Func<string, int> indexOf;
    private readonly List<AlarmTerm> terms = [];
    private int at;
    private int depth;

    private AlarmExpressionParser(string text, Func<string, int> indexOf) => (this.text, this.indexOf) = (text, indexOf);

    /// <summary>Reads a rule.</summary>
    /// <param name="text">The rule.</param>
    /// <param name="indexOf">Index of an alarm by name; -1 for an unknown one.</param>
    /// <exception cref="AlarmExpressionException">The rule cannot be read; says at which character, and of what.</exception>
    public static AlarmExpression Parse(string text, Func<string, int> indexOf)
    {
        if (text.Length > MaxLength)
            throw new AlarmExpressionException(MaxLength, $"the rule is longer than {MaxLength} characters");
        var parser = new AlarmExpressionParser(text, indexOf);
        parser.Or();
        parser.SkipBlanks();
        if (parser.at < text.Length)
            throw parser.Unexpected("AND, OR or the end");
        return new AlarmExpression(text, [.. parser.terms]);
    }

    private void Or()
    {
        And();
        while (TryWord("OR"))
        {
            And();
            Add(new(AlarmTermKind.Or));
        }
    }

    private void And()
    {
        Not();
        while (TryWord("AND"))
        {
            Not();
            Add(new(AlarmTermKind.And));
        }
    }

    private void Not()
    {
        if (++depth > MaxDepth)
            throw new AlarmExpressionException(at, $"more than {MaxDepth} parentheses and NOTs inside each other");
        if (TryWord("NOT"))
        {
            Not();
            Add(new(AlarmTermKind.Not));
        }
        else
            Operand();
        depth--;
    }

    private void Operand()
    {
        SkipBlanks();
        if (TryCharacter('('))
        {
            Or();
            Close("a closing parenthesis");
        }
        else if (TryWord("TRUE"))
            Add(new(AlarmTermKind.True));
        else if (TryWord("FALSE"))
            Add(new(AlarmTermKind.False));
        else if (TryWord("ALARM"))
            Add(new(AlarmTermKind.Alarm, Named()));
        else if (TryWord("OK"))
            Add(new(AlarmTermKind.Ok, Named()));
        else if (TryWord("INSUFFICIENT_DATA"))
            Add(new(AlarmTermKind.InsufficientData, Named()));
        else
            throw Unexpected("ALARM(name), OK(name), INSUFFICIENT_DATA(name), TRUE, FALSE, NOT or a parenthesis");
    }

    private int Named()
    {
        if (!TryCharacter('('))
            throw Unexpected("a name in parentheses");
        SkipBlanks();
        var begin = at;
        string name;
        if (at < text.Length && text[at] is '"' or '\'')
        {
            var end = text.IndexOf(text[at], at + 1);
            if (end < 0)
                throw new AlarmExpressionException(begin, "the quoted name is not closed");
            name = text[(begin + 1)..end];
            at = end + 1;
        }
        else
        {
            var end = text.IndexOf(')', at);
            name = text[at..(end < 0 ? text.Length : end)].Trim();
            at = end < 0 ? text.Length : end;
        }
        if (name.Length == 0)
            throw new AlarmExpressionException(begin, "the name is missing");
        Close("a closing parenthesis after the name");
        return indexOf(name) is >= 0 and var index ? index : throw new AlarmExpressionException(begin, $"there is no alarm \"{name}\"", name);
    }

    private void Close(string what)
    {
        if (!TryCharacter(')'))
            throw Unexpected(what);
    }

    private void Add(AlarmTerm term)
    {
        if (terms.Count == AlarmExpression.MaxTerms)
            throw new AlarmExpressionException(at, $"the rule has more than {AlarmExpression.MaxTerms} parts");
        terms.Add(term);
    }

    private bool TryCharacter(char expected)
    {
        SkipBlanks();
        if (at >= text.Length || text[at] != expected)
            return false;
        at++;
        return true;
    }

    private bool TryWord(string word)
    {
        SkipBlanks();
        var end = at + word.Length;
        if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0 || (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_')))
            return false;
        at = end;
        return true;
    }

    private void SkipBlanks()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
    }

    private AlarmExpressionException Unexpected(string expected)
    {
        SkipBlanks();
        var end = at;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
            end++;
        var found = at >= text.Length ? "the end" : $"\"{(end > at ? text[at..end] : text[at].ToString(CultureInfo.InvariantCulture))}\"";
        return new AlarmExpressionException(at, $"found {found}, expected {expected}");
    }
}

/// <summary>A rule that cannot be read.</summary>
/// <param name="at">Where, from 0.</param>
/// <param name="message">What is wrong.</param>
/// <param name="unknown">The name of an alarm that there is not; null when something else is wrong.</param>
public sealed class AlarmExpressionException(int at, string message, string? unknown = null) : FormatException(message)
{
    /// <summary>Where in the text, from 0.</summary>
    public int At { get; } = at;

    /// <summary>The name of an alarm that there is not; null when something else is wrong.</summary>
    public string? Unknown { get; } = unknown;
}
