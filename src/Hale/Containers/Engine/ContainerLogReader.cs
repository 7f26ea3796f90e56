using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Hale.Containers;

/// <summary>
/// Reads a log: with a terminal, plain bytes; otherwise frames of a stream number, three zeroes, a length of four bytes (big-endian), and the bytes. Lines
/// and frames need not end together: a long line comes in several frames, each with a time stamp of its own before it.
/// </summary>
internal static class ContainerLogReader
{
    private const int HeaderLength = 8;

    /// <summary>Output and error never hold more than one line each that is not complete.</summary>
    private const int Streams = 2;

    public static async Task<ContainerLog> ReadAsync(EngineAnswer answer, ContainerLogQuery query, bool isTerminal, CancellationToken cancel)
    {
        var lines = new List<ContainerLogLine>();
        var source = new Source(answer, query.LargestBytes);
        await foreach (var line in LinesAsync(source, query, isTerminal, cancel))
            lines.Add(line);
        return new(lines, source.IsCut);
    }

    public static IAsyncEnumerable<ContainerLogLine> LinesAsync(EngineAnswer answer, ContainerLogQuery query, bool isTerminal, CancellationToken cancel) =>
        LinesAsync(new Source(answer, long.MaxValue), query, isTerminal, cancel);

    private static async IAsyncEnumerable<ContainerLogLine> LinesAsync(Source source, ContainerLogQuery query, bool isTerminal, [EnumeratorCancellation] CancellationToken cancel)
    {
        var open = new Line[Streams];
        for (var i = 0; i < Streams; i++)
            open[i] = new(isError: i == 1, query.LineBytes);
        var found = new Queue<ContainerLogLine>();
        var header = new byte[HeaderLength];
        var buffer = new byte[16 << 10];
        while (true)
        {
            var line = open[0];
            var left = int.MaxValue;
            if (!isTerminal)
            {
                if (!await source.FillAsync(header, cancel))
                    break;
                if (header[0] > 2 || (header[1] | header[2] | header[3]) != 0)
                    throw source.Garbled("the log is not in frames, as that of a container without a terminal should be");
                line = open[header[0] == 2 ? 1 : 0];
                left = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4)), int.MaxValue);
                line.BeginFrame();
            }
            while (left > 0)
            {
                var read = await source.ReadAsync(buffer.AsMemory(0, Math.Min(left, buffer.Length)), cancel);
                if (read == 0)
                    break;
                if (!isTerminal)
                    left -= read;
                line.Add(buffer.AsSpan(0, read), found);
                while (found.TryDequeue(out var complete))
                    yield return complete;
            }
            if (left > 0)
                break;
        }
        foreach (var line in open)
            line.End(found);
        while (found.TryDequeue(out var last))
            yield return last;
    }

    /// <summary>A line that grows, with the time stamp that stands before it.</summary>
    private sealed class Line(bool isError, int longest)
    {
        /// <summary>More than the longest time stamp: 35 characters and a space.</summary>
        private const int StampLength = 40;

        private readonly List<byte> bytes = [];
        private readonly List<byte> stamp = [];
        private DateTimeOffset? at;
        private bool isInStamp = true, hasBegun;

        /// <summary>The rest of a long line has a time stamp before it too.</summary>
        public void BeginFrame()
        {
            stamp.Clear();
            isInStamp = true;
        }

        public void Add(ReadOnlySpan<byte> read, Queue<ContainerLogLine> found)
        {
            foreach (var b in read)
            {
                if (b == (byte)'\n')
                {
                    EndStamp();
                    Emit(found);
                    isInStamp = true;
                }
                else if (!isInStamp)
                {
                    Keep(b);
                }
                else if (b == (byte)' ' || stamp.Count == StampLength)
                {
                    if (!EndStamp())
                        Keep(b);
                }
                else
                {
                    stamp.Add(b);
                }
            }
        }

        public void End(Queue<ContainerLogLine> found)
        {
            EndStamp();
            if (hasBegun && (bytes.Count > 0 || at is not null))
                Emit(found);
        }

        /// <summary>Takes what stands before the first space for a time stamp, if it is one; otherwise it belongs to the line.</summary>
        private bool EndStamp()
        {
            if (!isInStamp)
                return false;
            isInStamp = false;
            var text = Encoding.ASCII.GetString([.. stamp]);
            var isStamp = DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var moment) && text.Contains('T', StringComparison.Ordinal);
            if (isStamp)
                at ??= moment;
            else
                stamp.ForEach(Keep);
            hasBegun |= stamp.Count > 0;
            stamp.Clear();
            return isStamp;
        }

        private void Keep(byte b)
        {
            hasBegun = true;
            if (bytes.Count < longest)
                bytes.Add(b);
        }

        private void Emit(Queue<ContainerLogLine> found)
        {
            var text = Encoding.UTF8.GetString([.. bytes]);
            found.Enqueue(new(at, isError, text.EndsWith('\r') ? text[..^1] : text));
            bytes.Clear();
            at = null;
            hasBegun = false;
        }
    }

    /// <summary>The answer, up to a number of bytes.</summary>
    private sealed class Source(EngineAnswer answer, long largest)
    {
        private long left = largest;

        public bool IsCut { get; private set; }

        public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel)
        {
            if (left <= 0)
            {
                IsCut |= await answer.ReadAsync(buffer[..1], cancel) > 0;
                return 0;
            }
            var read = await answer.ReadAsync(buffer[..(int)Math.Min(buffer.Length, left)], cancel);
            left -= read;
            return read;
        }

        /// <summary>Fills the buffer; false at the end, also at one in the middle of a header.</summary>
        public async ValueTask<bool> FillAsync(Memory<byte> buffer, CancellationToken cancel)
        {
            for (var filled = 0; filled < buffer.Length;)
            {
                var read = await ReadAsync(buffer[filled..], cancel);
                if (read == 0)
                    return false;
                filled += read;
            }
            return true;
        }

        public ContainerEngineException Garbled(string what) => answer.Garbled(what);
    }
}
