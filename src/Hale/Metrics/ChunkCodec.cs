using System.Buffers;
using System.IO.Compression;

namespace Hale.Metrics;

/// <summary>
/// The buckets of up to <see cref="Shard"/> neighbouring series over part of a day, as bytes. Numbers are rounded to 13 bits behind the leading one (one part
/// in 16,000; whole numbers up to 16,384 are exact), and written as differences to the one before, so that a number which stays costs next to nothing
/// and one that wavers two bytes. Each series has its length before it: a reader of one skips the others.
/// </summary>
internal sealed class ChunkWriter
{
    /// <summary>Series in one chunk.</summary>
    public const int Shard = 64;

    internal const byte Plain = 0;
    internal const byte Brotli = 1;
    internal const int Dropped = 39; // of the 52 bits of a double's fraction

    private readonly ArrayBufferWriter<byte> chunk = new();
    private readonly ArrayBufferWriter<byte> one = new();

    /// <summary>Whether anything has been written since the last <see cref="Take"/>.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>Writes the next series of the shard; empty for one without buckets.</summary>
    public void Write(ReadOnlySpan<Slotted> buckets)
    {
        one.ResetWrittenCount();
        if (buckets.Length > 0)
        {
            IsEmpty = false;
            var isDense = buckets[^1].Slot - buckets[0].Slot == buckets.Length - 1;
            var isSingle = true;
            foreach (var bucket in buckets)
                isSingle &= bucket.Bucket.Count == 1;
            Number(one, (uint)((buckets.Length << 2) | (isDense ? 1 : 0) | (isSingle ? 2 : 0)));
            Number(one, (uint)buckets[0].Slot);
            for (var i = 1; i < buckets.Length && !isDense; i++)
                Number(one, (uint)(buckets[i].Slot - buckets[i - 1].Slot - 1));
            Column(buckets, static b => Rounded(b.Sum / b.Count));
            if (!isSingle)
            {
                Column(buckets, static b => b.Count);
                Column(buckets, static b => Rounded(b.Minimum));
                Column(buckets, static b => Rounded(b.Maximum));
            }
        }
        Number(chunk, (uint)one.WrittenCount);
        chunk.Write(one.WrittenSpan);
    }

    /// <summary>The chunk, and begins the next one.</summary>
    /// <param name="compress">For what is kept long: smaller, and dearer to make.</param>
    public byte[] Take(bool compress)
    {
        byte[]? packed = null;
        if (compress)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(BrotliEncoder.GetMaxCompressedLength(chunk.WrittenCount));
            if (BrotliEncoder.TryCompress(chunk.WrittenSpan, buffer, out var length, quality: 4, window: 18) && length < chunk.WrittenCount)
                packed = [Brotli, .. buffer.AsSpan(0, length)];
            ArrayPool<byte>.Shared.Return(buffer);
        }
        packed ??= [Plain, .. chunk.WrittenSpan];
        chunk.ResetWrittenCount();
        IsEmpty = true;
        return packed;
    }

    internal static int Rounded(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(Math.Abs(value));
        var rounded = (int)((bits + (1L << (Dropped - 1))) >> Dropped);
        return value < 0 ? -rounded : rounded;
    }

    internal static double Value(int rounded)
    {
        var value = BitConverter.Int64BitsToDouble((long)Math.Abs(rounded) << Dropped);
        return rounded < 0 ? -value : value;
    }

    private void Column(ReadOnlySpan<Slotted> buckets, Func<Bucket, int> value)
    {
        int before = 0, same = 0;
        for (var i = 0; i < buckets.Length; i++)
        {
            var now = value(buckets[i].Bucket);
            var difference = now - before;
            before = now;
            if (difference == 0)
            {
                same++;
                continue;
            }
            Repeat(ref same);
            Number(one, (uint)((difference << 1) ^ (difference >> 31)));
        }
        Repeat(ref same);
    }

    /// <summary>A zero, and how many more of them follow.</summary>
    private void Repeat(ref int same)
    {
        if (same == 0)
            return;
        Number(one, 0);
        Number(one, (uint)(same - 1));
        same = 0;
    }

    private static void Number(ArrayBufferWriter<byte> to, uint number)
    {
        var span = to.GetSpan(5);
        var length = 0;
        for (; number >= 0x80; number >>= 7)
            span[length++] = (byte)(number | 0x80);
        span[length++] = (byte)number;
        to.Advance(length);
    }
}

/// <summary>Reads what <see cref="ChunkWriter"/> wrote.</summary>
internal static class ChunkReader
{
    /// <summary>Largest chunk that is unpacked: what a shard can hold in a day, twice.</summary>
    private const int MaxBytes = 16 << 20;

    /// <summary>The plain bytes of a chunk.</summary>
    /// <exception cref="InvalidDataException">They are not a chunk.</exception>
    public static byte[] Unpack(byte[] body)
    {
        if (body is [ChunkWriter.Plain, ..])
            return body[1..];
        if (body is not [ChunkWriter.Brotli, ..])
            throw new InvalidDataException("not a chunk of metrics");
        using var brotli = new BrotliStream(new MemoryStream(body, 1, body.Length - 1), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        var piece = new byte[16 << 10];
        while (brotli.Read(piece) is > 0 and var read)
        {
            plain.Write(piece, 0, read);
            if (plain.Length > MaxBytes)
                throw new InvalidDataException("a chunk of metrics is larger than one can be");
        }
        return plain.ToArray();
    }

    /// <summary>Adds the buckets of one series to slots of a day; slots before <paramref name="slots"/> has room are left out.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a chunk.</exception>
    public static void Add(byte[] plain, int series, Span<Bucket> slots)
    {
        var at = 0;
        for (var i = 0; i < series && at < plain.Length; i++)
        {
            var length = Number(plain, ref at);
            if (length > plain.Length - at)
                throw new InvalidDataException("a chunk of metrics ends early");
            at += (int)length;
        }
        if (at < plain.Length)
            AddOne(plain, ref at, slots);
    }

    /// <summary>Adds the buckets of the series that stands at a place, and moves the place behind it.</summary>
    public static void AddOne(byte[] plain, ref int at, Span<Bucket> slots)
    {
        var length = Number(plain, ref at);
        if (length > plain.Length - at)
            throw new InvalidDataException("a chunk of metrics ends early");
        if (length == 0)
            return;
        var head = Number(plain, ref at);
        var (count, isDense, isSingle) = ((int)(head >> 2), (head & 1) != 0, (head & 2) != 0);
        if (count == 0 || count > slots.Length)
            throw new InvalidDataException("a chunk of metrics has more slots than a day");
        var place = new int[count];
        for (var i = 0; i < count; i++)
        {
            long next = i == 0 ? Number(plain, ref at) : place[i - 1] + 1L + (isDense ? 0 : Number(plain, ref at));
            if (next >= slots.Length)
                throw new InvalidDataException("a chunk of metrics has a slot outside of its day");
            place[i] = (int)next;
        }
        var means = Column(plain, ref at, count);
        var counts = isSingle ? null : Column(plain, ref at, count);
        var (minima, maxima) = isSingle ? (means, means) : (Column(plain, ref at, count), Column(plain, ref at, count));
        for (var i = 0; i < count; i++)
        {
            var n = counts is null ? 1 : counts[i];
            slots[place[i]].Add(new Bucket { Count = n, Sum = ChunkWriter.Value(means[i]) * n, Minimum = ChunkWriter.Value(minima[i]), Maximum = ChunkWriter.Value(maxima[i]) });
        }
    }

    private static int[] Column(byte[] plain, ref int at, int count)
    {
        var column = new int[count];
        var value = 0;
        for (var i = 0; i < count;)
        {
            var token = Number(plain, ref at);
            value += (int)(token >> 1) ^ -(int)(token & 1);
            var repeats = token == 0 ? (int)Number(plain, ref at) + 1 : 1;
            if (repeats > count - i)
                throw new InvalidDataException("a chunk of metrics repeats too often");
            for (; repeats > 0; repeats--)
                column[i++] = value;
        }
        return column;
    }

    private static uint Number(byte[] plain, ref int at)
    {
        uint number = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            if (at >= plain.Length)
                throw new InvalidDataException("a chunk of metrics ends early");
            var octet = plain[at++];
            number |= (uint)(octet & 0x7f) << shift;
            if (octet < 0x80)
                return number;
        }
        throw new InvalidDataException("a number in a chunk of metrics is too long");
    }
}
