using System.Buffers;
using Hale.Native;

namespace Hale.Warming.Prefetch;

/// <summary>
/// Reads files into the page cache, so that a first start finds them there. Plain reads: posix_fadvise(WILLNEED) and readahead(2) return at once and
/// leave the disk with a queue that nobody can bound, end or wait for (the start that follows then waits for it instead), and populating a mapping
/// was slower than reading (benchmarks/README.md has the figures).
/// </summary>
public static class Prefetcher
{
    private const int SmallestRead = 64 << 10, LargestRead = 1 << 20;

    // A reader looks at its time between two reads; one that the disk has not let go of by then is left behind.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Reads ahead. What cannot be read is in the report and stops nothing; the deadline ends it whatever the disk does.
    /// </summary>
    /// <param name="spec">What, and within which bounds.</param>
    /// <param name="progress">Told after each file, from the readers, one at a time: must be short and must not throw. Null for nobody.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Ends it early.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> fired.</exception>
    public static async Task<PrefetchReport> RunAsync(PrefetchSpec spec, Action<PrefetchProgress>? progress, TimeProvider time, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        var tally = new PrefetchTally(spec, progress);
        using var late = new CancellationTokenSource(spec.Deadline, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        var isLate = false;
        try
        {
            await ReadAllAsync(spec, tally, end.Token).WaitAsync(spec.Deadline + Patience, time, cancel);
        }
        catch (Exception trouble) when (trouble is TimeoutException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            isLate = true;
        }
        return tally.Report(isLate, time.GetElapsedTime(started));
    }

    private static Task ReadAllAsync(PrefetchSpec spec, PrefetchTally tally, CancellationToken end)
    {
        var size = (int)Math.Clamp(spec.InFlight / spec.AtOnce, SmallestRead, LargestRead);
        // The walk is pulled by the readers, so it is never further ahead of them than one folder. It begins on a thread of its own: a network disk may hang in the first look.
        return Task.Run(
            () => Parallel.ForEachAsync(
                new PrefetchWalk(spec, tally).Files(),
                new ParallelOptions { MaxDegreeOfParallelism = spec.AtOnce, CancellationToken = end },
                (path, cancel) =>
                {
                    Read(path, size, tally, cancel);
                    return ValueTask.CompletedTask;
                }),
            end);
    }

    private static void Read(string path, int size, PrefetchTally tally, CancellationToken cancel)
    {
        using var file = PrefetchFile.Open(path, out var reason);
        if (file is null)
        {
            tally.Skip(path, reason!);
            return;
        }
        if (!tally.IsNew(file.Id))
            return;
        var before = PageCache.CachedBytes(file.Handle, file.Size);
        try
        {
            // What is there already is not copied once more to find that out.
            var read = before == file.Size ? file.Size : Read(file, size, tally, cancel);
            if (read > 0 || file.Size == 0)
                tally.Add(read, before is { } known ? Math.Min(known, read) : null);
        }
        catch (IOException trouble)
        {
            tally.Skip(path, trouble.Message);
        }
    }

    private static long Read(PrefetchFile file, int size, PrefetchTally tally, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            var at = 0L;
            while (at < file.Size)
            {
                cancel.ThrowIfCancellationRequested();
                var wanted = tally.Take((int)Math.Min(size, file.Size - at));
                var got = wanted == 0 ? 0 : RandomAccess.Read(file.Handle, buffer.AsSpan(0, wanted), at);
                if (got == 0)
                    break;
                at += got;
            }
            return at;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
