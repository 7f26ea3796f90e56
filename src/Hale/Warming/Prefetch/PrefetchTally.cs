using Hale.Native;

namespace Hale.Warming.Prefetch;

/// <summary>What the readers of one prefetch have come to so far. Any of them may still write when the report is taken: one that hangs in the disk is not waited for.</summary>
internal sealed class PrefetchTally(PrefetchSpec spec, Action<PrefetchProgress>? progress)
{
    private const int Shown = 20;

    // The listener is called one at a time, but without the lock that the report needs: one that hangs, as the disk does, delays no report.
    private readonly Lock telling = new(), gate = new();
    private readonly HashSet<FileId> seen = [];
    private readonly List<string> missing = [];
    private readonly List<PrefetchSkip> skipped = [];
    private int files, skippedCount;
    private long bytes, asked;
    private long? cached = 0;
    private string? firstOfPlan;
    private bool isLimited;

    /// <summary>Whether a file has not been read under another name.</summary>
    public bool IsNew(FileId? id)
    {
        lock (gate)
            return id is not { } known || seen.Add(known);
    }

    /// <summary>Asks for leave to read so many bytes more; less, in the end none, is granted at the limit.</summary>
    public int Take(int wanted)
    {
        lock (gate)
        {
            var granted = (int)Math.Min(wanted, spec.Limit - asked);
            asked += granted;
            isLimited |= granted < wanted;
            return granted;
        }
    }

    /// <summary>A file is in memory.</summary>
    /// <param name="size">Bytes of it that are.</param>
    /// <param name="before">Bytes of it that were before; null when that is not known.</param>
    public void Add(long size, long? before)
    {
        lock (telling)
        {
            PrefetchProgress now;
            lock (gate)
            {
                files++;
                bytes += size;
                cached += before;
                now = new(files, bytes);
            }
            progress?.Invoke(now);
        }
    }

    /// <summary>A name does not exist: one of the plan's own, or one that a recording found elsewhere.</summary>
    public void Miss(string path, bool isLearned)
    {
        lock (gate)
        {
            missing.Add(path);
            if (!isLearned)
                firstOfPlan ??= path;
        }
    }

    /// <summary>Something was left out.</summary>
    public void Skip(string path, string reason)
    {
        lock (gate)
        {
            skippedCount++;
            if (skipped.Count < Shown)
                skipped.Add(new(path, reason));
        }
    }

    /// <summary>No more files are looked at.</summary>
    public void ReachLimit()
    {
        lock (gate)
            isLimited = true;
    }

    /// <summary>As things stand.</summary>
    public PrefetchReport Report(bool isLate, TimeSpan took)
    {
        lock (gate)
        {
            return new()
            {
                Files = files,
                Bytes = bytes,
                AlreadyCached = cached,
                Missing = [.. missing],
                Skipped = [.. skipped],
                SkippedCount = skippedCount,
                End = isLate ? PrefetchEnd.Deadline : isLimited ? PrefetchEnd.Limit : PrefetchEnd.Complete,
                Took = took,
                Failure = spec.MissingFails && firstOfPlan is not null ? $"{firstOfPlan} is to be read ahead and does not exist" : null,
            };
        }
    }
}
