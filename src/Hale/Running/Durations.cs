using System.Globalization;

namespace Hale.Running;

/// <summary>Time spans as they are written in the configuration.</summary>
internal static class Durations
{
    /// <summary><c>250ms</c>, <c>1.5s</c>, <c>10s</c>, <c>5m</c>, <c>2h</c>: the largest unit in which the span is not less than one.</summary>
    public static string Of(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => Text(span.TotalMilliseconds, "ms"),
        { TotalMinutes: < 2 } => Text(span.TotalSeconds, "s"),
        { TotalHours: < 2 } => Text(span.TotalMinutes, "m"),
        _ => Text(span.TotalHours, "h"),
    };

    private static string Text(double value, string unit) => value.ToString("0.#", CultureInfo.InvariantCulture) + unit;
}
