using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Hale.Web.Endpoints;

/// <summary>Reads a small body whole, as strict UTF-8.</summary>
internal static class RequestBody
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The body as bytes; one longer than <paramref name="limit"/> is refused with 413.</summary>
    public static async Task<byte[]> BytesAsync(HttpContext context, int limit, CancellationToken cancel)
    {
        if (context.Request.ContentLength > limit)
            throw TooLong(limit);
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(cancel);
            if (read.Buffer.Length > limit)
                throw TooLong(limit);
            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return bytes;
            }
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>The body as text, trimmed; one that is not UTF-8 is refused with 400.</summary>
    public static async Task<string> TextAsync(HttpContext context, int limit, CancellationToken cancel)
    {
        var bytes = await BytesAsync(context, limit, cancel);
        try
        {
            return Strict.GetString(bytes).Trim();
        }
        catch (DecoderFallbackException)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "The body is not UTF-8 text. Send UTF-8, or no body.");
        }
    }

    private static ProblemException TooLong(int limit) =>
        new(StatusCodes.Status413PayloadTooLarge, $"The body is longer than {limit} bytes, which is the limit here. Send less.");
}
