using System.Numerics;

namespace Hale.Running;

/// <summary>
/// How late attempts began, over the last 30 to 60 seconds: two windows of half a minute in turn, logarithmic buckets with eight
/// steps per doubling (an error of at most 13 %, upwards). Recording is one atomic increment.
/// </summary>
internal sealed class LagHistogram
{
    private const int Steps = 8;
    private static readonly long Window = TimeSpan.FromSeconds(30).Ticks;

    // From one tick of 100 ns to the largest 64-bit number of them.
    private long[] current = new long[64 * Steps];
    private long[] previous = new long[64 * Steps];
    private long windowEnds;

    /// <summary>Counts one attempt.</summary>
    public void Record(TimeSpan lag, long nowTicks)
    {
        Turn(nowTicks);
        Interlocked.Increment(ref current[BucketOf(lag.Ticks)]);
    }

    /// <summary>The value in seconds that the given share of attempts did not exceed; 0 without attempts.</summary>
    public double Percentile(double share, long nowTicks)
    {
        Turn(nowTicks);
        long total = 0, below = 0;
        for (var i = 0; i < current.Length; i++)
            total += current[i] + previous[i];
        for (var i = 0; i < current.Length; i++)
        {
            below += current[i] + previous[i];
            if (total > 0 && below >= share * total)
                return new TimeSpan(UpperEnd(i)).TotalSeconds;
        }
        return 0;
    }

    private void Turn(long nowTicks)
    {
        var ends = Volatile.Read(ref windowEnds);
        if (nowTicks < ends || Interlocked.CompareExchange(ref windowEnds, nowTicks + Window, ends) != ends)
            return;
        // After a quiet minute both windows are old.
        var stale = nowTicks - ends > Window;
        Array.Clear(previous);
        if (stale)
            Array.Clear(current);
        (current, previous) = (previous, current);
    }

    private static int BucketOf(long ticks)
    {
        if (ticks < Steps)
            return (int)Math.Max(0, ticks);
        var power = BitOperations.Log2((ulong)ticks);
        return (power - 2) * Steps + (int)((ticks >> (power - 3)) & (Steps - 1));
    }

    private static long UpperEnd(int bucket)
    {
        if (bucket < Steps)
            return bucket;
        var power = bucket / Steps + 2;
        return ((Steps + bucket % Steps + 1L) << (power - 3)) - 1;
    }
}
