using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Hale.Native.Windows;

/// <summary>
/// A job: the processes that were put into it and everything that they start from then on. It ends with us: when its last handle is closed, also by our own death, Windows
/// ends what is left in it.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe partial class JobObject : SafeHandleZeroOrMinusOneIsInvalid
{
    private const int BasicAccounting = 1, ProcessList = 3, ExtendedLimits = 9;

    // Processes of one job that are listed; more than that are counted only.
    private const int MostListed = 1000;
    private const uint KillOnClose = 0x2000;

    private JobObject(nint handle) : base(ownsHandle: true) => SetHandle(handle);

    /// <summary>A new job; null, with the error, when there is none to be had.</summary>
    public static JobObject? Create(out int error)
    {
        var job = new JobObject(CreateJobObject(0, 0));
        error = Marshal.GetLastPInvokeError();
        var limits = new JobLimits { Flags = KillOnClose };
        if (!job.IsInvalid)
        {
            if (SetInformationJobObject(job, ExtendedLimits, &limits, (uint)sizeof(JobLimits)))
                return job;
            error = Marshal.GetLastPInvokeError();
        }
        job.Dispose();
        return null;
    }

    /// <summary>Puts a process in; what it has started before stays outside. 0 or the error.</summary>
    public int Add(SafeProcessHandle process) => AssignProcessToJobObject(this, process) ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>How many of its processes live; null when Windows does not say.</summary>
    public int? Living()
    {
        JobAccounting accounting = default;
        return QueryInformationJobObject(this, BasicAccounting, &accounting, (uint)sizeof(JobAccounting), 0) ? (int)accounting.ActiveProcesses : null;
    }

    /// <summary>The numbers of its living processes, up to 1000; empty when Windows does not say.</summary>
    public int[] Members()
    {
        // JOBOBJECT_BASIC_PROCESS_ID_LIST of 64-bit Windows: two counts of 4 bytes, then numbers of 8.
        var list = new ulong[1 + MostListed];
        fixed (ulong* pointer = list)
        {
            if (!QueryInformationJobObject(this, ProcessList, pointer, (uint)(list.Length * sizeof(ulong)), 0))
                return [];
        }
        var count = (int)(list[0] >> 32);
        return [.. list.Skip(1).Take(Math.Min(count, MostListed)).Select(pid => (int)pid)];
    }

    /// <summary>Ends all of its processes; 0 or the error.</summary>
    public int Terminate() => TerminateJobObject(this, 1) ? 0 : Marshal.GetLastPInvokeError();

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => CloseHandle(handle);

    [LibraryImport("kernel32", EntryPoint = "CreateJobObjectW", SetLastError = true)]
    private static partial nint CreateJobObject(nint security, nint name);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetInformationJobObject(JobObject job, int kind, void* information, uint length);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool QueryInformationJobObject(JobObject job, int kind, void* information, uint length, nint returned);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool AssignProcessToJobObject(JobObject job, SafeProcessHandle process);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool TerminateJobObject(JobObject job, uint exitCode);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CloseHandle(nint handle);
}

/// <summary>JOBOBJECT_EXTENDED_LIMIT_INFORMATION of 64-bit Windows, 144 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 144)]
internal struct JobLimits
{
    /// <summary>BasicLimitInformation.LimitFlags, behind two times of 8 bytes.</summary>
    [FieldOffset(16)] public uint Flags;
}

/// <summary>JOBOBJECT_BASIC_ACCOUNTING_INFORMATION, 48 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 48)]
internal struct JobAccounting
{
    /// <summary>Behind four times of 8 bytes and two counts of 4.</summary>
    [FieldOffset(40)] public uint ActiveProcesses;
}
