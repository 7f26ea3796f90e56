namespace Hale.Testing;

/// <summary>
/// Time that passes only when the test says so. Timers fire on the advancing thread, each at its own moment and in order, so whatever runs
/// in a timer's callback has happened when <see cref="Advance"/> returns.
/// </summary>
public sealed class ManualTime : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<ManualTimer> timers = [];
    private readonly DateTimeOffset origin;
    private long ticks;
    private TimeSpan wallOffset;
    private long sequence;

    /// <summary>Begins at a fixed moment, or at the given one.</summary>
    public ManualTime(DateTimeOffset? start = null) => origin = start ?? new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        lock (gate)
            return ticks;
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
            return origin + new TimeSpan(ticks) + wallOffset;
    }

    /// <summary>Sets the wall clock forward or back; the monotonic clock and the timers do not notice.</summary>
    public void StepWallClock(TimeSpan by)
    {
        lock (gate)
            wallOffset += by;
    }

    /// <summary>Lets time pass.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        long until;
        lock (gate)
            until = ticks + by.Ticks;
        while (NextBefore(until) is { } timer)
            timer.Fire();
        lock (gate)
            ticks = Math.Max(ticks, until);
    }

    /// <summary>Lets time pass up to the next timer that is due, and fires that one alone.</summary>
    /// <exception cref="InvalidOperationException">No timer is due, ever.</exception>
    public void AdvanceToNextTimer()
    {
        var timer = NextBefore(long.MaxValue) ?? throw new InvalidOperationException("no timer is set");
        timer.Fire();
    }

    /// <summary>Lets the whole machine stand still: time passes, and what was due meanwhile fires late and all at once.</summary>
    public void Stall(TimeSpan span)
    {
        lock (gate)
            ticks += span.Ticks;
        Advance(TimeSpan.Zero);
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    // The timer that is due first, with the time moved to its moment; null when none is due.
    private ManualTimer? NextBefore(long until)
    {
        lock (gate)
        {
            var next = timers.MinBy(timer => (timer.Due, timer.Sequence));
            if (next is null || next.Due > until)
                return null;
            ticks = Math.Max(ticks, next.Due);
            timers.Remove(next);
            if (next.Period > TimeSpan.Zero)
                Schedule(next, next.Due + next.Period.Ticks);
            return next;
        }
    }

    private void Schedule(ManualTimer timer, long due)
    {
        (timer.Due, timer.Sequence) = (due, sequence++);
        timers.Add(timer);
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        private bool disposed;

        public long Due { get; set; }

        public long Sequence { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time.gate)
            {
                if (disposed)
                    return false;
                time.timers.Remove(this);
                Period = period;
                if (dueTime != Timeout.InfiniteTimeSpan)
                    time.Schedule(this, time.ticks + dueTime.Ticks);
                return true;
            }
        }

        public void Dispose()
        {
            lock (time.gate)
            {
                disposed = true;
                time.timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
