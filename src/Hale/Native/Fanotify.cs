using System.Runtime.InteropServices;

namespace Hale.Native;

/// <summary>fanotify(7), as far as to hear which files are opened. Needs CAP_SYS_ADMIN, and for whole file systems Linux 4.20.</summary>
internal static unsafe partial class Fanotify
{
    /// <summary>Bytes of <c>struct fanotify_event_metadata</c>.</summary>
    public const int EventSize = 24;

    /// <summary>The descriptor of an event that stands for those that were lost.</summary>
    public const int NoDescriptor = -1;

    private const int CloseOnExec = 1, NonBlocking = 2;
    private const uint Add = 1, FileSystem = 0x100;

    // An exec opens too, so this one is all.
    private const ulong Opened = 0x20;

    // O_LARGEFILE: without it, a file beyond 2 GB could not be named to us. Numbered as in FileNative.
    private static readonly int LargeFile = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 or Architecture.Ppc64le ? 0x20000 : 0x8000;

    /// <summary>A queue of events that does not block; invalid, with <see cref="Errno.Last"/>, where it cannot be had. The kernel keeps 16,384 events at most.</summary>
    public static Descriptor Create() => new(Initialize(CloseOnExec | NonBlocking, LargeFile));

    /// <summary>Hears of every opening on the file system that a path lies on; 0 or the error.</summary>
    public static int Watch(Descriptor queue, string path) => Mark(queue, Add | FileSystem, Opened, FileNative.WorkingFolder, path) == 0 ? 0 : Errno.Last;

    /// <summary>Who opened what: a descriptor of it that is now ours to close, and the process.</summary>
    public static (int Descriptor, int Pid) At(ReadOnlySpan<byte> events) => (BitConverter.ToInt32(events[16..]), BitConverter.ToInt32(events[20..]));

    /// <summary>Where the next event begins.</summary>
    public static int LengthOf(ReadOnlySpan<byte> events) => BitConverter.ToInt32(events);

    [LibraryImport("libc", EntryPoint = "fanotify_init", SetLastError = true)]
    private static partial int Initialize(uint flags, int fileFlags);

    [LibraryImport("libc", EntryPoint = "fanotify_mark", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mark(Descriptor queue, uint flags, ulong mask, int folder, string path);
}
