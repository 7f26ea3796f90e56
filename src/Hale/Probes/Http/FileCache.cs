namespace Hale.Probes.Http;

/// <summary>What was read from files, kept until one of them changes: certificates are renewed while Hale runs.</summary>
internal sealed class FileCache<T>(Func<T> read, params string[] files) where T : class
{
    private sealed record Kept(T Value, DateTime[] Written);

    private Kept? kept;

    /// <summary>The value; read anew when a file has another time of writing than before.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public T Get()
    {
        var written = Array.ConvertAll(files, File.GetLastWriteTimeUtc);
        // Two attempts at once may both read; the later result stays, and both are good.
        var known = Volatile.Read(ref kept);
        if (known is not null && known.Written.AsSpan().SequenceEqual(written))
            return known.Value;
        var value = read();
        Volatile.Write(ref kept, new(value, written));
        return value;
    }
}
