using Hale.Core;
using Hale.Core.Judging;
using Hale.Core.Model;

namespace Hale.Running;

/// <summary>
/// Doubts Hale before it doubts anybody else: its loop stood still (stopped, swapped out, a debugger), the wall clock jumped, descriptors
/// run out, or most targets failed in one moment. Called by the engine's loop only.
/// </summary>
internal sealed class SelfWatch(SteadyClock clock, Func<double?> descriptorsUsed)
{
    /// <summary>A loop that takes the passing of time four times a second and has not for this long stood still.</summary>
    private static readonly TimeSpan StallAfter = TimeSpan.FromSeconds(3);

    /// <summary>The doubt lasts this much longer than its cause.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan JumpFrom = TimeSpan.FromSeconds(1);

    private const double DescriptorsMax = 0.95;

    private Instant lastAlive = clock.Now;
    private Instant descriptorsAt = clock.Now;
    private TimeSpan skew = clock.Skew;

    /// <summary>To be asked before each fact: the doubt to fold first if the loop stood still since the last one.</summary>
    public DoubtRaised? Stalled(Instant now)
    {
        var gap = now - lastAlive;
        lastAlive = now;
        return gap < StallAfter ? null : new DoubtRaised(now, $"Hale itself stood still for {gap.TotalSeconds:0.0} s", now + Settle);
    }

    /// <summary>To be asked with each tick.</summary>
    public IEnumerable<DoubtRaised> Look(World world, SteadyClock clock)
    {
        var now = clock.Now;
        var moved = clock.Skew - skew;
        if (moved.Duration() >= JumpFrom)
        {
            skew += moved;
            yield return new DoubtRaised(now, $"the wall clock jumped by {moved.TotalSeconds:+0.0;-0.0} s", now + Settle);
        }
        if (now - descriptorsAt >= TimeSpan.FromSeconds(2))
        {
            descriptorsAt = now;
            if (descriptorsUsed() is > DescriptorsMax and var used)
                yield return new DoubtRaised(now, $"{used:P0} of the descriptors that Hale may open are in use", now + Settle);
        }
        if (!world.IsInDoubt && MassFailure.Suspect(world) is { } suspicion)
            yield return new DoubtRaised(now, suspicion, now + MassFailure.Lasts);
    }
}
