using Hale.Native;
using Hale.Processes;

namespace Hale.Readiness;

/// <summary>
/// Hears of the end of a process of anybody, at once, by its pidfd. It is not reaped: if it is a child of this program, somebody
/// else here waits for it.
/// </summary>
internal sealed class EndWatch : IReadiness, IDisposable
{
    private static readonly Lazy<Poller> Poller = new(() => new Poller("hale-gate"));

    private readonly Lock registering = new();
    private readonly ProcessHandle process;
    private readonly Action<string> onEnd;
    private long key;

    private EndWatch(ProcessHandle process, Action<string> onEnd) => (this.process, this.onEnd) = (process, onEnd);

    /// <summary>
    /// Watches a process. Null when there is nothing to watch: it is gone, or may not be looked at, which an attempt of its probe tells.
    /// </summary>
    /// <param name="pid">Its number.</param>
    /// <param name="onEnd">Told once, on a thread of its own, how it ended. Must be short and must not throw.</param>
    public static EndWatch? TryBegin(int pid, Action<string> onEnd)
    {
        if (ProcessTable.Read(pid, out var stat) != ProcRead.Ok || ProcessHandle.Open(stat.Identity) is not { } process)
            return null;
        var watch = new EndWatch(process, onEnd);
        lock (watch.registering)
        {
            if (Poller.Value.TryAdd(process.Pidfd, watch, out watch.key))
                return watch;
        }
        process.Dispose();
        return null;
    }

    public void OnReady()
    {
        lock (registering)
        {
            if (!Poller.Value.Remove(key, process.Pidfd))
                return;
        }
        var status = Pidfd.Peek(process.Pidfd) ?? Pidfd.ExitOfStranger(process.Pidfd) ?? ProcessTable.StatusOfZombie(process.Identity);
        onEnd(ProcessExit.From(status).ToString());
    }

    public void Dispose()
    {
        lock (registering)
            Poller.Value.Remove(key, process.Pidfd);
        process.Dispose();
    }
}
