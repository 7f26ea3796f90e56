using System.Globalization;
using System.Text;

namespace Hale.Config;

/// <summary>A time span as people write it: <c>500ms</c>, <c>10s</c>, <c>5m</c>, <c>2h</c>, <c>7d</c>, and together <c>1h30m</c>.</summary>
public static class Duration
{
    private static readonly (string Name, long Ticks)[] Units =
    [
        ("d", TimeSpan.TicksPerDay), ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute), ("s", TimeSpan.TicksPerSecond), ("ms", TimeSpan.TicksPerMillisecond),
    ];

    /// <summary>Longest that is taken: 100 years.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    /// <summary>What to write, for messages.</summary>
    internal const string Examples = "30s, 5m, 2h";

    /// <summary>
    /// Reads a span: numbers (a fraction is fine) each followed by <c>d</c>, <c>h</c>, <c>m</c>, <c>s</c> or <c>ms</c>, larger units
    /// first, each at most once. <c>0</c> needs no unit. Not negative, at most <see cref="Longest"/>.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan span)
    {
        span = default;
        if (text is "0")
            return true;
        decimal ticks = 0;
        var nextUnit = 0;
        while (text.Length > 0)
        {
            var digits = NumberLength(text);
            if (digits is 0 or > 12 || !decimal.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
                return false;
            text = text[digits..];
            var letters = 0;
            while (letters < text.Length && !IsOfNumber(text[letters]))
                letters++;
            var unit = IndexOfUnit(text[..letters]);
            if (unit < nextUnit)
                return false;
            ticks += number * Units[unit].Ticks;
            nextUnit = unit + 1;
            text = text[letters..];
        }
        if (nextUnit == 0 || ticks > Longest.Ticks)
            return false;
        span = TimeSpan.FromTicks((long)ticks);
        return true;
    }

    /// <summary>The shortest way to write a span; anything below a millisecond is dropped.</summary>
    public static string Format(TimeSpan span)
    {
        var rest = span.Ticks;
        var text = new StringBuilder();
        foreach (var (name, ticks) in Units)
        {
            if (rest / ticks is > 0 and var count)
                text.Append(count).Append(name);
            rest %= ticks;
        }
        return text.Length == 0 ? "0s" : text.ToString();
    }

    private static bool IsOfNumber(char one) => one is >= '0' and <= '9' or '.';

    private static int NumberLength(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && IsOfNumber(text[length]))
            length++;
        return length;
    }

    private static int IndexOfUnit(ReadOnlySpan<char> name)
    {
        for (var i = 0; i < Units.Length; i++)
        {
            if (name.SequenceEqual(Units[i].Name))
                return i;
        }
        return -1;
    }
}
