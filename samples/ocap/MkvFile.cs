using System.Buffers.Binary;

namespace Hale.Samples.Ocap;

/// <summary>
/// The frame of a Matroska file (RFC 9559): a segment of clusters, whose size is unknown while it grows. <see cref="Finish"/> writes the index and then the size.
/// </summary>
internal sealed class MkvFile : IDisposable
{
    public const uint EbmlId = 0x1A45DFA3, SegmentId = 0x18538067, ClusterId = 0x1F43B675, CuesId = 0x1C53BB6B;
    public const ulong UnknownSize = 0x01FFFFFFFFFFFFFF;

    private readonly FileStream file;
    private readonly long segmentSizeAt;

    public MkvFile(string path)
    {
        file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        // DocType "matroska".
        Write(EbmlId, [0x42, 0x82, 0x88, .. "matroska"u8]);
        Span<byte> segment = stackalloc byte[12];
        BinaryPrimitives.WriteUInt32BigEndian(segment, SegmentId);
        BinaryPrimitives.WriteUInt64BigEndian(segment[4..], UnknownSize);
        file.Write(segment);
        segmentSizeAt = file.Position - 8;
    }

    /// <summary>Appends a cluster with one frame.</summary>
    public void Add(uint number, ReadOnlySpan<byte> frame)
    {
        var content = new byte[6 + 12 + frame.Length];
        // Timestamp, then a SimpleBlock of track 1 with an eight-byte size.
        (content[0], content[1]) = (0xE7, 0x84);
        BinaryPrimitives.WriteUInt32BigEndian(content.AsSpan(2), number * 50);
        content[6] = 0xA3;
        BinaryPrimitives.WriteUInt64BigEndian(content.AsSpan(7), Sized(3 + frame.Length));
        content[15] = 0x81;
        frame.CopyTo(content.AsSpan(18));
        Write(ClusterId, content);
    }

    /// <summary>Makes it whole.</summary>
    public void Finish()
    {
        Write(CuesId, [0xBB, 0x82, 0xB3, 0x80]);
        Span<byte> size = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(size, Sized(file.Length - segmentSizeAt - 8));
        file.Position = segmentSizeAt;
        file.Write(size);
    }

    public void Dispose() => file.Dispose();

    // A size in eight bytes: the first one says so.
    private static ulong Sized(long bytes) => 0x0100000000000000 | (ulong)bytes;

    private void Write(uint id, ReadOnlySpan<byte> content)
    {
        var element = new byte[12 + content.Length];
        BinaryPrimitives.WriteUInt32BigEndian(element, id);
        BinaryPrimitives.WriteUInt64BigEndian(element.AsSpan(4), Sized(content.Length));
        content.CopyTo(element.AsSpan(12));
        file.Write(element);
    }
}
