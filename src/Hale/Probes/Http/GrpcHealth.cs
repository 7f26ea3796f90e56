using System.Buffers.Binary;
using System.Text;

namespace Hale.Probes.Http;

/// <summary>
/// The messages of grpc.health.v1, each in its frame: a byte that says whether it is compressed, four with its length. Both have one field,
/// of number 1: the name of a service, and a status.
/// </summary>
internal static class GrpcHealth
{
    private const byte TextField = 0x0A;
    private const byte NumberField = 0x08;
    private const int FrameHead = 5;

    /// <summary>A HealthCheckRequest in its frame. An empty name is left out, as protobuf does with defaults.</summary>
    public static byte[] Request(string service)
    {
        var name = Encoding.UTF8.GetBytes(service);
        byte[] message = name.Length == 0 ? [] : [TextField, .. VariableLength(name.Length), .. name];
        var frame = new byte[FrameHead + message.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.Length);
        message.CopyTo(frame, FrameHead);
        return frame;
    }

    /// <summary>The status in a HealthCheckResponse: 0 unknown, 1 serving, 2 not serving, 3 service unknown. Null when the bytes are no such message.</summary>
    public static int? Answer(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < FrameHead || frame[0] != 0 || BinaryPrimitives.ReadUInt32BigEndian(frame[1..]) != frame.Length - FrameHead)
            return null;
        return frame[FrameHead..] switch
        {
            [] => 0,
            [NumberField, < 0x80 and var status] => status,
            _ => null,
        };
    }

    private static IEnumerable<byte> VariableLength(int value)
    {
        for (; value >= 0x80; value >>= 7)
            yield return (byte)(value | 0x80);
        yield return (byte)value;
    }
}
