using System.Runtime.InteropServices;
using Hale.Native;

namespace Hale.Processes;

/// <summary>
/// A hold on one process: signals sent through it reach that process or nobody, whatever has become of its number.
/// </summary>
internal sealed class ProcessHandle : IDisposable
{
    private readonly Lock gate = new();
    private readonly bool isChild;
    private bool isReaped;

    private ProcessHandle(ProcessIdentity identity, Descriptor pidfd, bool isChild)
    {
        Identity = identity;
        Pidfd = pidfd;
        this.isChild = isChild;
    }

    /// <summary>Which process.</summary>
    public ProcessIdentity Identity { get; }

    /// <summary>Its descriptor, owned by this object.</summary>
    public Descriptor Pidfd { get; }

    /// <summary>Takes hold of a child that has just been spawned. It cannot be mistaken: its number is its own until we reap it.</summary>
    /// <returns>Null, with <see cref="Errno.Last"/>, if no descriptor is to be had. The child has been killed then: nothing runs that nobody watches.</returns>
    public static ProcessHandle? OfChild(int pid)
    {
        var pidfd = Native.Pidfd.Open(pid);
        if (pidfd.IsInvalid)
        {
            var failure = Errno.Last;
            Native.Pidfd.Abort(pid);
            Marshal.SetLastPInvokeError(failure);
            return null;
        }
        return new(new(pid, ProcessTable.Read(pid, out var stat) == ProcRead.Ok ? stat.Identity.StartTicks : 0), pidfd, isChild: true);
    }

    /// <summary>Takes hold of a living process of anybody; null if it is gone.</summary>
    public static ProcessHandle? Open(ProcessIdentity identity)
    {
        var pidfd = Native.Pidfd.Open(identity.Pid);
        if (pidfd.IsInvalid)
            return null;
        // Read again now that the descriptor pins the process: if the start time is still the same, it is the one that was meant.
        if (ProcessTable.IsAlive(identity))
            return new(identity, pidfd, isChild: false);
        pidfd.Dispose();
        return null;
    }

    /// <summary>Sends a signal to the process alone; 0 or the error.</summary>
    public int Signal(int signal) => Native.Pidfd.Signal(Pidfd, signal);

    /// <summary>
    /// Sends a signal to the group that the process leads, or led before it ended; 0 or the error, <see cref="Errno.NoProcess"/> when the
    /// group is empty. On Linux before 6.9 a group cannot be addressed any more once its leader has been reaped: it then counts as empty here.
    /// </summary>
    public int SignalGroup(int signal)
    {
        var result = Native.Pidfd.SignalGroup(Pidfd, signal);
        if (result != Errno.Invalid)
            return result;
        lock (gate)
        {
            // By number, so only while the number is certainly the leader's: an unreaped child's always is, a stranger's as long as it lives.
            if (isReaped || (!isChild && Signal(0) != 0))
                return Errno.NoProcess;
            return Native.Pidfd.Kill(-Identity.Pid, signal) == 0 ? 0 : Errno.Last;
        }
    }

    /// <summary>Takes a dead child out of the process table.</summary>
    public void Reap()
    {
        lock (gate)
        {
            Native.Pidfd.Reap(Pidfd);
            isReaped = true;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Pidfd.Dispose();
}
