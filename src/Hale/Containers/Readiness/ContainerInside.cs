using System.Globalization;
using System.Text;
using Hale.Core.Containers;
using Hale.Processes;
using Hale.Readiness;

namespace Hale.Containers;

/// <summary>Looks into a container past its engine, where it runs on this machine and <c>/proc</c> shows it.</summary>
internal static class ContainerInside
{
    /// <summary>
    /// The first process of a container. Null when it cannot be seen: the engine may be on another machine, or in a namespace whose numbers mean something else
    /// here, so the process has to lie in a control group that is named by the container (cgroups(7)).
    /// </summary>
    public static ProcessIdentity? FirstProcess(ContainerDetails container)
    {
        if (container.State.Pid <= 0 || container.Id.Length == 0)
            return null;
        Span<byte> buffer = stackalloc byte[4096];
        return ProcFile.Read($"/proc/{container.State.Pid}/cgroup", buffer, out var length) == ProcRead.Ok
            && buffer[..length].IndexOf(Encoding.ASCII.GetBytes(container.Id)) >= 0
            && ProcessTable.Read(container.State.Pid, out var stat) == ProcRead.Ok && !stat.IsDead
            ? stat.Identity
            : null;
    }

    /// <summary>Whether a process is known to have ended, or to be on its way out, which the engine notices some hundredths of a second later.</summary>
    public static bool HasEnded(ProcessIdentity process) => ProcessTable.Read(process.Pid, out var stat) switch
    {
        ProcRead.Gone => true,
        ProcRead.Ok => stat.IsDead || stat.Identity != process || IsExiting(process.Pid),
        _ => false,
    };

    // The kernel marks a process before it closes what it has open (PF_EXITING, include/linux/sched.h), so who has seen its connection end here sees the mark.
    private static bool IsExiting(int pid)
    {
        const long Exiting = 4;
        Span<byte> buffer = stackalloc byte[1024];
        if (ProcFile.Read($"/proc/{pid}/stat", buffer, out var length) != ProcRead.Ok)
            return false;
        // Behind the name, which may have blanks and parentheses: state, parent, group, session, terminal, its group, flags (proc_pid_stat(5)).
        var fields = Encoding.UTF8.GetString(buffer[(buffer[..length].LastIndexOf((byte)')') + 1)..length]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 6 && long.TryParse(fields[6], NumberStyles.None, CultureInfo.InvariantCulture, out var flags) && (flags & Exiting) != 0;
    }

    /// <summary>What listens in it; null when that cannot be seen.</summary>
    public static IReadOnlyList<ContainerListener>? Listeners(ContainerDetails container)
    {
        if (FirstProcess(container) is not { } process || !File.Exists($"/proc/{process.Pid}/net/tcp"))
            return null;
        var found = TcpListeners.Of(process.Pid).Select(each => new ContainerListener(each.Port, each.Address.ToString())).Distinct().ToList();
        // Its number may have passed on to another process meanwhile.
        return HasEnded(process) ? null : found;
    }
}
