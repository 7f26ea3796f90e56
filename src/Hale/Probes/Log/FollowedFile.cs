using Hale.Native;
using Microsoft.Win32.SafeHandles;

namespace Hale.Probes.Log;

/// <summary>
/// One file of a log, held open, so that it is read to its end whatever its name becomes, and so that its inode is not given to another file
/// meanwhile.
/// </summary>
internal sealed class FollowedFile : IDisposable
{
    private const int MarkLength = 256, Chunk = 64 << 10;

    private readonly SafeFileHandle handle;
    private LineSplitter lines = new();
    private byte[] mark = [];

    private FollowedFile(SafeFileHandle handle, FileId id) => (this.handle, Id) = (handle, id);

    /// <summary>Which file it is, whatever its name.</summary>
    public FileId Id { get; }

    /// <summary>How far it has been read, in bytes.</summary>
    public long Position { get; private set; }

    /// <summary>Looks in a row in which no name led to it and nothing new stood in it.</summary>
    public int QuietLooks { get; set; }

    /// <summary>Lines that have been read.</summary>
    public long Lines => lines.Lines;

    /// <summary>Opens a file, to be read from its beginning or from its present end on. Null with the reason when that is not possible.</summary>
    public static FollowedFile? Open(byte[] path, bool atEnd, out string? trouble)
    {
        var handle = FileNative.OpenFile(path, out var error);
        FileStatus status = default;
        if (handle is null || (error = FileNative.Stat(handle, out status)) != 0)
        {
            handle?.Dispose();
            trouble = error == FileNative.ENOENT ? null : $"{FileName.Printable(path)}: {FileNative.Describe(error)}";
            return null;
        }
        if (!status.IsFile)
        {
            handle.Dispose();
            trouble = $"{FileName.Printable(path)} is not a regular file";
            return null;
        }
        trouble = null;
        var file = new FollowedFile(handle, status.Id);
        if (atEnd)
            file.SkipTo(status.Size);
        return file;
    }

    /// <summary>Its length now, in bytes.</summary>
    public long Size() => FileNative.Stat(handle, out var status) == 0 ? status.Size : 0;

    /// <summary>
    /// Whether what was read is not what stands there any more: it is shorter, or the bytes before the position are others. (A file that was
    /// emptied and filled again with the very same bytes cannot be told from one that was not.)
    /// </summary>
    public bool WasCut() => Position > 0 && !HasMarkOf(this);

    /// <summary>Whether this file continues what <paramref name="other"/> was: the same bytes stand before the other's position.</summary>
    public bool HasMarkOf(FollowedFile other)
    {
        Span<byte> here = stackalloc byte[MarkLength];
        here = here[..other.mark.Length];
        return ReadFully(here, other.Position - here.Length) == here.Length && here.SequenceEqual(other.mark);
    }

    /// <summary>Goes on where <paramref name="other"/> was, in the middle of a line where it was in the middle of one.</summary>
    public void ContinueFrom(FollowedFile other)
    {
        Position = other.Position;
        mark = other.mark;
        (lines, other.lines) = (other.lines, new LineSplitter());
    }

    /// <summary>Goes back to the beginning; what was read of an unfinished line is shown as it stands.</summary>
    public void Restart(LineSink each)
    {
        lines.End(each);
        Position = 0;
        mark = [];
    }

    /// <summary>Reads what is new, at most <paramref name="budget"/> bytes, which becomes less by as much. Returns how many bytes were new.</summary>
    public long Read(LineSink each, ref long budget, byte[] buffer, CancellationToken cancel)
    {
        var from = Position;
        while (budget > 0)
        {
            cancel.ThrowIfCancellationRequested();
            var count = RandomAccess.Read(handle, buffer.AsSpan(0, (int)Math.Min(buffer.Length, budget)), Position);
            if (count == 0)
            {
                if (Position == from)
                    lines.Settle(each);
                break;
            }
            budget -= count;
            Advance(buffer.AsSpan(0, count));
            lines.Feed(buffer.AsSpan(0, count), each);
        }
        return Position - from;
    }

    /// <summary>Nothing more is expected: an unfinished line is shown as it stands.</summary>
    public void End(LineSink each) => lines.End(each);

    /// <summary>A buffer for <see cref="Read"/>.</summary>
    public static byte[] NewBuffer() => new byte[Chunk];

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    // To the end, but with the beginning of an unfinished line in hand: a line counts when it ends.
    private void SkipTo(long end)
    {
        var tail = new byte[Math.Min(end, LineSplitter.Limit)];
        tail = tail[..ReadFully(tail, end - tail.Length)];
        Position = end;
        mark = tail[^Math.Min(tail.Length, MarkLength)..];
        lines.Preload(tail.AsSpan(tail.AsSpan().LastIndexOf((byte)'\n') + 1));
    }

    private void Advance(ReadOnlySpan<byte> read)
    {
        Position += read.Length;
        mark = read.Length >= MarkLength
            ? read[^MarkLength..].ToArray()
            : [.. mark.AsSpan(Math.Max(0, mark.Length + read.Length - MarkLength)), .. read];
    }

    private int ReadFully(Span<byte> space, long offset)
    {
        var length = 0;
        while (length < space.Length && RandomAccess.Read(handle, space[length..], offset + length) is > 0 and var count)
            length += count;
        return length;
    }
}
