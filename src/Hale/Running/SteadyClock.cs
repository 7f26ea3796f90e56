using Hale.Core.Model;

namespace Hale.Running;

/// <summary>
/// The steady time line: the wall clock read once, advanced by the monotonic clock. <see cref="Wall"/> shows how far the two have come apart.
/// </summary>
public sealed class SteadyClock
{
    private readonly TimeProvider time;
    private readonly long anchorTimestamp;
    private readonly Instant anchor;

    /// <summary>Anchors the line now, but never before <paramref name="notBefore"/>, so that the line goes on after a run whose clock was ahead.</summary>
    public SteadyClock(TimeProvider time, Instant? notBefore = null)
    {
        this.time = time;
        anchorTimestamp = time.GetTimestamp();
        var wall = Instant.From(time.GetUtcNow());
        anchor = notBefore is { } floor ? Instant.Max(wall, floor) : wall;
    }

    /// <summary>The provider underneath, for timers and delays.</summary>
    public TimeProvider Time => time;

    /// <summary>The present moment on the steady line.</summary>
    public Instant Now => anchor + time.GetElapsedTime(anchorTimestamp);

    /// <summary>What the wall clock says, for display and for comparing with time stamps of others.</summary>
    public DateTimeOffset Wall => time.GetUtcNow();

    /// <summary>How far the wall clock is ahead of the steady line; a change of it is a clock jump.</summary>
    public TimeSpan Skew => Instant.From(time.GetUtcNow()) - Now;
}
