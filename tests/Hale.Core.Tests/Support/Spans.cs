using System.Globalization;

namespace Hale.Core.Tests.Support;

/// <summary>Spans as people write them: <c>90s</c>, <c>10m</c>, <c>1h30m</c>, <c>250ms</c>.</summary>
internal static class Spans
{
    public static TimeSpan Span(string text)
    {
        var total = TimeSpan.Zero;
        for (var at = 0; at < text.Length;)
        {
            var unit = at;
            while (char.IsDigit(text[unit]) || text[unit] == '.')
                unit++;
            var end = unit;
            while (end < text.Length && char.IsLetter(text[end]))
                end++;
            var number = double.Parse(text[at..unit], CultureInfo.InvariantCulture);
            total += text[unit..end] switch
            {
                "ms" => TimeSpan.FromMilliseconds(number),
                "s" => TimeSpan.FromSeconds(number),
                "m" => TimeSpan.FromMinutes(number),
                "h" => TimeSpan.FromHours(number),
                "d" => TimeSpan.FromDays(number),
                var other => throw new ArgumentException($"\"{other}\" is no unit of time", nameof(text)),
            };
            at = end;
        }
        return total;
    }
}
