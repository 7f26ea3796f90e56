using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hale.Native;

/// <summary>The file calls of libc that .NET does not offer, or offers only with exceptions for what is an everyday answer in <c>/proc</c>.</summary>
internal static unsafe partial class Files
{
    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int ReadWrite = 2;
    public const int Create = 0x40;
    public const int Truncate = 0x200;
    public const int Append = 0x400;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;

    public const int MayExecute = 1;

    public const int LockExclusive = 2;
    public const int LockNonBlocking = 4;

    /// <summary>fallocate(2): removes a range of whole blocks and moves the rest of the file down.</summary>
    public const int CollapseRange = 0x08;

    /// <summary>open(2); invalid, with <see cref="Errno.Last"/>, on failure.</summary>
    public static Descriptor Open(string path, int flags, uint mode = 0) => new(OpenFile(path, flags, mode));

    /// <summary>open(2), for a handle that .NET's file classes take. Unlike <see cref="File.OpenHandle"/> it takes no lock of its own.</summary>
    public static SafeFileHandle OpenHandle(string path, int flags, uint mode = 0) => new(OpenFile(path, flags, mode), ownsHandle: true);

    // As a number: libc returns 32 bits, and a handle made of them by the marshaller would take the upper half of the register for part of -1.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags, uint mode);

    /// <summary>read(2).</summary>
    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(Descriptor fd, byte* buffer, nuint count);

    /// <summary>access(2), by the real user.</summary>
    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Access(string path, int mode);

    /// <summary>readlink(2).</summary>
    [LibraryImport("libc", EntryPoint = "readlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint ReadLink(string path, byte* buffer, nuint count);

    /// <summary>pipe2(2).</summary>
    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    public static partial int Pipe(int* ends, int flags);

    /// <summary>fcntl(2) with F_SETFL (4).</summary>
    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Control(Descriptor fd, int command, int argument);

    /// <summary>flock(2).</summary>
    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(SafeHandle fd, int operation);

    /// <summary>fallocate(2).</summary>
    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    public static partial int Allocate(SafeHandle fd, int mode, long offset, long length);

    /// <summary>Both ends of a new pipe, closed on exec; the reading end does not block. Null, with <see cref="Errno.Last"/>, when there is none to be had.</summary>
    public static (Descriptor Read, Descriptor Write)? Pipe()
    {
        var ends = stackalloc int[2];
        if (Pipe(ends, CloseOnExec) != 0)
            return null;
        var (read, write) = (new Descriptor(ends[0]), new Descriptor(ends[1]));
        const int setFlags = 4;
        _ = Control(read, setFlags, NonBlocking);
        return (read, write);
    }
}
