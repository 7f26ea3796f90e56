using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hale.Native;

/// <summary>What of a file lies in memory.</summary>
internal static partial class PageCache
{
    // By number, since no libc wraps it; the same on every architecture .NET runs on. Linux 6.5.
    private const int CacheStat = 451;

    /// <summary>Bytes of an open file that are in the page cache; null where the kernel does not say. One call, whatever the size.</summary>
    public static long? CachedBytes(SafeFileHandle file, long size)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        var held = false;
        try
        {
            file.DangerousAddRef(ref held);
            var whole = default(Range);
            return SystemCall(CacheStat, file.DangerousGetHandle(), in whole, out var pages, 0) == 0
                ? Math.Min(size, (long)pages.Cached * Environment.SystemPageSize)
                : null;
        }
        finally
        {
            if (held)
                file.DangerousRelease();
        }
    }

    /// <summary>A length of 0 means up to the end.</summary>
    private struct Range
    {
        public ulong Offset;
        public ulong Length;
    }

    private struct Counts
    {
        public ulong Cached;
        public ulong Dirty;
        public ulong Writeback;
        public ulong Evicted;
        public ulong RecentlyEvicted;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint file, in Range range, out Counts counts, nint flags);
}
