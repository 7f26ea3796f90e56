using Hale.Core.Model;

namespace Hale.Core.Alarming;

/// <summary>
/// The samples that an alarm still needs, summed in buckets of its grain. A ring: what is older than the evaluation range is written over. Adding
/// a sample allocates nothing, except that percentiles need the samples themselves, whose store grows to what one range holds.
/// </summary>
internal sealed class AlarmWindow
{
    private readonly long grain;
    private readonly int perSlot;
    private readonly Bucket[] ring;
    private readonly bool keepsSamples;
    private (long Bucket, double Value)[] samples = [];
    private int first;
    private int count;
    private double[] scratch = [];

    public AlarmWindow(AlarmCondition condition)
    {
        grain = condition.Grain.Ticks;
        perSlot = condition.BucketsPerSlot;
        ring = new Bucket[condition.Buckets];
        keepsSamples = condition.Statistic == Statistic.Percentile;
        Array.Fill(ring, new Bucket { Index = long.MinValue });
    }

    /// <summary>Takes a sample in. One that is older than the ring reaches is dropped.</summary>
    public void Add(Instant at, double value)
    {
        var index = IndexOf(at);
        ref var bucket = ref ring[Place(index)];
        if (bucket.Index > index)
            return;
        if (bucket.Index < index)
            bucket = new Bucket { Index = index, Minimum = value, Maximum = value };
        bucket.Count++;
        bucket.Sum += value;
        bucket.Minimum = Math.Min(bucket.Minimum, value);
        bucket.Maximum = Math.Max(bucket.Maximum, value);
        if (keepsSamples)
            Keep(index, value);
    }

    /// <summary>The datapoint of a slot; null when it has no samples.</summary>
    /// <param name="end">End of the slots that are looked at: a boundary of the grain.</param>
    /// <param name="age">Which one, 1 for the newest.</param>
    /// <param name="condition">Which statistic.</param>
    /// <param name="samplesInSlot">How many samples it has.</param>
    public double? Datapoint(Instant end, int age, AlarmCondition condition, out int samplesInSlot)
    {
        var from = IndexOf(end) - ((long)age * perSlot);
        var slot = new Bucket { Minimum = double.PositiveInfinity, Maximum = double.NegativeInfinity };
        for (var index = from; index < from + perSlot; index++)
        {
            ref readonly var bucket = ref ring[Place(index)];
            if (bucket.Index != index)
                continue;
            slot.Count += bucket.Count;
            slot.Sum += bucket.Sum;
            slot.Minimum = Math.Min(slot.Minimum, bucket.Minimum);
            slot.Maximum = Math.Max(slot.Maximum, bucket.Maximum);
        }
        samplesInSlot = slot.Count;
        if (slot.Count == 0)
            return null;
        return condition.Statistic switch
        {
            Statistic.Average => slot.Sum / slot.Count,
            Statistic.Sum => slot.Sum,
            Statistic.Minimum => slot.Minimum,
            Statistic.Maximum => slot.Maximum,
            Statistic.SampleCount => slot.Count,
            _ => Percentile(from, condition.Percentile),
        };
    }

    /// <summary>
    /// Takes in what the store keeps. Where both know samples of a bucket, one knows all that the other does (the alarm began to hear in the middle of it, or
    /// the store was asked before the last ones came), so the one that knows more is believed, and to be told twice does no harm.
    /// </summary>
    public void Recall(Recalled[] pieces)
    {
        foreach (var bucket in pieces.GroupBy(piece => IndexOf(piece.At)).OrderBy(bucket => bucket.Key))
        {
            ref var known = ref ring[Place(bucket.Key)];
            if (known.Index > bucket.Key || (known.Index == bucket.Key && known.Count >= bucket.Sum(piece => piece.Count)))
                continue;
            known = new Bucket { Index = bucket.Key, Minimum = double.PositiveInfinity, Maximum = double.NegativeInfinity };
            foreach (var piece in bucket)
            {
                known.Count += piece.Count;
                known.Sum += piece.Sum;
                known.Minimum = Math.Min(known.Minimum, piece.Minimum);
                known.Maximum = Math.Max(known.Maximum, piece.Maximum);
            }
            if (keepsSamples)
                KeepInstead(bucket.Key, bucket.Select(piece => piece.Sum));
        }
    }

    public void Save(BinaryWriter to)
    {
        to.Write(grain);
        to.Write(keepsSamples);
        to.Write(ring.Count(b => b.Count > 0));
        foreach (var bucket in ring)
        {
            if (bucket.Count == 0)
                continue;
            to.Write(bucket.Index);
            to.Write(bucket.Count);
            to.Write(bucket.Sum);
            to.Write(bucket.Minimum);
            to.Write(bucket.Maximum);
        }
        to.Write(count);
        for (var i = 0; i < count; i++)
        {
            var (index, value) = samples[(first + i) % samples.Length];
            to.Write(index);
            to.Write(value);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote; keeps nothing of it in <paramref name="window"/> null or of another grain.</summary>
    public static void Load(BinaryReader from, AlarmWindow? window)
    {
        var (grain, keptSamples) = (from.ReadInt64(), from.ReadBoolean());
        if (window is not null && (window.grain != grain || window.keepsSamples != keptSamples))
            window = null;
        for (var n = from.ReadInt32(); n > 0; n--)
        {
            var bucket = new Bucket { Index = from.ReadInt64(), Count = from.ReadInt32(), Sum = from.ReadDouble(), Minimum = from.ReadDouble(), Maximum = from.ReadDouble() };
            if (window is not null && window.ring[window.Place(bucket.Index)].Index < bucket.Index)
                window.ring[window.Place(bucket.Index)] = bucket;
        }
        for (var n = from.ReadInt32(); n > 0; n--)
        {
            var (index, value) = (from.ReadInt64(), from.ReadDouble());
            window?.Keep(index, value);
        }
    }

    private long IndexOf(Instant at) => at.Ticks >= 0 ? at.Ticks / grain : ((at.Ticks + 1) / grain) - 1;

    private int Place(long index) => (int)(((index % ring.Length) + ring.Length) % ring.Length);

    private void Keep(long index, double value)
    {
        while (count > 0 && (count == AlarmCondition.MaxSamples || samples[first].Bucket <= index - ring.Length))
            (first, count) = ((first + 1) % samples.Length, count - 1);
        if (count == samples.Length)
            Grow();
        samples[(first + count++) % samples.Length] = (index, value);
    }

    private void KeepInstead(long index, IEnumerable<double> values)
    {
        var others = Enumerable.Range(0, count).Select(i => samples[(first + i) % samples.Length]).Where(sample => sample.Bucket != index);
        (long, double)[] kept = [.. others.Concat(values.Select(value => (index, value))).OrderBy(sample => sample.Item1).TakeLast(AlarmCondition.MaxSamples)];
        (samples, first, count) = (kept, 0, kept.Length);
    }

    private void Grow()
    {
        var larger = new (long, double)[Math.Max(16, samples.Length * 2)];
        for (var i = 0; i < count; i++)
            larger[i] = samples[(first + i) % samples.Length];
        (samples, first) = (larger, 0);
    }

    /// <summary>The smallest sample that so many per cent of the samples of a slot do not exceed.</summary>
    private double? Percentile(long from, double percentile)
    {
        if (scratch.Length < count)
            scratch = new double[samples.Length];
        var n = 0;
        for (var i = 0; i < count; i++)
        {
            var (index, value) = samples[(first + i) % samples.Length];
            if (index >= from && index < from + perSlot)
                scratch[n++] = value;
        }
        if (n == 0)
            return null;
        Array.Sort(scratch, 0, n);
        return scratch[Math.Clamp((int)Math.Ceiling(percentile / 100 * n), 1, n) - 1];
    }

    private struct Bucket
    {
        public long Index;
        public int Count;
        public double Sum;
        public double Minimum;
        public double Maximum;
    }
}
