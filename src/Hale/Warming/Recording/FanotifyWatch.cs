using System.Globalization;
using Hale.Native;

namespace Hale.Warming.Recording;

/// <summary>
/// Hears of every opening of a file from the kernel. It is told only, and answers nothing: to be asked for leave (FAN_OPEN_PERM) would name every process
/// with certainty, and would stop the whole machine while we stand still.
/// </summary>
internal sealed unsafe class FanotifyWatch : IOpenWatch
{
    private const long QueueKey = 1, StopKey = 2;
    private const int BufferSize = 16 << 10;

    private readonly OpenedPaths opened = new();
    private readonly RehearsalTree tree;
    private readonly Descriptor queue, epoll, stop;
    private readonly Thread thread;
    private int unknown;
    private int looks;
    private bool isLossy;
    private string? trouble;

    private FanotifyWatch(RehearsalTree tree, Descriptor queue, Descriptor epoll, Descriptor stop)
    {
        (this.tree, this.queue, this.epoll, this.stop) = (tree, queue, epoll, stop);
        thread = new Thread(Run) { IsBackground = true, Name = "hale-recorder" };
        thread.Start();
    }

    /// <inheritdoc/>
    public string Method => "fanotify";

    /// <inheritdoc/>
    public int Looks => Volatile.Read(ref looks);

    /// <summary>Begins; null, with the reason, where the kernel does not let us.</summary>
    public static FanotifyWatch? TryStart(RehearsalTree tree, MountTable mounts, out string? why)
    {
        var queue = Fanotify.Create();
        if (queue.IsInvalid)
        {
            why = $"fanotify: {Errno.Describe(Errno.Last)}";
            queue.Dispose();
            return null;
        }
        why = "fanotify: no file system to watch";
        var watched = 0;
        foreach (var point in mounts.Points)
        {
            // A mount point that lies hidden below another mount, or that we may not reach, is one file system less.
            var error = Fanotify.Watch(queue, point);
            if (error == 0)
                watched++;
            else
                why = $"fanotify on {point}: {Errno.Describe(error)}";
        }
        var (epoll, stop) = (Epoll.Create(), Epoll.CreateEvent());
        if (watched > 0 && !epoll.IsInvalid && !stop.IsInvalid && Epoll.Watch(epoll, queue, QueueKey) == 0 && Epoll.Watch(epoll, stop, StopKey) == 0)
        {
            why = null;
            return new(tree, queue, epoll, stop);
        }
        queue.Dispose();
        epoll.Dispose();
        stop.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public (IReadOnlyCollection<string> Paths, IReadOnlyList<string> Gaps) Stop()
    {
        Dispose();
        var gaps = new List<string>();
        if (isLossy)
            gaps.Add("the kernel's queue overflowed, so some openings were not seen");
        if (unknown > 0)
            gaps.Add(string.Create(CultureInfo.InvariantCulture, $"{unknown} openings were by processes that had ended before it could be told whether they belonged to the rehearsal"));
        if (opened.IsFull)
            gaps.Add($"more than {OpenedPaths.Most} files were opened");
        if (trouble is not null)
            gaps.Add(trouble);
        return (opened.Seen, gaps);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (stop.IsClosed)
            return;
        Epoll.Raise(stop);
        thread.Join();
        queue.Dispose();
        epoll.Dispose();
        stop.Dispose();
    }

    private void Run()
    {
        var events = new byte[2 * Epoll.EventSize];
        var buffer = new byte[BufferSize];
        var isStopping = false;
        while (!isStopping)
        {
            var count = Epoll.Wait(epoll, events);
            for (var i = 0; i < count; i++)
                isStopping |= Epoll.KeyAt(events, i) == StopKey;
            // After the word to stop once more: what happened before it is in the queue.
            if (!Drain(buffer))
                return;
        }
    }

    private bool Drain(byte[] buffer)
    {
        while (true)
        {
            nint length;
            fixed (byte* pointer = buffer)
                length = Files.Read(queue, pointer, BufferSize);
            if (length <= 0)
            {
                if (length == 0 || Errno.Last is Errno.Again)
                {
                    Interlocked.Increment(ref looks);
                    return true;
                }
                if (Errno.Last is Errno.Interrupted)
                    continue;
                // One event had a file that cannot be named to us (too many open, gone stale): the kernel has dropped it and goes on.
                trouble = $"an opening could not be read: {Errno.Describe(Errno.Last)}";
                return Errno.Last is not Errno.ProcessFilesExhausted;
            }
            for (var rest = (ReadOnlySpan<byte>)buffer.AsSpan(0, (int)length); rest.Length >= Fanotify.EventSize; rest = rest[Fanotify.LengthOf(rest)..])
                Note(Fanotify.At(rest));
        }
    }

    private void Note((int Descriptor, int Pid) opening)
    {
        if (opening.Descriptor == Fanotify.NoDescriptor)
        {
            isLossy = true;
            return;
        }
        using var file = new Descriptor(opening.Descriptor);
        switch (tree.Contains(opening.Pid))
        {
            case true:
                opened.AddLink($"/proc/self/fd/{opening.Descriptor}");
                break;
            case null:
                unknown++;
                break;
        }
    }
}
