using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hale.Testing;

/// <summary>posix_fadvise(2) on an open file, the whole of it.</summary>
public static partial class FileAdvice
{
    private const int WillNeed = 3, DontNeed = 4;

    /// <summary>Takes it out of memory; pages that are mapped somewhere, or not on disk yet, stay.</summary>
    public static void Drop(SafeFileHandle file) => _ = Advise(file, 0, 0, DontNeed);

    /// <summary>Asks for it to be read, and does not wait for that.</summary>
    public static void AskFor(SafeFileHandle file) => _ = Advise(file, 0, 0, WillNeed);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);
}
