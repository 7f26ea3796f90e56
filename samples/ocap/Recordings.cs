using System.Buffers.Binary;

namespace Hale.Samples.Ocap;

/// <summary>Reads recordings back, to say whether they are whole.</summary>
internal static class Recordings
{
    /// <summary>Says of one file whether it is whole.</summary>
    public static bool Verify(string path, TextWriter output)
    {
        var bytes = File.ReadAllBytes(path);
        var trouble = Path.GetExtension(path) switch
        {
            ".mcap" => TroubleOfMcap(bytes),
            ".mkv" => TroubleOfMkv(bytes),
            _ => "no recording of ours",
        };
        output.WriteLine($"{path}: {trouble ?? "whole"}");
        return trouble is null;
    }

    private static string? TroubleOfMcap(ReadOnlySpan<byte> rest)
    {
        if (!rest.StartsWith(McapFile.Magic))
            return "damaged: it does not begin as an MCAP file";
        rest = rest[McapFile.Magic.Length..];
        byte last = 0;
        while (rest.Length >= 9 && rest[0] != McapFile.Magic[0])
        {
            var length = BinaryPrimitives.ReadUInt64LittleEndian(rest[1..]);
            if (length > (ulong)(rest.Length - 9))
                return "damaged: it ends within a record";
            last = rest[0];
            rest = rest[(9 + (int)length)..];
        }
        return last == McapFile.FooterCode && rest.SequenceEqual(McapFile.Magic) ? null : "damaged: it has no footer";
    }

    private static string? TroubleOfMkv(ReadOnlySpan<byte> rest)
    {
        if (!TryTake(ref rest, out var id, out var size) || id != MkvFile.EbmlId || size > (ulong)rest.Length)
            return "damaged: it does not begin as a Matroska file";
        rest = rest[(int)size..];
        if (!TryTake(ref rest, out id, out size) || id != MkvFile.SegmentId)
            return "damaged: it has no segment";
        if (size == MkvFile.UnknownSize)
            return "damaged: its size was never written, and it has no index";
        if (size != (ulong)rest.Length)
            return "damaged: its size is wrong";
        var last = id;
        while (TryTake(ref rest, out id, out size) && size <= (ulong)rest.Length)
        {
            last = id;
            rest = rest[(int)size..];
        }
        return rest.IsEmpty && last == MkvFile.CuesId ? null : "damaged: it has no index";
    }

    // Every element of ours has four bytes of id and eight of size.
    private static bool TryTake(ref ReadOnlySpan<byte> rest, out uint id, out ulong size)
    {
        (id, size) = (0, 0);
        if (rest.Length < 12)
            return false;
        id = BinaryPrimitives.ReadUInt32BigEndian(rest);
        size = BinaryPrimitives.ReadUInt64BigEndian(rest[4..]);
        if (size != MkvFile.UnknownSize)
            size &= 0x00FFFFFFFFFFFFFF;
        rest = rest[12..];
        return true;
    }
}
