using System.Runtime.InteropServices;

namespace Hale.Native;

/// <summary>What libc says about the machine and about ourselves.</summary>
internal static partial class Machine
{
    private const int BootTimeClock = 7;
    private const int ClockTicksPerSecond = 2;
    private const int CoreSizeLimit = 4;
    private const int OpenFilesLimit = 7;

    /// <summary>Ticks per second of the start times in <c>/proc/PID/stat</c> (sysconf(3), _SC_CLK_TCK).</summary>
    public static long TicksPerSecond { get; } = OperatingSystem.IsLinux() ? SystemConfiguration(ClockTicksPerSecond) : 100;

    /// <summary>Time since the machine booted, sleep included: the line on which the kernel notes when a process began.</summary>
    public static TimeSpan SinceBoot
    {
        get
        {
            _ = GetTime(BootTimeClock, out var time);
            return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / 100);
        }
    }

    /// <summary>Effective user of this process.</summary>
    public static uint User => EffectiveUser();

    /// <summary>Open files that this process may have (RLIMIT_NOFILE, soft); null when the kernel does not say.</summary>
    public static ulong? OpenFiles => GetLimit(OpenFilesLimit, out var limit) == 0 ? limit.Soft : null;

    /// <summary>Bytes that a core dump of a process started by us may have (RLIMIT_CORE, soft); null when the kernel does not say.</summary>
    public static ulong? CoreSize => GetLimit(CoreSizeLimit, out var limit) == 0 ? limit.Soft : null;

    /// <summary>What is thrown where supervision cannot work at all.</summary>
    public static PlatformNotSupportedException NotLinux() => new("Hale runs and watches processes on Linux only (pidfd, epoll, /proc)");

    [LibraryImport("libc", EntryPoint = "sysconf")]
    private static partial long SystemConfiguration(int name);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Timespec time);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int GetLimit(int resource, out Limit limit);

    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
