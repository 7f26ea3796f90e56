using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hale.Probes.Names;

/// <summary>Names as DNS writes them: labels of at most 63 bytes, 255 bytes in all (RFC 1035, 3.1 and 4.1.4).</summary>
internal static class DnsName
{
    private const int LongestLabel = 63, Longest = 255;

    /// <summary>The bytes of a name; null when it is none.</summary>
    public static byte[]? Encode(string name)
    {
        if (!Ascii.IsValid(name))
        {
            try
            {
                name = new IdnMapping().GetAscii(name);
            }
            catch (ArgumentException)
            {
                return null;
            }
        }
        var bytes = new List<byte>();
        var trimmed = name.EndsWith('.') ? name[..^1] : name;
        foreach (var label in trimmed.Length == 0 ? [] : trimmed.Split('.'))
        {
            if (label.Length is 0 or > LongestLabel || label.Any(c => c <= ' ' || c == 0x7f))
                return null;
            bytes.Add((byte)label.Length);
            bytes.AddRange(Encoding.ASCII.GetBytes(label));
        }
        bytes.Add(0);
        return name.Length > 0 && bytes.Count <= Longest ? [.. bytes] : null;
    }

    /// <summary>The name under which the name of an address is found.</summary>
    public static string Reverse(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        Array.Reverse(bytes);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? string.Join('.', bytes) + ".in-addr.arpa"
            : string.Concat(bytes.Select(b => $"{b & 15:x}.{b >> 4:x}.")) + "ip6.arpa";
    }

    /// <summary>
    /// Reads a name in lower case without the final dot, and moves <paramref name="position"/> behind it. Null when it is malformed. A pointer must
    /// lead further back than everything that was read of this name, so that there is no loop to be caught in.
    /// </summary>
    public static string? Decode(ReadOnlySpan<byte> message, ref int position)
    {
        var text = new StringBuilder();
        var (at, lowest, end, length) = (position, position, -1, 1);
        while (true)
        {
            if (at >= message.Length)
                return null;
            int size = message[at];
            if (size == 0)
            {
                position = end < 0 ? at + 1 : end;
                return text.Length == 0 ? "." : text.ToString();
            }
            if (size >= 0xc0)
            {
                if (at + 2 > message.Length)
                    return null;
                var target = BinaryPrimitives.ReadUInt16BigEndian(message[at..]) & 0x3fff;
                if (target >= lowest)
                    return null;
                end = end < 0 ? at + 2 : end;
                at = lowest = target;
                continue;
            }
            length += size + 1;
            if (size > LongestLabel || length > Longest || at + 1 + size > message.Length)
                return null;
            if (text.Length > 0)
                text.Append('.');
            foreach (var value in message.Slice(at + 1, size))
            {
                // A label may hold any byte; a dot or what cannot be printed is written as DNS writes it in its files.
                if (value is > 0x20 and < 0x7f and not ((byte)'.' or (byte)'\\'))
                    text.Append(char.ToLowerInvariant((char)value));
                else
                    text.Append(CultureInfo.InvariantCulture, $"\\{value:000}");
            }
            at += 1 + size;
        }
    }
}
