namespace Hale.Probes.Log;

/// <summary>How many lines matched within a sliding span, to a five-hundredth of it, in a bounded space.</summary>
internal sealed class LogMatches(TimeSpan span)
{
    private readonly Queue<(long Slot, long Count)> slots = new();
    private readonly long width = Math.Max(1, span.Ticks / 500);

    /// <summary>All that were ever counted.</summary>
    public long Total { get; private set; }

    /// <summary>The last of them, as evidence shows it.</summary>
    public string Last { get; private set; } = "";

    /// <summary>Adds lines that were seen at a moment, which is never earlier than one before.</summary>
    public void Add(long count, string last, TimeSpan at)
    {
        if (count == 0)
            return;
        Total += count;
        Last = last;
        slots.Enqueue((at.Ticks / width, count));
        if (slots.Count > 1001)
            Merge();
    }

    /// <summary>How many of them lie within the span before a moment.</summary>
    public long Within(TimeSpan at)
    {
        var oldest = (at - span).Ticks / width;
        while (slots.TryPeek(out var first) && first.Slot < oldest)
            slots.Dequeue();
        return slots.Sum(slot => slot.Count);
    }

    private void Merge()
    {
        var merged = slots.GroupBy(slot => slot.Slot).Select(slot => (slot.Key, slot.Sum(each => each.Count))).ToArray();
        slots.Clear();
        foreach (var slot in merged)
            slots.Enqueue(slot);
    }
}
