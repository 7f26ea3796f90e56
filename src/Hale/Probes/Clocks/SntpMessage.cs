using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Hale.Probes.Clocks;

/// <summary>What a time server said.</summary>
/// <param name="Offset">How far this machine's clock is behind the server's.</param>
/// <param name="Error">How wrong that can be: the way there and back, and what the server knows of its own error.</param>
/// <param name="Stratum">How many servers stand between it and a true clock, itself included.</param>
internal sealed record SntpReading(TimeSpan Offset, TimeSpan Error, int Stratum);

/// <summary>One exchange of SNTP (RFC 4330; the format is that of NTP version 4, RFC 5905, 7.3).</summary>
internal sealed class SntpMessage
{
    private const int Length = 48;

    // The time stamp that the server sends back. It is a secret rather than our time, which is nobody's business and would be easy to guess.
    private readonly byte[] secret = RandomNumberGenerator.GetBytes(8);

    /// <summary>The request.</summary>
    public byte[] Request()
    {
        var message = new byte[Length];
        // No warning, version 4, mode 3: client.
        message[0] = 0x23;
        secret.CopyTo(message, 40);
        return message;
    }

    /// <summary>Whether a datagram answers this request.</summary>
    public bool IsAnswer(ReadOnlySpan<byte> message) => message.Length >= Length && (message[0] & 7) == 4 && message.Slice(24, 8).SequenceEqual(secret);

    /// <summary>Reads the answer. Null with the reason when it tells no time.</summary>
    /// <param name="message">The answer.</param>
    /// <param name="sentAt">When the request was sent, by this machine's clock.</param>
    /// <param name="took">How long it took until the answer came.</param>
    /// <param name="trouble">Why it tells no time.</param>
    public static SntpReading? Read(ReadOnlySpan<byte> message, DateTimeOffset sentAt, TimeSpan took, out string trouble)
    {
        var (warning, stratum) = (message[0] >> 6, (int)message[1]);
        trouble = "";
        if (stratum == 0 && message.Slice(12, 4).ContainsAnyInRange((byte)'A', (byte)'Z'))
        {
            var code = new string([.. Encoding.ASCII.GetString(message.Slice(12, 4)).Where(char.IsAsciiLetterOrDigit)]);
            trouble = code switch
            {
                "RATE" => "it is asked too often (kiss of death RATE)",
                "DENY" or "RSTR" => $"it does not answer us (kiss of death {code})",
                _ => $"it tells no time (kiss of death {code})",
            };
        }
        else if (warning == 3 || stratum is 0 or > 15)
            trouble = "its own clock is not synchronised";
        else if (BinaryPrimitives.ReadUInt64BigEndian(message[32..]) == 0 || BinaryPrimitives.ReadUInt64BigEndian(message[40..]) == 0)
            trouble = "its answer has no time in it";
        if (trouble.Length > 0)
            return null;
        var (received, answered) = (Time(message[32..], sentAt), Time(message[40..], sentAt));
        // Half of the time on the way may be in one direction alone.
        var onTheWay = took - (answered - received);
        var error = Short(message[4..]) / 2 + Short(message[8..]) + (onTheWay > TimeSpan.Zero ? onTheWay / 2 : TimeSpan.Zero);
        return new((received - sentAt + (answered - (sentAt + took))) / 2, error, stratum);
    }

    // Seconds since 1900 and a fraction of 32 bits; the count begins anew in 2036, so the nearest of the possible times is meant.
    private static DateTimeOffset Time(ReadOnlySpan<byte> bytes, DateTimeOffset near)
    {
        var era = new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var seconds = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        var ticks = (long)(BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) * (double)TimeSpan.TicksPerSecond / 4294967296.0);
        var difference = (int)(seconds - (uint)(long)(near - era).TotalSeconds);
        return era.AddSeconds(Math.Floor((near - era).TotalSeconds) + difference).AddTicks(ticks);
    }

    // Sixteen bits of seconds and sixteen of their fraction.
    private static TimeSpan Short(ReadOnlySpan<byte> bytes) => TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt32BigEndian(bytes) / 65536.0);
}
