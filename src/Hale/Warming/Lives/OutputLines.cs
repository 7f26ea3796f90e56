using System.Text;
using System.Text.RegularExpressions;
using Hale.Processes;

namespace Hale.Warming.Lives;

/// <summary>
/// The output of a rehearsed command as it comes: the last lines are kept, and patterns are looked for in each. Bounded, whatever is written: a line
/// that does not end is cut into pieces. Written by one thread, read by any.
/// </summary>
internal sealed class OutputLines : Stream
{
    /// <summary>Lines kept.</summary>
    public const int Kept = 40;

    private const int LongestLine = 4096, LongestShown = 500;

    private readonly Lock gate = new();
    private readonly Queue<string> last = new();
    private readonly List<(Regex Pattern, Action Found)> wanted = [];
    private readonly Dictionary<Regex, string> found = [];
    private readonly byte[] line = new byte[LongestLine];
    private int length;

    /// <summary>Looks for a pattern from now on.</summary>
    public void Want(Regex pattern, Action onFound)
    {
        lock (gate)
            wanted.Add((pattern, onFound));
    }

    /// <summary>The first line that matched; null when none has.</summary>
    public string? MatchOf(Regex pattern)
    {
        lock (gate)
            return found.GetValueOrDefault(pattern);
    }

    /// <summary>The last lines that are not blank, oldest first; what was begun and not ended is one of them.</summary>
    public IReadOnlyList<string> Tail
    {
        get
        {
            lock (gate)
                return length > 0 && Shown(line.AsSpan(0, length)) is { Length: > 0 } begun ? [.. last, begun] : [.. last];
        }
    }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (gate)
        {
            foreach (var value in buffer)
            {
                if (value != (byte)'\n')
                    line[length++] = value;
                if (value == (byte)'\n' || length == LongestLine)
                    EndLine();
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>What was begun is a line as well: nothing more comes.</summary>
    public void End()
    {
        lock (gate)
        {
            if (length > 0)
                EndLine();
        }
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    private void EndLine()
    {
        var bytes = line.AsSpan(0, length);
        length = 0;
        var text = Encoding.UTF8.GetString(bytes).TrimEnd('\r');
        foreach (var (pattern, onFound) in wanted)
        {
            if (!found.ContainsKey(pattern) && pattern.IsMatch(text))
            {
                found[pattern] = OneLine.Of(text, LongestShown);
                onFound();
            }
        }
        if (Shown(bytes) is not { Length: > 0 } shown)
            return;
        last.Enqueue(shown);
        if (last.Count > Kept)
            last.Dequeue();
    }

    private static string Shown(ReadOnlySpan<byte> bytes) => OneLine.Of(Encoding.UTF8.GetString(bytes), LongestShown);
}
