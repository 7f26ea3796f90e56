namespace Hale.Probes.Linux;

/// <summary>Memory of the whole machine: /proc/meminfo (proc_meminfo(5)).</summary>
/// <param name="Total">MemTotal in bytes.</param>
/// <param name="Available">
/// MemAvailable in bytes: the kernel's own estimate of what a new program can have without swapping. MemFree would count the page cache as used.
/// </param>
internal readonly record struct MemoryInfo(double Total, double Available)
{
    /// <summary>The share that is used, in per cent.</summary>
    public double Used => 100 * (1 - Available / Total);

    /// <summary>Reads /proc/meminfo.</summary>
    /// <exception cref="KernelFileException">It is malformed, or older than MemAvailable (Linux 3.14).</exception>
    public static MemoryInfo Parse(string text)
    {
        var total = Kilobytes(text, "MemTotal:");
        var available = Kilobytes(text, "MemAvailable:");
        return total > 0 ? new MemoryInfo(total, Math.Min(available, total)) : throw new KernelFileException("/proc/meminfo: MemTotal is 0");
    }

    private static double Kilobytes(string text, string key)
    {
        const string path = "/proc/meminfo";
        return 1024 * (KernelFiles.Keyed(text.Replace(" kB", "", StringComparison.Ordinal), key, path)
            ?? throw new KernelFileException($"{path} has no {key.TrimEnd(':')}"));
    }
}
