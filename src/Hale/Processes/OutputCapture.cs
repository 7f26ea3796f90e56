using System.Text;
using Hale.Native;

namespace Hale.Processes;

/// <summary>Reads a pipe to its end on the poller's thread and keeps the beginning.</summary>
internal sealed class OutputCapture : IReadiness, IDisposable
{
    private const int ChunkSize = 64 << 10;

    // What is beyond the limit is read into here and forgotten. One per reading thread; the poller has one.
    [ThreadStatic]
    private static byte[]? chunk;

    private readonly Lock gate = new();
    private readonly Poller poller;
    private readonly Descriptor pipe;
    private readonly int limit;
    private readonly MemoryStream kept = new();
    private readonly TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long key;
    private bool isClosed;

    /// <summary>Begins to read; owns <paramref name="pipe"/> from now on.</summary>
    public OutputCapture(Poller poller, Descriptor pipe, int limit)
    {
        this.poller = poller;
        this.pipe = pipe;
        this.limit = limit;
        lock (gate)
        {
            if (!poller.TryAdd(pipe, this, out key))
                Close();
        }
    }

    /// <summary>Completes when everybody who could write has closed the pipe.</summary>
    public Task End => end.Task;

    /// <summary>There was more than is kept.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>What was kept so far.</summary>
    public string Text
    {
        get
        {
            lock (gate)
                return Encoding.UTF8.GetString(kept.GetBuffer(), 0, (int)kept.Length);
        }
    }

    public unsafe void OnReady()
    {
        var buffer = chunk ??= new byte[ChunkSize];
        lock (gate)
        {
            if (isClosed)
                return;
            nint count;
            fixed (byte* pointer = buffer)
                count = Files.Read(pipe, pointer, ChunkSize);
            if (count > 0)
            {
                var room = (int)Math.Min(count, limit - kept.Length);
                kept.Write(buffer, 0, room);
                IsTruncated |= room < count;
            }
            else if (count == 0 || Errno.Last is not (Errno.Again or Errno.Interrupted))
            {
                Close();
            }
        }
    }

    /// <summary>Reads no more. Whoever still writes gets SIGPIPE.</summary>
    public void Dispose()
    {
        lock (gate)
            Close();
    }

    private void Close()
    {
        if (isClosed)
            return;
        isClosed = true;
        poller.Remove(key, pipe);
        pipe.Dispose();
        end.TrySetResult();
    }
}
