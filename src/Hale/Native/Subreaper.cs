using System.Runtime.InteropServices;

namespace Hale.Native;

/// <summary>PR_SET_CHILD_SUBREAPER of prctl(2): descendants whose parents have ended become children of this program rather than of process 1.</summary>
internal static partial class Subreaper
{
    private const int SetChildSubreaper = 36;

    /// <summary>Becomes one. False when the kernel refused.</summary>
    public static bool TryBecome() => OperatingSystem.IsLinux() && Control(SetChildSubreaper, 1, 0, 0, 0) == 0;

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Control(int option, nuint argument, nuint a, nuint b, nuint c);
}
