using System.Globalization;
using System.Text;
using Hale.Config;
using Hale.Core.Model;
using Hale.Web.Contract;

namespace Hale.Cli.Output;

/// <summary>Verdicts, ages and numbers in words.</summary>
internal static class Words
{
    private static readonly (string Name, double Seconds)[] Spans = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)];

    /// <summary>A verdict with its tone.</summary>
    public static Piece Of(Health health) => health switch
    {
        Health.Ok => new("ok", Tone.Good),
        Health.Degraded => new("degraded", Tone.Warn),
        Health.Impaired => new("impaired", Tone.Bad),
        Health.Initializing => new("initializing", Tone.Unknown),
        Health.InsufficientData => new("insufficient data", Tone.Unknown),
        _ => new("not applicable", Tone.Dim),
    };

    /// <summary>What an attempt came to; a dash before the first.</summary>
    public static Piece Of(Outcome? outcome) => outcome switch
    {
        Outcome.Pass => new("pass", Tone.Good),
        Outcome.Warn => new("warn", Tone.Warn),
        Outcome.Fail => new("fail", Tone.Bad),
        Outcome.Inconclusive => new("inconclusive", Tone.Unknown),
        _ => new("-", Tone.Dim),
    };

    /// <summary>A name of the wire (<c>backOff</c>) as a person would say it (<c>back off</c>).</summary>
    public static string Of<T>(T value) where T : struct, Enum
    {
        var text = new StringBuilder();
        foreach (var letter in value.ToString())
        {
            if (char.IsUpper(letter) && text.Length > 0)
                text.Append(' ');
            text.Append(char.ToLowerInvariant(letter));
        }
        return text.ToString();
    }

    /// <summary>A span in its two largest units: <c>3m12s</c>, <c>2d4h</c>; below a second <c>0s</c>.</summary>
    public static string Span(TimeSpan span)
    {
        var rest = Math.Max(0, Math.Floor(span.TotalSeconds));
        var text = new StringBuilder();
        var parts = 0;
        foreach (var (name, seconds) in Spans)
        {
            var count = Math.Floor(rest / seconds);
            rest -= count * seconds;
            // A zero between two units ends it: 2d, not 2d0h.
            if (count == 0 && parts == 0)
                continue;
            if (count == 0 || parts == 2)
                break;
            text.Append(CultureInfo.InvariantCulture, $"{count}{name}");
            parts++;
        }
        return parts == 0 ? "0s" : text.ToString();
    }

    /// <summary>How long ago: <c>4s ago</c>; <c>never</c> for what has not happened.</summary>
    public static string Ago(DateTimeOffset? at, DateTimeOffset now) => at is { } moment ? $"{Span(now - moment)} ago" : "never";

    /// <summary>A moment in UTC to the second: <c>2025-11-22 12:00:00Z</c>.</summary>
    public static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The end of something: <c>until 2025-11-22 12:00:00Z (20s)</c>, or <paramref name="never"/>.</summary>
    public static string Until(DateTimeOffset? at, DateTimeOffset now, string never) =>
        at is { } moment ? $"until {Moment(moment)} ({Span(moment - now)})" : never;

    /// <summary>A measurement: <c>used 87%</c>, <c>free 13GB</c>, <c>latency 12ms</c>.</summary>
    public static string Of(MeasurementDto measurement) => $"{measurement.Name} {Number(measurement.Value, measurement.Unit)}";

    /// <summary>A count with its noun.</summary>
    public static string Count(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";

    /// <summary>The ordinal of a number: <c>3rd</c>.</summary>
    public static string Ordinal(int number) => (number % 100) is >= 11 and <= 13 ? $"{number}th" : (number % 10) switch
    {
        1 => $"{number}st",
        2 => $"{number}nd",
        3 => $"{number}rd",
        _ => $"{number}th",
    };

    /// <summary>A number in its unit.</summary>
    public static string Number(double? number, Unit unit)
    {
        if (number is not { } value)
            return "not a number";
        return unit switch
        {
            Unit.Percent => Short(value) + "%",
            Unit.Bytes => ByteSize.Format((long)value),
            Unit.Seconds when Math.Abs(value) < 1 => Short(value * 1000) + "ms",
            Unit.Seconds when value >= 60 => Span(TimeSpan.FromSeconds(Math.Min(value, 1e9))),
            Unit.Seconds => Short(value) + "s",
            _ => Short(value),
        };
    }

    private static string Short(double value) => value.ToString(Math.Abs(value) < 100 ? "0.##" : "0", CultureInfo.InvariantCulture);
}
