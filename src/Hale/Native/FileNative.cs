using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hale.Native;

/// <summary>
/// System calls on files by descriptor and by byte name. A Linux file name is bytes without '/' and NUL: names that are not UTF-8 exist,
/// and a trip through <see cref="string"/> would lose them. Nothing here throws for an errno; callers read it and decide.
/// </summary>
internal static partial class FileNative
{
    /// <summary>Not permitted (immutable, sticky folder).</summary>
    public const int EPERM = 1;

    /// <summary>No such name.</summary>
    public const int ENOENT = 2;

    /// <summary>Would block: somebody else has the file open or leased.</summary>
    public const int EAGAIN = 11;

    /// <summary>Access denied.</summary>
    public const int EACCES = 13;

    /// <summary>A component is not a folder.</summary>
    public const int ENOTDIR = 20;

    /// <summary>A folder where none is wanted.</summary>
    public const int EISDIR = 21;

    /// <summary>A folder is not empty.</summary>
    public const int ENOTEMPTY = 39;

    /// <summary>A link where none is allowed.</summary>
    public const int ELOOP = 40;

    /// <summary>Relative to the working folder; with an absolute path it means nothing.</summary>
    public const int WorkingFolder = -100;

    private const int SymlinkNoFollow = 0x100, RemoveFolder = 0x200, NoAutomount = 0x800, EmptyPath = 0x1000, DontSync = 0x4000;
    private const uint Birth = 0x800, Wanted = 0x7ff | Birth | 0x1000;
    private const int SetSignal = 10, SetLease = 1024, WriteLease = 1, SignalUrgent = 23;

    // O_DIRECTORY and O_NOFOLLOW are the two flags here that Linux numbers differently on ARM and POWER (include/uapi/asm-generic/fcntl.h
    // against arch/arm64 and arch/powerpc).
    private static readonly bool HasArmNumbers =
        RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 or Architecture.Ppc64le;

    private static readonly int FolderOnly = HasArmNumbers ? 0x4000 : 0x10000;
    private static readonly int NoFollow = HasArmNumbers ? 0x8000 : 0x20000;
    private const int NonBlocking = 0x800, CloseOnExec = 0x80000;

    /// <summary>The layouts below are those of 64-bit Linux, the same in glibc and musl.</summary>
    public static bool IsSupported { get; } = OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    /// <summary>Effective user.</summary>
    public static uint EffectiveUser => IsSupported ? geteuid() : uint.MaxValue;

    /// <summary>Opens a folder by path, links followed.</summary>
    public static SafeFileHandle? OpenFolder(string path, out int error) =>
        Checked(open(FileName.Terminated(path), FolderOnly | CloseOnExec), out error);

    /// <summary>Opens the folder <paramref name="name"/> in <paramref name="folder"/>; a link is refused with ENOTDIR or ELOOP.</summary>
    public static SafeFileHandle? OpenFolder(SafeFileHandle folder, byte[] name, out int error) =>
        Open(folder, name, FolderOnly | NoFollow | CloseOnExec, out error);

    /// <summary>Opens a file for reading without waiting (a FIFO or a leased file would make the caller wait) and without following a link.</summary>
    public static SafeFileHandle? OpenFile(SafeFileHandle folder, byte[] name, out int error) =>
        Open(folder, name, NoFollow | NonBlocking | CloseOnExec, out error);

    /// <summary>Opens a file by path for reading, links followed, without waiting.</summary>
    public static SafeFileHandle? OpenFile(byte[] path, out int error) =>
        Checked(open(FileName.Terminated(path), NonBlocking | CloseOnExec), out error);

    /// <summary>What a name in a folder is; no automount is triggered.</summary>
    public static int Stat(SafeFileHandle folder, byte[] name, bool followLink, out FileStatus status) =>
        Stat(folder.DangerousGetHandle().ToInt32(), FileName.Terminated(name), (followLink ? 0 : SymlinkNoFollow) | NoAutomount, out status);

    /// <summary>What an open descriptor is.</summary>
    public static int Stat(SafeFileHandle file, out FileStatus status) =>
        Stat(file.DangerousGetHandle().ToInt32(), [0], EmptyPath, out status);

    /// <summary>What a path is. With <paramref name="fresh"/> off, a network file system answers from what it has cached and does not hang.</summary>
    public static int Stat(string path, bool followLink, bool fresh, out FileStatus status) =>
        Stat(WorkingFolder, FileName.Terminated(path), (followLink ? 0 : SymlinkNoFollow) | (fresh ? 0 : DontSync), out status);

    /// <summary>Removes a file's name. Returns an errno, 0 when done.</summary>
    public static int Unlink(SafeFileHandle folder, byte[] name) => Result(unlinkat(folder, FileName.Terminated(name), 0));

    /// <summary>Removes an empty folder. Returns an errno, 0 when done.</summary>
    public static int UnlinkFolder(SafeFileHandle folder, byte[] name) => Result(unlinkat(folder, FileName.Terminated(name), RemoveFolder));

    /// <summary>
    /// Takes a write lease, which the kernel grants only when nobody else in any process or container has the file open or mapped;
    /// it ends when the descriptor is closed (fcntl(2), "Leases"). Returns an errno, 0 when granted.
    /// </summary>
    public static int TakeWriteLease(SafeFileHandle file)
    {
        // An opener that has to wait for us raises a signal here. The default, SIGIO, would end the process; SIGURG is ignored by default.
        var error = Result(fcntl(file, SetSignal, SignalUrgent));
        return error != 0 ? error : Result(fcntl(file, SetLease, WriteLease));
    }

    /// <summary>The size of the file system that a path lies on.</summary>
    public static int FileSystem(string path, out FileSystemStatus status) => Result(statvfs(FileName.Terminated(path), out status));

    /// <summary>The size of the file system that a descriptor lies on.</summary>
    public static int FileSystem(SafeFileHandle file, out FileSystemStatus status) => Result(fstatvfs(file, out status));

    /// <summary>The names in a folder, in the folder's order, without "." and "..".</summary>
    /// <exception cref="IOException">The folder cannot be read (any further).</exception>
    public static IEnumerable<byte[]> Names(SafeFileHandle folder)
    {
        // A description of its own: the stream owns its descriptor and moves its offset.
        var own = openat(folder, ".\0"u8.ToArray(), FolderOnly | CloseOnExec);
        if (own < 0)
            throw Failure(Marshal.GetLastPInvokeError());
        var stream = fdopendir(own);
        if (stream == 0)
        {
            var error = Marshal.GetLastPInvokeError();
            new SafeFileHandle(own, ownsHandle: true).Dispose();
            throw Failure(error);
        }
        try
        {
            while (NextName(stream) is { } name)
                if (name is not ([(byte)'.'] or [(byte)'.', (byte)'.']))
                    yield return name;
        }
        finally
        {
            _ = closedir(stream);
        }
    }

    /// <summary>The kernel's words for an errno.</summary>
    public static string Describe(int error) => Marshal.GetPInvokeErrorMessage(error);

    private static IOException Failure(int error) => new(Describe(error), error);

    private static SafeFileHandle? Open(SafeFileHandle folder, byte[] name, int flags, out int error) =>
        Checked(openat(folder, FileName.Terminated(name), flags), out error);

    private static SafeFileHandle? Checked(int descriptor, out int error)
    {
        error = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private static int Result(int returned) => returned < 0 ? Marshal.GetLastPInvokeError() : 0;

    private static int Stat(int folder, byte[] path, int flags, out FileStatus status)
    {
        var error = Result(statx(folder, path, flags, Wanted, out var raw));
        status = error == 0 ? raw.ToStatus() : default;
        return error;
    }

    private static unsafe byte[]? NextName(nint stream)
    {
        // struct dirent: d_ino 8, d_off 8, d_reclen 2, d_type 1, d_name.
        const int nameOffset = 19;
        var entry = readdir(stream);
        if (entry != null)
            return MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + nameOffset).ToArray();
        var error = Marshal.GetLastPInvokeError();
        return error == 0 ? null : throw Failure(error);
    }

    // Paths are passed as NUL-terminated bytes; blittable arrays are pinned, not copied.
    [LibraryImport("libc", SetLastError = true)]
    private static partial int open(byte[] path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int openat(SafeFileHandle folder, byte[] path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int statx(int folder, byte[] path, int flags, uint mask, out RawStatx status);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlinkat(SafeFileHandle folder, byte[] path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(SafeFileHandle file, int command, nint argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int statvfs(byte[] path, out FileSystemStatus status);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fstatvfs(SafeFileHandle file, out FileSystemStatus status);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint fdopendir(int descriptor);

    // readdir reports its end and an error alike by null; the source generator clears errno before the call, which tells them apart.
    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial byte* readdir(nint stream);

    [LibraryImport("libc")]
    private static partial int closedir(nint stream);

    [LibraryImport("libc")]
    private static partial uint geteuid();

    /// <summary>struct statx (statx(2)), 256 bytes, the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct RawStatx
    {
        [FieldOffset(0)] public uint Mask;
        [FieldOffset(16)] public uint Links;
        [FieldOffset(20)] public uint User;
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public long Size;
        [FieldOffset(48)] public long Blocks;
        [FieldOffset(80)] public long BornSeconds;
        [FieldOffset(88)] public uint BornNanoseconds;
        [FieldOffset(96)] public long ChangedSeconds;
        [FieldOffset(104)] public uint ChangedNanoseconds;
        [FieldOffset(112)] public long ModifiedSeconds;
        [FieldOffset(120)] public uint ModifiedNanoseconds;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;
        [FieldOffset(144)] public ulong Mount;

        public readonly FileStatus ToStatus() => new()
        {
            Id = new FileId(((ulong)DeviceMajor << 32) | DeviceMinor, Inode),
            Mount = (Mask & 0x1000) != 0 ? Mount : null,
            Mode = Mode,
            Links = Links,
            User = User,
            Size = Size,
            Allocated = Blocks * 512,
            Modified = Time(ModifiedSeconds, ModifiedNanoseconds),
            Changed = Time(ChangedSeconds, ChangedNanoseconds),
            Born = (Mask & Birth) != 0 ? Time(BornSeconds, BornNanoseconds) : null,
        };

        // A corrupt inode can carry any number: it is clamped to what a clock can show rather than thrown at the walk.
        private static DateTimeOffset Time(long seconds, uint nanoseconds) =>
            DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, -62_135_596_800, 253_402_300_798)).AddTicks(nanoseconds / 100);
    }
}
