using System.Text;
using Hale.Native;
using Hale.Processes;

namespace Hale.Readiness;

/// <summary>Passes on what a command writes, as it comes, and remembers the end of it.</summary>
internal sealed class OutputRelay : IReadiness, IDisposable
{
    private const int ChunkSize = 32 << 10;
    private const int TailSize = 4 << 10;

    // Apart from the watchers of deaths: whoever reads our output may be slow, and then this thread waits for it.
    private static readonly Lazy<Poller> Poller = new(() => new Poller("hale-relay"));

    private readonly Lock gate = new();
    private readonly Descriptor pipe;
    private readonly Stream destination;
    private readonly byte[] chunk = new byte[ChunkSize];
    private readonly TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long key;
    private byte[] tail = [];
    private bool isClosed;

    /// <summary>Begins; owns the pipe from now on, and does not own the destination.</summary>
    public OutputRelay(Descriptor pipe, Stream destination)
    {
        (this.pipe, this.destination) = (pipe, destination);
        lock (gate)
        {
            if (!Poller.Value.TryAdd(pipe, this, out key))
                Close();
        }
    }

    /// <summary>Completes when everybody who could write has closed the pipe.</summary>
    public Task End => end.Task;

    /// <summary>The last line that is not blank; null when there is none.</summary>
    public string? LastLine
    {
        get
        {
            lock (gate)
                return Encoding.UTF8.GetString(tail).Split('\n').LastOrDefault(line => !string.IsNullOrWhiteSpace(line)) is { } line ? OneLine.Of(line, 300) : null;
        }
    }

    public unsafe void OnReady()
    {
        lock (gate)
        {
            if (isClosed)
                return;
            nint count;
            fixed (byte* pointer = chunk)
                count = Files.Read(pipe, pointer, ChunkSize);
            if (count > 0)
                Pass(chunk.AsSpan(0, (int)count));
            else if (count == 0 || Errno.Last is not (Errno.Again or Errno.Interrupted))
                Close();
        }
    }

    public void Dispose()
    {
        lock (gate)
            Close();
    }

    private void Pass(ReadOnlySpan<byte> bytes)
    {
        tail = bytes.Length >= TailSize ? bytes[^TailSize..].ToArray() : [.. tail.AsSpan(Math.Max(0, tail.Length + bytes.Length - TailSize)), .. bytes];
        try
        {
            destination.Write(bytes);
            destination.Flush();
        }
        catch (IOException)
        {
            // Nobody reads our output any more: the command learns it as it would have without us, by SIGPIPE.
            Close();
        }
    }

    private void Close()
    {
        if (isClosed)
            return;
        isClosed = true;
        Poller.Value.Remove(key, pipe);
        pipe.Dispose();
        end.TrySetResult();
    }
}
