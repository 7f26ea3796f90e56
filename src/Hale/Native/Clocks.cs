using System.Runtime.InteropServices;

namespace Hale.Native;

/// <summary>What the kernel says about its own clock.</summary>
internal static unsafe partial class Clocks
{
    // struct timex has 208 bytes on 64-bit Linux; modes = 0 only asks.
    private const int TimexSize = 256;

    // TIME_ERROR: STA_UNSYNC is set, or the estimate of the error is beyond all use.
    private const int NotSynchronised = 5;

    /// <summary>Whether somebody (NTP, PTP) keeps the clock right; null when the kernel does not say.</summary>
    public static bool? IsSynchronised()
    {
        var timex = stackalloc byte[TimexSize];
        new Span<byte>(timex, TimexSize).Clear();
        return Adjust(timex) switch
        {
            < 0 => null,
            NotSynchronised => false,
            _ => true,
        };
    }

    [LibraryImport("libc", EntryPoint = "adjtimex", SetLastError = true)]
    private static partial int Adjust(byte* timex);
}
