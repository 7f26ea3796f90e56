namespace Hale.Probes.Http;

/// <summary>Reads a body from outside, and no more of it than is wanted.</summary>
internal static class BoundedBody
{
    /// <summary>The first bytes of a body.</summary>
    /// <param name="content">The body.</param>
    /// <param name="keep">How much to keep, in bytes.</param>
    /// <param name="limit">How much to read, in bytes.</param>
    /// <param name="cancel">The time-out.</param>
    /// <returns>What was kept, and whether there was more than the limit.</returns>
    public static async ValueTask<(ReadOnlyMemory<byte> Kept, bool IsCut)> ReadAsync(HttpContent content, int keep, long limit, CancellationToken cancel)
    {
        await using var stream = await content.ReadAsStreamAsync(cancel);
        using var kept = new MemoryStream();
        var chunk = new byte[16 * 1024];
        for (var total = 0L; total < limit;)
        {
            var count = await stream.ReadAsync(chunk.AsMemory(0, (int)Math.Min(chunk.Length, limit - total)), cancel);
            if (count == 0)
                return (kept.ToArray(), false);
            total += count;
            kept.Write(chunk, 0, (int)Math.Min(count, keep - kept.Length));
        }
        return (kept.ToArray(), true);
    }
}
