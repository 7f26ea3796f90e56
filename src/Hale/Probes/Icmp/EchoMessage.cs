using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Hale.Probes.Icmp;

/// <summary>Echo requests and replies of one attempt (RFC 792, RFC 4443, 4.1): told from those of others by identifier, number and payload.</summary>
internal sealed class EchoMessage(bool isV6)
{
    private const int HeaderLength = 8, PayloadLength = 32;

    private readonly byte[] payload = RandomNumberGenerator.GetBytes(PayloadLength);
    private readonly ushort identifier = (ushort)RandomNumberGenerator.GetInt32(0x10000);

    /// <summary>The request with that number.</summary>
    public byte[] Request(int number)
    {
        byte[] message = [isV6 ? (byte)128 : (byte)8, 0, 0, 0, 0, 0, 0, 0, .. payload];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(4), identifier);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), (ushort)number);
        // That of ICMPv6 covers addresses that only the kernel knows, so it fills it in.
        if (!isV6)
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), Checksum(message));
        return message;
    }

    /// <summary>The number of the request that a packet answers; null when it is no answer to one of ours.</summary>
    /// <param name="packet">What came in.</param>
    /// <param name="isRaw">It came through a raw socket: with the header of IP where it is version 4, and with the identifier that was sent. For a
    /// datagram socket the kernel chooses the identifier, and lets only its replies through.</param>
    public int? AnswerTo(ReadOnlySpan<byte> packet, bool isRaw)
    {
        if (isRaw && !isV6)
        {
            if (packet.Length < 20 || packet[0] >> 4 != 4)
                return null;
            var header = (packet[0] & 15) * 4;
            if (header < 20 || header > packet.Length)
                return null;
            packet = packet[header..];
        }
        if (packet.Length != HeaderLength + PayloadLength || packet[0] != (isV6 ? 129 : 0) || packet[1] != 0 || !packet[HeaderLength..].SequenceEqual(payload))
            return null;
        return isRaw && BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) != identifier ? null : BinaryPrimitives.ReadUInt16BigEndian(packet[6..]);
    }

    /// <summary>The internet checksum (RFC 1071) of bytes of even number.</summary>
    internal static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (; bytes.Length >= 2; bytes = bytes[2..])
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        while (sum > 0xffff)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }
}
