using System.Runtime.InteropServices;

namespace Hale.Native;

/// <summary>
/// Processes by descriptor (pidfd_open(2)): readable when the process has exited, and never meant for another process,
/// however often its number is used again. Linux 5.3.
/// </summary>
internal static unsafe partial class Pidfd
{
    // By number, since musl and older glibc have no wrappers; both numbers are the same on every architecture .NET runs on.
    private const int OpenCall = 434;
    private const int SignalCall = 424;

    private const int ByNumber = 1;
    private const int ByPidfd = 3;
    private const int WaitExited = 4;
    private const int WaitNoHang = 1;
    private const int WaitLeave = 0x01000000;

    /// <summary>To the whole process group that the process leads, even when itself is gone. Linux 6.9.</summary>
    private const uint WholeGroup = 1 << 2;

    /// <summary>PIDFD_GET_INFO for the first version of <c>struct pidfd_info</c> (64 bytes).</summary>
    private const nuint GetInfo = 0xC040FF0B;
    private const int InfoSize = 64;
    private const int InfoExitCodeOffset = 60;
    private const ulong InfoExit = 1 << 3;

    private const int CodeExited = 1;
    private const int CodeDumped = 3;

    /// <summary>A descriptor of the process that has this number now; invalid, with <see cref="Errno.Last"/>, if there is none.</summary>
    /// <exception cref="PlatformNotSupportedException">The kernel is older than 5.3.</exception>
    public static Descriptor Open(int pid)
    {
        var fd = (int)SystemCall(OpenCall, pid, 0, 0, 0);
        if (fd < 0 && Errno.Last == Errno.NotImplemented)
            throw new PlatformNotSupportedException("this kernel has no pidfd_open: Hale needs Linux 5.3 or newer to watch processes");
        return new Descriptor(fd);
    }

    /// <summary>Sends a signal to the process; 0 or the error.</summary>
    public static int Signal(Descriptor pidfd, int signal) => Send(pidfd, signal, 0);

    /// <summary>
    /// Sends a signal to the process group that the process leads or led; 0 or the error. <see cref="Errno.NoProcess"/>: the group is empty.
    /// Signal 0 only asks. <see cref="Errno.Invalid"/>: the kernel is older than 6.9 and cannot.
    /// </summary>
    public static int SignalGroup(Descriptor pidfd, int signal) => Send(pidfd, signal, WholeGroup);

    /// <summary>How a child of ours exited, leaving it to be reaped; null, with <see cref="Errno.Last"/>, if it is not our child or lives.</summary>
    public static WaitStatus? Peek(Descriptor pidfd) => Wait(pidfd, WaitExited | WaitLeave | WaitNoHang);

    /// <summary>Takes a dead child out of the process table.</summary>
    public static void Reap(Descriptor pidfd) => Wait(pidfd, WaitExited | WaitNoHang);

    /// <summary>Ends a child that no descriptor could be had for, and its group, and takes it out of the process table.</summary>
    public static void Abort(int pid)
    {
        const int infoSize = 128;
        var info = stackalloc byte[infoSize];
        _ = Kill(-pid, Signals.Kill);
        _ = WaitIdByNumber(ByNumber, pid, info, WaitExited);
    }

    /// <summary>Sends a signal by number: a process, or with a negative number a group. Only for numbers that cannot have passed on.</summary>
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    /// <summary>How a process of somebody else exited, once its parent has reaped it (Linux 6.15); null if that cannot be known (yet).</summary>
    public static WaitStatus? ExitOfStranger(Descriptor pidfd)
    {
        Span<byte> info = stackalloc byte[InfoSize];
        info.Clear();
        BitConverter.TryWriteBytes(info, InfoExit);
        fixed (byte* pointer = info)
        {
            if (Control(pidfd, GetInfo, pointer) != 0 || (BitConverter.ToUInt64(info) & InfoExit) == 0)
                return null;
        }
        return WaitStatus.FromWait(BitConverter.ToInt32(info[InfoExitCodeOffset..]));
    }

    private static int Send(Descriptor pidfd, int signal, uint flags)
    {
        var held = false;
        try
        {
            pidfd.DangerousAddRef(ref held);
            return SystemCall(SignalCall, pidfd.Number, signal, 0, (nint)flags) == 0 ? 0 : Errno.Last;
        }
        finally
        {
            if (held)
                pidfd.DangerousRelease();
        }
    }

    private static WaitStatus? Wait(Descriptor pidfd, int options)
    {
        const int infoSize = 128, codeOffset = 8, pidOffset = 16, statusOffset = 24;
        Span<byte> info = stackalloc byte[infoSize];
        info.Clear();
        fixed (byte* pointer = info)
        {
            if (WaitId(ByPidfd, pidfd, pointer, options) != 0 || BitConverter.ToInt32(info[pidOffset..]) == 0)
                return null;
        }
        var code = BitConverter.ToInt32(info[codeOffset..]);
        var status = BitConverter.ToInt32(info[statusOffset..]);
        return code == CodeExited ? new WaitStatus(status, 0, false) : new WaitStatus(0, status, code == CodeDumped);
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint a, nint b, nint c, nint d);

    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    private static partial int WaitId(int kind, Descriptor pidfd, byte* info, int options);

    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    private static partial int WaitIdByNumber(int kind, int pid, byte* info, int options);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(Descriptor fd, nuint request, byte* argument);
}

/// <summary>How a process exited: by itself with a code, or by a signal.</summary>
/// <param name="Code">Exit code; 0 when a signal ended it.</param>
/// <param name="Signal">The signal that ended it; 0 when it exited by itself.</param>
/// <param name="DumpedCore">The kernel wrote a core dump.</param>
internal readonly record struct WaitStatus(int Code, int Signal, bool DumpedCore)
{
    /// <summary>From the packed form of wait(2), which the kernel also uses in <c>/proc/PID/stat</c> and PIDFD_GET_INFO.</summary>
    public static WaitStatus FromWait(int status) => new((status >> 8) & 0xff, status & 0x7f, (status & 0x80) != 0);
}
