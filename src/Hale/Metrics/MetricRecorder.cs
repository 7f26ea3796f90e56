using Hale.Core;
using Hale.Core.Alarming;
using Hale.Core.Model;

namespace Hale.Metrics;

/// <summary>
/// Sums samples into minutes until they are written with the next checkpoint. Facts folded again after a restart bring back exactly what was not
/// written. Fed by the engine's loop; readers look at the open minutes from other threads. A sample of a known series allocates nothing.
/// </summary>
internal sealed class MetricRecorder
{
    /// <summary>Series that are kept at most; numbers of further ones are counted in <see cref="Refused"/> and given up.</summary>
    public const int MaxSeries = 200_000;

    /// <summary>Measurements of one check that are kept; a plugin may print any number.</summary>
    public const int MaxMeasurements = 32;

    /// <summary>Longest name of a measurement, as in CloudWatch.</summary>
    public const int LongestName = 255;

    /// <summary>Minutes held in memory while the disk refuses; beyond them the oldest are given up.</summary>
    public const int MaxOpen = 60;

    /// <summary>Largest magnitude that is taken, as in CloudWatch.</summary>
    private static readonly double Largest = Math.Pow(2, 360);

    private readonly Lock gate = new();
    private readonly Dictionary<Series, int> ids = [];
    private readonly List<Series> all = [];
    private readonly List<Minute> open = [];
    private readonly Stack<Bucket[]> spare = [];
    private WorldSpec? spec;
    private Known[] checks = [];
    private int[] healthy = [];

    /// <summary>Samples given up because there are too many series, or because the disk refused for too long.</summary>
    public long Refused { get; private set; }

    /// <summary>Grows when open minutes are written; odd while that is under way.</summary>
    public long Generation { get; private set; }

    /// <summary>Series known, by number.</summary>
    public IReadOnlyList<Series> All
    {
        get
        {
            lock (gate)
                return [.. all];
        }
    }

    /// <summary>How many series there are.</summary>
    public int Count => all.Count;

    /// <summary>A series by number; the engine's loop only.</summary>
    public Series this[int id] => all[id];

    /// <summary>The number of a series; -1 for an unknown one.</summary>
    public int Find(in Series series)
    {
        lock (gate)
            return ids.GetValueOrDefault(series, -1);
    }

    /// <summary>Makes a series known that stands in the store already. To be called in the order of their numbers.</summary>
    public void Know(in Series series)
    {
        ids[series] = all.Count;
        all.Add(series);
    }

    /// <summary>Takes in what the last fold brought.</summary>
    public void Record(World world)
    {
        if (world.Sampled is not { } sample)
            return;
        lock (gate)
        {
            if (!ReferenceEquals(world.Spec, spec))
                Use(world.Spec);
            var minute = MinuteOf(sample.At);
            ref var known = ref checks[sample.Check];
            if (sample.Passed is { } passed)
                Add(minute, known.Passed, passed ? 1 : 0);
            Add(minute, known.Took, sample.Took.TotalSeconds);
            if (sample.Healthy is { } isHealthy)
                Add(minute, healthy[spec!.Checks[sample.Check].Target], isHealthy ? 1 : 0);
            var count = Math.Min(sample.Measurements.Length, MaxMeasurements);
            for (var i = 0; i < count; i++)
                Add(minute, IdOf(ref known, sample.Check, sample.Measurements[i]), sample.Measurements[i].Value);
        }
    }

    /// <summary>The open minutes, oldest first, with what they hold of one series.</summary>
    public List<(long Minute, Bucket Bucket)> Open(int id, out long generation)
    {
        lock (gate)
        {
            generation = Generation;
            return [.. open.Where(minute => id < minute.Buckets.Length && minute.Buckets[id].Count > 0).Select(minute => (minute.Index, minute.Buckets[id]))];
        }
    }

    /// <summary>The open minutes for writing; the engine's loop only. <see cref="End"/> has to follow.</summary>
    public IReadOnlyList<Minute> Begin()
    {
        lock (gate)
            Generation++;
        return open;
    }

    /// <summary>Forgets what was written, or keeps it where that failed.</summary>
    public void End(bool written)
    {
        lock (gate)
        {
            if (written)
            {
                foreach (var minute in open)
                    Keep(minute.Buckets);
                open.Clear();
            }
            Generation++;
        }
    }

    private void Use(WorldSpec world)
    {
        spec = world;
        healthy = Array.ConvertAll(world.Targets, target => IdOf(new(target.Name, null, Series.Healthy, Unit.None)));
        checks = Array.ConvertAll(world.Checks, check =>
        {
            var target = world.Targets[check.Target].Name;
            return new Known { Passed = IdOf(new(target, check.Name, Series.Passed, Unit.None)), Took = IdOf(new(target, check.Name, Series.Took, Unit.Seconds)), Measured = [] };
        });
    }

    private int IdOf(in Series series)
    {
        if (ids.TryGetValue(series, out var id))
            return id;
        if (all.Count >= MaxSeries)
            return -1;
        Know(series);
        return all.Count - 1;
    }

    private int IdOf(ref Known known, int check, in Measurement measurement)
    {
        foreach (var (name, unit, id) in known.Measured)
            if (unit == measurement.Unit && name == measurement.Name)
                return id;
        // Names that derived series have are taken; what has no sound name could not be asked for.
        if (known.Measured.Length >= MaxMeasurements || measurement.Name is Series.Passed or Series.Took || measurement.Name.Length is 0 or > LongestName)
            return -1;
        var target = spec!.Targets[spec.Checks[check].Target].Name;
        var fresh = IdOf(new(target, spec.Checks[check].Name, measurement.Name, measurement.Unit));
        known.Measured = [.. known.Measured, (measurement.Name, measurement.Unit, fresh)];
        return fresh;
    }

    private void Add(long minute, int id, double value)
    {
        if (id < 0 || !double.IsFinite(value) || Math.Abs(value) > Largest)
        {
            Refused += id < 0 ? 1 : 0;
            return;
        }
        BucketsOf(minute)[id].Add(value);
    }

    private Bucket[] BucketsOf(long index)
    {
        for (var i = open.Count - 1; i >= 0; i--)
        {
            if (open[i].Index != index)
                continue;
            if (open[i].Buckets.Length < all.Count)
            {
                var larger = Fresh();
                open[i].Buckets.CopyTo(larger, 0);
                open[i] = new(index, larger);
            }
            return open[i].Buckets;
        }
        if (open.Count >= MaxOpen)
        {
            Refused += open[0].Buckets.Sum(bucket => (long)bucket.Count);
            Keep(open[0].Buckets);
            open.RemoveAt(0);
        }
        var buckets = Fresh();
        var place = open.FindIndex(minute => minute.Index > index);
        open.Insert(place < 0 ? open.Count : place, new(index, buckets));
        return buckets;
    }

    private Bucket[] Fresh()
    {
        if (spare.TryPeek(out var buckets) && buckets.Length >= all.Count)
            return spare.Pop();
        spare.Clear();
        // Room for the measurements that the first attempts bring.
        return new Bucket[Math.Max(64, all.Count + (all.Count / 8))];
    }

    private void Keep(Bucket[] buckets)
    {
        if (spare.Count >= 12 || buckets.Length < all.Count)
            return;
        Array.Clear(buckets);
        spare.Push(buckets);
    }

    private static long MinuteOf(Instant at) => at.Ticks / TimeSpan.TicksPerMinute;

    /// <summary>One minute of all series, by their numbers.</summary>
    public readonly record struct Minute(long Index, Bucket[] Buckets);

    private struct Known
    {
        public int Passed;
        public int Took;
        public (string Name, Unit Unit, int Id)[] Measured;
    }
}
