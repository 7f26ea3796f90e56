namespace Hale.Metrics;

/// <summary>The samples of one series in one stretch of time, summed. Buckets can be joined in any order.</summary>
internal struct Bucket
{
    /// <summary>How many samples.</summary>
    public int Count;

    /// <summary>Their sum.</summary>
    public double Sum;

    /// <summary>The smallest.</summary>
    public double Minimum;

    /// <summary>The largest.</summary>
    public double Maximum;

    public void Add(double value)
    {
        Minimum = Count == 0 ? value : Math.Min(Minimum, value);
        Maximum = Count == 0 ? value : Math.Max(Maximum, value);
        Sum += value;
        Count++;
    }

    public void Add(in Bucket other)
    {
        if (other.Count == 0)
            return;
        Minimum = Count == 0 ? other.Minimum : Math.Min(Minimum, other.Minimum);
        Maximum = Count == 0 ? other.Maximum : Math.Max(Maximum, other.Maximum);
        Sum += other.Sum;
        Count += other.Count;
    }
}

/// <summary>A bucket with its place.</summary>
/// <param name="Slot">Which one, in slots of the resolution since the beginning of the day.</param>
/// <param name="Bucket">What it holds.</param>
internal readonly record struct Slotted(int Slot, Bucket Bucket);
