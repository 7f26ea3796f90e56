using System.Globalization;
using System.Text;

namespace Hale.Probes.Linux;

/// <summary>A kernel file that could not be read or did not say what it should: the attempt could not tell.</summary>
internal sealed class KernelFileException(string message) : Exception(message);

/// <summary>Reads files of /proc and /sys.</summary>
/// <param name="root">Put before every path; empty for the machine itself. Tests give a folder with files of their own.</param>
internal sealed class KernelFiles(string root = "")
{
    // What we need stands at the beginning: /proc/stat of a machine with many interrupts is far longer.
    private const int Limit = 64 << 10;

    /// <summary>The first 64 KiB of a file.</summary>
    /// <exception cref="KernelFileException">It cannot be read.</exception>
    public string Read(string path)
    {
        try
        {
            // Sharing everything keeps .NET from putting a lock on the file.
            using var stream = new FileStream(root + path, new FileStreamOptions
            {
                Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0,
            });
            var buffer = new byte[Limit];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return Encoding.UTF8.GetString(buffer, 0, length);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new KernelFileException($"{path} cannot be read: {trouble.Message}");
        }
    }

    /// <summary>The file, or null when there is none.</summary>
    /// <exception cref="KernelFileException">It is there and cannot be read.</exception>
    public string? ReadIfThere(string path) => Exists(path) ? Read(path) : null;

    /// <summary>Whether there is such a file.</summary>
    public bool Exists(string path) => File.Exists(root + path);

    /// <summary>Whether there is such a folder.</summary>
    public bool HasFolder(string path) => Directory.Exists(root + path);

    /// <summary>The number that a file holds; null when there is no such file or it says <c>max</c>.</summary>
    /// <exception cref="KernelFileException">It cannot be read or holds something else.</exception>
    public double? Number(string path) => ReadIfThere(path)?.Trim() is { } text && text != "max" ? Parse(text, path) : null;

    /// <summary>The number after a key at the beginning of a line (<c>inactive_file 4096</c>); null without such a line.</summary>
    /// <exception cref="KernelFileException">What follows is not a number.</exception>
    public static double? Keyed(string text, string key, string path)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
            if (line.StartsWith(key, StringComparison.Ordinal) && line.Length > key.Length && line[key.Length] == ' ')
                return Parse(line[(key.Length + 1)..].Trim(), path);
        return null;
    }

    private static double Parse(ReadOnlySpan<char> text, string path) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new KernelFileException($"{path} holds no number");
}
