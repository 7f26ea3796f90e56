using System.Runtime.CompilerServices;

namespace Hale.Containers;

/// <summary>Cuts an answer into lines; one that is longer than a limit ends it.</summary>
internal static class EngineLines
{
    /// <summary>The lines that are not empty, without their breaks. Each is valid until the next is asked for.</summary>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(EngineAnswer answer, int longest, [EnumeratorCancellation] CancellationToken cancel)
    {
        var buffer = new byte[Math.Min(longest, 4 << 10)];
        var (begin, end) = (0, 0);
        while (true)
        {
            if (begin > 0)
            {
                buffer.AsSpan(begin, end - begin).CopyTo(buffer);
                (begin, end) = (0, end - begin);
            }
            if (end == buffer.Length)
            {
                if (end >= longest)
                    throw answer.Garbled($"a line is longer than {longest >> 10} KB");
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, longest));
            }
            var read = await answer.ReadAsync(buffer.AsMemory(end), cancel);
            var searched = end;
            end += read;
            while (buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n') is >= 0 and var offset)
            {
                var line = buffer.AsMemory(begin, searched + offset - begin);
                begin = searched = searched + offset + 1;
                line = Trim(line);
                if (line.Length > 0)
                    yield return line;
            }
            if (read == 0)
            {
                var rest = Trim(buffer.AsMemory(begin, end - begin));
                if (rest.Length > 0)
                    yield return rest;
                yield break;
            }
        }
    }

    private static Memory<byte> Trim(Memory<byte> line) => line.Trim("\r \t"u8.ToArray());
}
