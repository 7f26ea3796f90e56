using System.Globalization;

namespace Hale.Probes;

/// <summary>Numbers as evidence shows them to a person.</summary>
internal static class Figures
{
    private static readonly string[] Units = ["B", "KB", "MB", "GB", "TB", "PB", "EB"];

    /// <summary>An amount of data in powers of 1024: <c>12.5MB</c>.</summary>
    public static string Bytes(double bytes)
    {
        var unit = 0;
        for (; Math.Abs(bytes) >= 1024 && unit < Units.Length - 1; unit++)
            bytes /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{bytes:0.#}{Units[unit]}");
    }

    /// <summary>A share: <c>81.3%</c>.</summary>
    public static string Percent(double percent) => string.Create(CultureInfo.InvariantCulture, $"{percent:0.#}%");

    /// <summary>A number with at most two decimals.</summary>
    public static string Number(double number) => string.Create(CultureInfo.InvariantCulture, $"{number:0.##}");

    /// <summary>A span in its two largest units: <c>2d3h</c>, <c>4m10s</c>, <c>350ms</c>.</summary>
    public static string Span(TimeSpan span)
    {
        if (span < TimeSpan.Zero)
            return "-" + Span(span.Negate());
        FormattableString text = span switch
        {
            { TotalDays: >= 1 } => $"{(long)span.TotalDays}d{span.Hours}h",
            { TotalHours: >= 1 } => $"{span.Hours}h{span.Minutes}m",
            { TotalMinutes: >= 1 } => $"{span.Minutes}m{span.Seconds}s",
            { TotalSeconds: >= 1 } => $"{span.TotalSeconds:0.#}s",
            _ => $"{span.TotalMilliseconds:0}ms",
        };
        return FormattableString.Invariant(text);
    }
}
