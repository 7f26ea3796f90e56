using System.Text;

namespace Hale.Probes.Log;

/// <summary>Looks at one line, without its end. Returns whether it is one that counts.</summary>
internal delegate bool LineSink(ReadOnlySpan<char> line);

/// <summary>
/// Cuts bytes that come in pieces into lines. What is no UTF-8 becomes replacement characters, and of a line that is longer than
/// <see cref="Limit"/> only its beginning is looked at, so that a file without line ends cannot fill the memory.
/// </summary>
internal sealed class LineSplitter
{
    /// <summary>How much of a line is looked at, in bytes.</summary>
    public const int Limit = 64 << 10;

    private byte[] pending = [];
    private int length;
    private bool hasMore;
    private bool hasCounted;

    /// <summary>Lines that have ended.</summary>
    public long Lines { get; private set; }

    /// <summary>Takes the next bytes, and shows each line that they end.</summary>
    public void Feed(ReadOnlySpan<byte> bytes, LineSink each)
    {
        while (bytes.IndexOf((byte)'\n') is >= 0 and var end)
        {
            if (length == 0)
                Show(bytes[..Math.Min(end, Limit)], each);
            else
            {
                Keep(bytes[..end]);
                Show(pending.AsSpan(0, length), each);
            }
            Lines++;
            Forget();
            bytes = bytes[(end + 1)..];
        }
        if (bytes.IsEmpty)
            return;
        Keep(bytes);
        hasMore = true;
    }

    /// <summary>Takes the beginning of a line that stood there before: it is looked at only once more of it has come.</summary>
    public void Preload(ReadOnlySpan<byte> bytes) => Keep(bytes);

    /// <summary>
    /// Shows the unfinished line as it stands: its writer has paused, and a prompt has no end. When it goes on it is shown again, unless it has
    /// counted already.
    /// </summary>
    public void Settle(LineSink each)
    {
        if (hasMore && length > 0)
            Show(pending.AsSpan(0, length), each);
        hasMore = false;
    }

    /// <summary>Shows the unfinished line as a whole one: nothing more will come.</summary>
    public void End(LineSink each)
    {
        Settle(each);
        Forget();
    }

    private void Show(ReadOnlySpan<byte> line, LineSink each)
    {
        if (hasCounted)
            return;
        if (line is [.., (byte)'\r'])
            line = line[..^1];
        hasCounted = each(Encoding.UTF8.GetString(line));
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes[..Math.Min(bytes.Length, Limit - length)];
        if (pending.Length < length + bytes.Length)
            Array.Resize(ref pending, Math.Min(Limit, Math.Max(256, 2 * (length + bytes.Length))));
        bytes.CopyTo(pending.AsSpan(length));
        length += bytes.Length;
    }

    private void Forget()
    {
        length = 0;
        hasMore = hasCounted = false;
        // A single long line is no reason to hold its space for ever.
        if (pending.Length > 4096)
            pending = [];
    }
}
