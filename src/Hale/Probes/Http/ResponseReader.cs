using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Hale.Probes.Http;

/// <summary>
/// Reads one HTTP/1.x response as it arrives (RFC 9112), within limits: 64 KiB and 256 fields of header, eight interim responses, as much body as
/// was asked for. It owns its buffer: receive into <see cref="Space"/>, then call <see cref="Advance"/>. Instances are used again after <see cref="Reset"/>.
/// </summary>
internal sealed class ResponseReader
{
    /// <summary>Largest header, with interim responses and trailers, in bytes.</summary>
    public const int HeadLimit = 64 * 1024;

    /// <summary>Most fields of a header, with interim responses and trailers.</summary>
    public const int FieldLimit = 256;

    private const int InterimLimit = 8;
    private const int ChunkLineLimit = 1024;
    private const int SmallBuffer = 4096;

    private byte[] buffer = new byte[SmallBuffer];
    private int start;
    private int end;

    private byte[] kept = [];
    private int keptLength;
    private int keep;
    private long bodyLimit;
    private bool isHead;

    private Stage stage;
    private long remaining;
    private long? contentLength;
    private bool isChunked;
    private bool hasOtherCoding;
    private int headBytes;
    private int fields;
    private int interims;

    private enum Stage
    {
        StatusLine,
        Fields,
        Sized,
        ChunkSize,
        ChunkData,
        ChunkEnd,
        Trailers,
        UntilClose,
        Done,
    }

    /// <summary>The final status; 0 before it was read.</summary>
    public int Status { get; private set; }

    /// <summary>The Location field; null without one.</summary>
    public string? Location { get; private set; }

    /// <summary>Body bytes that were read, decoded.</summary>
    public long BodyLength { get; private set; }

    /// <summary>The body went on beyond the limit and was not read to its end.</summary>
    public bool IsCut { get; private set; }

    /// <summary>What is wrong with the response, for a person; null while nothing is.</summary>
    public string? Error { get; private set; }

    /// <summary>The beginning of the decoded body.</summary>
    public ReadOnlySpan<byte> Body => kept.AsSpan(0, keptLength);

    /// <summary>The beginning of the decoded body.</summary>
    public ReadOnlyMemory<byte> BodyMemory => kept.AsMemory(0, keptLength);

    /// <summary>The response is complete, cut or malformed: nothing more is to be read.</summary>
    public bool IsDone => stage == Stage.Done;

    /// <summary>The header is complete: what is missing, or wrong, is in the body.</summary>
    public bool IsInBody { get; private set; }

    /// <summary>Where the next bytes go. Never empty before <see cref="IsDone"/>.</summary>
    public Memory<byte> Space
    {
        get
        {
            if (start == end)
            {
                start = end = 0;
            }
            else if (end == buffer.Length && start > 0)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                (start, end) = (0, end - start);
            }
            else if (end == buffer.Length)
            {
                Array.Resize(ref buffer, 2 * buffer.Length);
            }
            return buffer.AsMemory(end);
        }
    }

    /// <summary>Makes the reader ready for a new response.</summary>
    /// <param name="toHead">The response is to a HEAD request: it has no body whatever its header says.</param>
    /// <param name="keepBytes">How much of the body to keep.</param>
    /// <param name="limit">How much of the body to read.</param>
    public void Reset(bool toHead, int keepBytes, long limit)
    {
        (isHead, keep, bodyLimit) = (toHead, keepBytes, limit);
        (start, end, keptLength, headBytes, fields, interims) = (0, 0, 0, 0, 0, 0);
        (stage, Status, BodyLength, IsCut, IsInBody, Error) = (Stage.StatusLine, 0, 0, false, false, null);
        ForgetFields();
        if (buffer.Length > 4 * SmallBuffer)
            buffer = new byte[SmallBuffer];
        if (kept.Length > 4 * SmallBuffer)
            kept = [];
    }

    /// <summary>Takes in bytes that were received into <see cref="Space"/>.</summary>
    public void Advance(int count)
    {
        end += count;
        while (Step())
        {
        }
    }

    /// <summary>The other side has closed its direction.</summary>
    public void Close()
    {
        switch (stage)
        {
            case Stage.StatusLine when interims == 0 && start == end:
                Fail("the server closed the connection without an answer");
                break;
            case Stage.StatusLine or Stage.Fields:
                Fail("the server closed the connection in the middle of the header");
                break;
            case Stage.Sized:
                Fail($"the server closed the connection after {BodyLength} of {contentLength} bytes of body");
                break;
            case Stage.UntilClose:
                stage = Stage.Done;
                break;
            case Stage.ChunkSize or Stage.ChunkData or Stage.ChunkEnd or Stage.Trailers:
                Fail($"the server closed the connection in the middle of a chunked body, after {BodyLength} bytes");
                break;
        }
    }

    // Makes one step; false when more bytes are needed or nothing is left to do.
    private bool Step()
    {
        switch (stage)
        {
            case Stage.StatusLine:
                return TryLine(HeadLimit - headBytes, "header", out var line) && TakeStatusLine(line);
            case Stage.Fields:
                return TryLine(HeadLimit - headBytes, "header", out line) && TakeField(line);
            case Stage.Sized or Stage.ChunkData or Stage.UntilClose:
                return TakeBody();
            case Stage.ChunkSize:
                return TryLine(ChunkLineLimit, "chunk size", out line) && TakeChunkSize(line);
            case Stage.ChunkEnd:
                return TryLine(ChunkLineLimit, "end of a chunk", out line)
                    && (line.IsEmpty ? Go(Stage.ChunkSize) : Fail($"malformed chunk: its data is longer than its size says"));
            case Stage.Trailers:
                return TryLine(HeadLimit - headBytes, "trailer", out line) && TakeTrailer(line);
            default:
                return false;
        }
    }

    private bool TryLine(int limit, string what, out ReadOnlySpan<byte> line)
    {
        var rest = buffer.AsSpan(start, end - start);
        var length = rest.IndexOf((byte)'\n');
        line = default;
        if ((length < 0 ? rest.Length : length) > limit)
            return Fail($"{what} larger than {(what == "header" ? HeadLimit : limit)} bytes");
        if (length < 0)
            return false;
        line = rest[..length];
        // RFC 9112, 2.2: a recipient may take a single LF as the end of a line.
        if (line.Length > 0 && line[^1] == '\r')
            line = line[..^1];
        start += length + 1;
        if (stage is Stage.StatusLine or Stage.Fields or Stage.Trailers)
            headBytes += length + 1;
        return true;
    }

    private bool TakeStatusLine(ReadOnlySpan<byte> line)
    {
        // "HTTP/1.1 200 OK"; the reason phrase, and the space before it, are left out by some servers.
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || line[8] != ' ' || (line.Length > 12 && line[12] != ' ')
            || !Utf8Parser.TryParse(line.Slice(9, 3), out int status, out var used) || used != 3 || status < 100)
        {
            return Fail($"not an HTTP response: {Excerpt.Of(line)}");
        }
        Status = status;
        ForgetFields();
        return Go(Stage.Fields);
    }

    private bool TakeField(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
            return EndOfHead();
        if (++fields > FieldLimit)
            return Fail($"more than {FieldLimit} header fields");
        // Obsolete folding (RFC 9112, 5.2): none of the fields that matter here is ever folded, so its rest is passed over.
        if (line[0] is (byte)' ' or (byte)'\t')
            return true;
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[colon - 1] is (byte)' ' or (byte)'\t')
            return Fail($"malformed header field: {Excerpt.Of(line)}");
        var name = line[..colon];
        var value = Trimmed(line[(colon + 1)..]);
        if (Ascii.EqualsIgnoreCase(name, "content-length"u8))
            return TakeContentLength(value);
        if (Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8))
        {
            var last = Trimmed(value[(value.LastIndexOf((byte)',') + 1)..]);
            isChunked = Ascii.EqualsIgnoreCase(last, "chunked"u8);
            hasOtherCoding = !isChunked;
        }
        else if (Ascii.EqualsIgnoreCase(name, "location"u8))
        {
            Location ??= Encoding.UTF8.GetString(value);
        }
        return true;
    }

    private bool TakeContentLength(ReadOnlySpan<byte> value)
    {
        // Digits alone: the parser would take a sign.
        if (value.IsEmpty || !char.IsAsciiDigit((char)value[0])
            || !Utf8Parser.TryParse(value, out long length, out var used) || used != value.Length)
        {
            return Fail($"malformed Content-Length: {Excerpt.Of(value)}");
        }
        if (contentLength is { } other && other != length)
            return Fail($"two different Content-Lengths, {other} and {length}");
        contentLength = length;
        return true;
    }

    private bool EndOfHead()
    {
        // 101 is final: nothing was asked to be upgraded, so what follows would not be HTTP.
        if (Status is >= 100 and < 200 and not 101)
            return ++interims > InterimLimit ? Fail($"more than {InterimLimit} interim responses") : Go(Stage.StatusLine);
        IsInBody = true;
        if (isHead || Status is 101 or 204 or 304)
            return Go(Stage.Done);
        if (isChunked)
            return Go(Stage.ChunkSize);
        if (contentLength is not { } length || hasOtherCoding)
            return Go(Stage.UntilClose);
        remaining = length;
        return Go(length == 0 ? Stage.Done : Stage.Sized);
    }

    private bool TakeChunkSize(ReadOnlySpan<byte> line)
    {
        var extension = line.IndexOf((byte)';');
        var digits = TrimmedAtEnd(extension < 0 ? line : line[..extension]);
        // Fifteen hexadecimal digits fit a long.
        if (digits.Length is 0 or > 15 || !Utf8Parser.TryParse(digits, out long size, out var used, 'x') || used != digits.Length)
            return Fail($"malformed chunk size: {Excerpt.Of(line)}");
        remaining = size;
        return Go(size == 0 ? Stage.Trailers : Stage.ChunkData);
    }

    // Optional white space (RFC 9110, 5.6.3). By hand: the methods of the framework are generic, and would be compiled at each start of a command.
    private static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> text)
    {
        while (text.Length > 0 && (text[0] is (byte)' ' or (byte)'\t'))
            text = text[1..];
        return TrimmedAtEnd(text);
    }

    private static ReadOnlySpan<byte> TrimmedAtEnd(ReadOnlySpan<byte> text)
    {
        while (text.Length > 0 && (text[^1] is (byte)' ' or (byte)'\t'))
            text = text[..^1];
        return text;
    }

    private bool TakeTrailer(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
            return Go(Stage.Done);
        return ++fields <= FieldLimit || Fail($"more than {FieldLimit} header fields");
    }

    private bool TakeBody()
    {
        var available = end - start;
        if (available == 0)
            return false;
        var count = stage == Stage.UntilClose ? available : (int)Math.Min(available, remaining);
        count = (int)Math.Min(count, bodyLimit - BodyLength);
        Keep(buffer.AsSpan(start, count));
        start += count;
        BodyLength += count;
        remaining -= count;
        if (stage == Stage.Sized && remaining == 0)
            return Go(Stage.Done);
        if (stage == Stage.ChunkData && remaining == 0)
            return Go(Stage.ChunkEnd);
        if (BodyLength < bodyLimit)
            return true;
        IsCut = true;
        return Go(Stage.Done);
    }

    private void Keep(ReadOnlySpan<byte> data)
    {
        data = data[..Math.Min(data.Length, keep - keptLength)];
        if (kept.Length < keptLength + data.Length)
            Array.Resize(ref kept, Math.Max(keptLength + data.Length, Math.Min(keep, 2 * kept.Length)));
        data.CopyTo(kept.AsSpan(keptLength));
        keptLength += data.Length;
    }

    private void ForgetFields() => (Location, contentLength, isChunked, hasOtherCoding) = (null, null, false, false);

    private bool Go(Stage next)
    {
        stage = next;
        return next != Stage.Done;
    }

    private bool Fail(string error)
    {
        Error = error;
        return Go(Stage.Done);
    }
}
