using System.Buffers.Binary;

namespace Hale.Samples.Ocap;

/// <summary>An MCAP file without index: records between two magics. The second one, and the footer before it, are written by <see cref="Finish"/> (mcap.dev/spec).</summary>
internal sealed class McapFile : IDisposable
{
    public const byte HeaderCode = 1, FooterCode = 2, SchemaCode = 3, ChannelCode = 4, MessageCode = 5, DataEndCode = 15;

    private readonly FileStream file;

    public McapFile(string path)
    {
        // Without a buffer: what was recorded is in the file.
        file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        file.Write(Magic);
        Write(HeaderCode, [.. Text(""), .. Text("ocap-recorder")]);
        // Channel 1 without a schema, topic "input", whose messages are bytes.
        Write(ChannelCode, [1, 0, 0, 0, .. Text("input"), .. Text(""), 0, 0, 0, 0]);
    }

    public static ReadOnlySpan<byte> Magic => [0x89, (byte)'M', (byte)'C', (byte)'A', (byte)'P', (byte)'0', (byte)'\r', (byte)'\n'];

    /// <summary>Appends a message.</summary>
    public void Add(uint number, ReadOnlySpan<byte> data)
    {
        var now = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;
        var content = new byte[2 + 4 + 8 + 8 + data.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(content, 1);
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(2), number);
        BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(6), now);
        BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(14), now);
        data.CopyTo(content.AsSpan(22));
        Write(MessageCode, content);
    }

    /// <summary>Makes it whole.</summary>
    public void Finish()
    {
        Write(DataEndCode, new byte[4]);
        Write(FooterCode, new byte[20]);
        file.Write(Magic);
    }

    public void Dispose() => file.Dispose();

    private void Write(byte code, ReadOnlySpan<byte> content)
    {
        var record = new byte[9 + content.Length];
        record[0] = code;
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(1), content.Length);
        content.CopyTo(record.AsSpan(9));
        file.Write(record);
    }

    private static byte[] Text(string text)
    {
        var bytes = new byte[4 + text.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, text.Length);
        System.Text.Encoding.ASCII.GetBytes(text, bytes.AsSpan(4));
        return bytes;
    }
}
