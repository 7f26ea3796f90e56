using System.Text;
using Hale.Native;

namespace Hale.Warming.Recording;

/// <summary>The paths that were seen, each once, within a bound.</summary>
internal sealed class OpenedPaths
{
    /// <summary>More than any program opens at its start.</summary>
    public const int Most = 100_000;

    private const int LongestPath = 4096;

    private readonly HashSet<string> paths = [];

    /// <summary>There were more than <see cref="Most"/>.</summary>
    public bool IsFull { get; private set; }

    /// <summary>What was seen.</summary>
    public IReadOnlyCollection<string> Seen => paths;

    /// <summary>Takes a path that the kernel wrote; what is no path of a file (<c>socket:[1]</c>) or has no name any more is left out.</summary>
    public void Add(string path)
    {
        const string deleted = " (deleted)";
        if (!path.StartsWith('/') || path.EndsWith(deleted, StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal))
            return;
        if (paths.Count < Most)
            paths.Add(path);
        else
            IsFull |= !paths.Contains(path);
    }

    /// <summary>Takes what a link in <c>/proc</c> leads to. False when it cannot be read.</summary>
    public unsafe bool AddLink(string link)
    {
        Span<byte> buffer = stackalloc byte[LongestPath];
        fixed (byte* pointer = buffer)
        {
            var length = Files.ReadLink(link, pointer, LongestPath);
            if (length <= 0)
                return false;
            Add(Encoding.UTF8.GetString(buffer[..(int)length]));
            return true;
        }
    }
}
