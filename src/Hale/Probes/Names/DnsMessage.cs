using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace Hale.Probes.Names;

/// <summary>Types of records that can be asked for, with their numbers.</summary>
internal enum DnsType : ushort
{
    A = 1,
    NS = 2,
    CNAME = 5,
    SOA = 6,
    PTR = 12,
    MX = 15,
    TXT = 16,
    AAAA = 28,
    SRV = 33,
}

/// <summary>A question: one name, one type, class IN.</summary>
/// <param name="Name">The name as it is sent.</param>
/// <param name="Type">The type.</param>
internal sealed record DnsQuestion(byte[] Name, DnsType Type)
{
    /// <summary>The name as an answer's is read.</summary>
    public string Text { get; } = TextOf(Name);

    /// <summary>The query, which asks for recursion. Without EDNS: an answer beyond 512 bytes comes truncated, and is fetched over TCP.</summary>
    public byte[] Query(ushort id)
    {
        byte[] message = [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. Name, 0, (byte)Type, 0, 1];
        BinaryPrimitives.WriteUInt16BigEndian(message, id);
        return message;
    }

    private static string TextOf(byte[] name)
    {
        var position = 0;
        return DnsName.Decode(name, ref position) ?? "";
    }
}

/// <summary>An answer.</summary>
/// <param name="Code">The response code: 0 no error, 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED.</param>
/// <param name="IsTruncated">There is more than the datagram could hold.</param>
/// <param name="Records">The records of the type that was asked for, as text.</param>
/// <param name="Ttl">The shortest time in seconds for which one of them may be kept; null without records.</param>
internal sealed record DnsAnswer(int Code, bool IsTruncated, string[] Records, uint? Ttl)
{
    private const int HeaderLength = 12, Response = 0x8000, OperationMask = 0x7800, Truncated = 0x0200, Internet = 1;

    // Aliases that lead from one name to the next.
    private const int LongestChain = 16;

    /// <summary>Whether a message belongs to the query: what does not is somebody else's, or comes late.</summary>
    public static bool IsFor(ReadOnlySpan<byte> message, ushort id) => message.Length >= 2 && BinaryPrimitives.ReadUInt16BigEndian(message) == id;

    /// <summary>Reads an answer. Null with the reason when it is malformed, or no answer to the question.</summary>
    public static DnsAnswer? Read(ReadOnlySpan<byte> message, DnsQuestion question, out string trouble)
    {
        trouble = "it is shorter than a header";
        if (message.Length < HeaderLength)
            return null;
        var flags = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        var (code, isTruncated) = (flags & 15, (flags & Truncated) != 0);
        trouble = "it is no answer";
        if ((flags & (Response | OperationMask)) != Response)
            return null;
        var questions = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        var answers = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        var position = HeaderLength;
        trouble = "it answers another question";
        // A server that could not read the question need not repeat it.
        if (questions == 0 && code != 0)
            return new(code, isTruncated, [], null);
        if (questions != 1 || DnsName.Decode(message, ref position) is not { } asked || asked != question.Text
            || position + 4 > message.Length || BinaryPrimitives.ReadUInt16BigEndian(message[position..]) != (ushort)question.Type)
            return null;
        position += 4;
        return ReadRecords(message, position, answers, isTruncated, question, out trouble) is { } records
            ? Choose(records, question, code, isTruncated)
            : null;
    }

    // What a truncated answer has of its last record is left out.
    private static List<Record>? ReadRecords(ReadOnlySpan<byte> message, int position, int count, bool isTruncated, DnsQuestion question, out string trouble)
    {
        var records = new List<Record>();
        trouble = "";
        for (var i = 0; i < count; i++)
        {
            if (DnsName.Decode(message, ref position) is not { } owner || position + 10 > message.Length)
            {
                trouble = "a record is cut off or malformed";
                return isTruncated ? records : null;
            }
            var (type, kind) = (BinaryPrimitives.ReadUInt16BigEndian(message[position..]), BinaryPrimitives.ReadUInt16BigEndian(message[(position + 2)..]));
            var ttl = BinaryPrimitives.ReadUInt32BigEndian(message[(position + 4)..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(message[(position + 8)..]);
            position += 10;
            if (position + length > message.Length)
            {
                trouble = "a record is cut off";
                return isTruncated ? records : null;
            }
            if (kind == Internet && (type == (ushort)question.Type || type == (ushort)DnsType.CNAME))
            {
                if (Text((DnsType)type, message[..(position + length)], position) is not { } text)
                {
                    trouble = $"a record of type {(DnsType)type} is malformed";
                    return null;
                }
                records.Add(new(owner, (DnsType)type, ttl, text));
            }
            position += length;
        }
        return records;
    }

    // Records of the name that was asked for, and of those that it is an alias of.
    private static DnsAnswer Choose(List<Record> records, DnsQuestion question, int code, bool isTruncated)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { question.Text };
        for (var added = true; added && names.Count <= LongestChain && question.Type != DnsType.CNAME;)
        {
            added = false;
            foreach (var record in records.Where(record => record.Type == DnsType.CNAME && names.Contains(record.Owner)))
                added |= names.Add(record.Text);
        }
        var chosen = records.Where(record => record.Type == question.Type && names.Contains(record.Owner)).ToArray();
        return new(code, isTruncated, [.. chosen.Select(record => record.Text)], chosen.Length == 0 ? null : chosen.Min(record => record.Ttl));
    }

    // The message ends where the record does; names in it may point back to anywhere before.
    private static string? Text(DnsType type, ReadOnlySpan<byte> message, int position)
    {
        var data = message[position..];
        switch (type)
        {
            case DnsType.A:
                return data.Length == 4 ? new IPAddress(data).ToString() : null;
            case DnsType.AAAA:
                return data.Length == 16 ? new IPAddress(data).ToString() : null;
            case DnsType.TXT:
                return Strings(data);
            case DnsType.MX:
                return data.Length > 2 ? With(Number(data, 0), message, position + 2) : null;
            case DnsType.SRV:
                return data.Length > 6 ? With(string.Create(CultureInfo.InvariantCulture, $"{Number(data, 0)} {Number(data, 2)} {Number(data, 4)}"), message, position + 6) : null;
            case DnsType.SOA:
                return Authority(message, position);
            default:
                return Whole(message, position);
        }
    }

    private static string Number(ReadOnlySpan<byte> data, int at) => BinaryPrimitives.ReadUInt16BigEndian(data[at..]).ToString(CultureInfo.InvariantCulture);

    private static string? With(string before, ReadOnlySpan<byte> message, int position) => Whole(message, position) is { } name ? $"{before} {name}" : null;

    private static string? Whole(ReadOnlySpan<byte> message, int position) =>
        DnsName.Decode(message, ref position) is { } name && position == message.Length ? name : null;

    private static string? Authority(ReadOnlySpan<byte> message, int position)
    {
        if (DnsName.Decode(message, ref position) is not { } server || DnsName.Decode(message, ref position) is not { } mailbox || message.Length != position + 20)
            return null;
        var text = new StringBuilder($"{server} {mailbox}");
        for (; position < message.Length; position += 4)
            text.Append(CultureInfo.InvariantCulture, $" {BinaryPrimitives.ReadUInt32BigEndian(message[position..])}");
        return text.ToString();
    }

    // A text may come in several strings, which belong together (RFC 7208, 3.3).
    private static string? Strings(ReadOnlySpan<byte> data)
    {
        var bytes = new List<byte>();
        while (!data.IsEmpty)
        {
            if (data[0] + 1 > data.Length)
                return null;
            bytes.AddRange(data.Slice(1, data[0]));
            data = data[(data[0] + 1)..];
        }
        return Encoding.UTF8.GetString([.. bytes]);
    }

    private readonly record struct Record(string Owner, DnsType Type, uint Ttl, string Text);
}
