namespace Hale.Core.Model;

/// <summary>
/// A moment on Hale's steady time line, in ticks of 100 ns since 1970-01-01 UTC.
/// The shell anchors the line to the wall clock once, when it starts, and advances it by the monotonic clock: within one
/// run it never jumps, whatever happens to the wall clock. Every decision of the core is made on this line.
/// </summary>
public readonly record struct Instant(long Ticks) : IComparable<Instant>
{
    /// <summary>Before everything: "never happened".</summary>
    public static readonly Instant Never = new(long.MinValue);

    /// <summary>After everything: "not due at all".</summary>
    public static readonly Instant Distant = new(long.MaxValue);

    /// <summary>True when this moment stands for something that has not happened.</summary>
    public bool IsNever => Ticks == long.MinValue;

    /// <summary>The moment that a wall-clock reading stands for.</summary>
    public static Instant From(DateTimeOffset wall) => new(wall.UtcTicks - DateTime.UnixEpoch.Ticks);

    /// <summary>The moment as UTC, for display and for calendar rules. <see cref="Never"/> and <see cref="Distant"/> are clamped.</summary>
    public DateTimeOffset ToUtc()
    {
        var ticks = Math.Clamp(Ticks, -DateTime.UnixEpoch.Ticks, DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks);
        return new DateTimeOffset(DateTime.UnixEpoch.Ticks + ticks, TimeSpan.Zero);
    }

    /// <summary>Later by <paramref name="span"/>; sentinels stay what they are and the line saturates at its ends.</summary>
    public static Instant operator +(Instant a, TimeSpan span)
    {
        if (a.Ticks is long.MinValue or long.MaxValue)
            return a;
        var sum = unchecked(a.Ticks + span.Ticks);
        // Both of one sign, and the sum of the other: it has run over the end of the line.
        if (((a.Ticks ^ sum) & (span.Ticks ^ sum)) < 0)
            return new(span.Ticks > 0 ? long.MaxValue : long.MinValue + 1);
        return new(sum == long.MinValue ? long.MinValue + 1 : sum);
    }

    /// <summary>Earlier by <paramref name="span"/>.</summary>
    public static Instant operator -(Instant a, TimeSpan span) => a + -span;

    /// <summary>The time from <paramref name="b"/> to <paramref name="a"/>, saturated.</summary>
    public static TimeSpan operator -(Instant a, Instant b)
    {
        var difference = unchecked(a.Ticks - b.Ticks);
        if (((a.Ticks ^ b.Ticks) & (a.Ticks ^ difference)) < 0)
            return new(a.Ticks >= 0 ? long.MaxValue : long.MinValue);
        return new(difference);
    }

    /// <inheritdoc/>
    public int CompareTo(Instant other) => Ticks.CompareTo(other.Ticks);

    /// <summary>Earlier than.</summary>
    public static bool operator <(Instant a, Instant b) => a.Ticks < b.Ticks;

    /// <summary>Later than.</summary>
    public static bool operator >(Instant a, Instant b) => a.Ticks > b.Ticks;

    /// <summary>Not later than.</summary>
    public static bool operator <=(Instant a, Instant b) => a.Ticks <= b.Ticks;

    /// <summary>Not earlier than.</summary>
    public static bool operator >=(Instant a, Instant b) => a.Ticks >= b.Ticks;

    /// <summary>The later of two.</summary>
    public static Instant Max(Instant a, Instant b) => a.Ticks >= b.Ticks ? a : b;

    /// <summary>The earlier of two.</summary>
    public static Instant Min(Instant a, Instant b) => a.Ticks <= b.Ticks ? a : b;

    /// <summary>ISO 8601 in UTC with milliseconds.</summary>
    public override string ToString() =>
        IsNever ? "never" : this == Distant ? "never again"
        : ToUtc().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
