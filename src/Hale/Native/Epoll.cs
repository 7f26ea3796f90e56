using System.Runtime.InteropServices;

namespace Hale.Native;

/// <summary>epoll(7) and eventfd(2).</summary>
internal static unsafe partial class Epoll
{
    public const uint Readable = 0x001;

    private const int Add = 1;
    private const int Delete = 2;

    // The kernel packs struct epoll_event on x86-64 only: 12 bytes with the key at 4, elsewhere 16 with the key at 8.
    private static readonly bool IsPacked = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Bytes of one event.</summary>
    public static readonly int EventSize = IsPacked ? 12 : 16;

    private static readonly int KeyOffset = IsPacked ? 4 : 8;

    /// <summary>epoll_create1(2), closed on exec.</summary>
    public static Descriptor Create() => new(CreateInstance(Files.CloseOnExec));

    /// <summary>A new eventfd, closed on exec.</summary>
    public static Descriptor CreateEvent() => new(CreateEventDescriptor(0, Files.CloseOnExec));

    /// <summary>Makes an eventfd readable.</summary>
    public static void Raise(Descriptor eventfd)
    {
        ulong one = 1;
        _ = Write(eventfd, &one, sizeof(ulong));
    }

    /// <summary>Watches <paramref name="fd"/> for being readable (or hung up); 0 or the error.</summary>
    public static int Watch(Descriptor epoll, Descriptor fd, long key)
    {
        Span<byte> change = stackalloc byte[16];
        change.Clear();
        BitConverter.TryWriteBytes(change, Readable);
        BitConverter.TryWriteBytes(change[KeyOffset..], key);
        fixed (byte* pointer = change)
            return Control(epoll, Add, fd, pointer) == 0 ? 0 : Errno.Last;
    }

    /// <summary>Watches it no longer.</summary>
    public static void Forget(Descriptor epoll, Descriptor fd)
    {
        Span<byte> unused = stackalloc byte[16];
        fixed (byte* pointer = unused)
            _ = Control(epoll, Delete, fd, pointer);
    }

    /// <summary>Waits without limit for events; their number, or -1 with <see cref="Errno.Last"/>.</summary>
    public static int Wait(Descriptor epoll, Span<byte> events)
    {
        fixed (byte* pointer = events)
            return Wait(epoll, pointer, events.Length / EventSize, -1);
    }

    /// <summary>The key of the event at an index.</summary>
    public static long KeyAt(ReadOnlySpan<byte> events, int index) => BitConverter.ToInt64(events[(index * EventSize + KeyOffset)..]);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int CreateInstance(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(Descriptor epoll, int operation, Descriptor fd, byte* change);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int Wait(Descriptor epoll, byte* events, int count, int timeout);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int CreateEventDescriptor(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(Descriptor fd, ulong* value, nuint count);
}
