using Hale.Native;

namespace Hale.Processes;

/// <summary>
/// Notices the end of processes: one thread sleeps over all their pidfds. Children of ours are reaped; of others the
/// exit status is learned where the kernel tells it.
/// </summary>
public sealed class ProcessWatcher : IDisposable
{
    private static readonly Lazy<ProcessWatcher> SharedWatcher = new(() => new ProcessWatcher());

    private readonly Poller poller;

    /// <summary>Starts the thread.</summary>
    /// <param name="onError">Hears of an exception that a callback let escape; watching goes on.</param>
    public ProcessWatcher(Action<Exception>? onError = null) => poller = new("hale-watcher", onError);

    /// <summary>One for the whole program, made when first used; never disposed.</summary>
    public static ProcessWatcher Shared => SharedWatcher.Value;

    /// <summary>
    /// Calls back once, on the watcher's thread, when the process has ended and (if it is ours) has been reaped; at once if it has ended
    /// already. The callback must be short and must not throw: everybody's news waits for it.
    /// </summary>
    /// <returns>False when the kernel refused (memory, fs.epoll.max_user_watches).</returns>
    internal bool TryWatch(ProcessHandle process, Action<ProcessExit> onExit) => new ExitWatch(poller, process, onExit).TryBegin();

    /// <summary>Stops watching. Processes live on, and nobody is called back any more.</summary>
    public void Dispose() => poller.Dispose();

    private sealed class ExitWatch(Poller poller, ProcessHandle process, Action<ProcessExit> onExit) : IReadiness
    {
        private readonly Lock registering = new();
        private long key;

        public bool TryBegin()
        {
            // The event can be faster than the return of TryAdd, and must not find a key that is not there yet.
            lock (registering)
                return poller.TryAdd(process.Pidfd, this, out key);
        }

        public void OnReady()
        {
            lock (registering)
            {
                if (!poller.Remove(key, process.Pidfd))
                    return;
            }
            var status = Pidfd.Peek(process.Pidfd);
            if (status is not null)
                process.Reap();
            onExit(ProcessExit.From(status ?? StatusOfStranger()));
        }

        // The parent of an adopted process may reap it at any moment: before that its status is in /proc, after it in the pidfd.
        private WaitStatus? StatusOfStranger() =>
            Pidfd.ExitOfStranger(process.Pidfd)
            ?? ProcessTable.StatusOfZombie(process.Identity)
            ?? Pidfd.ExitOfStranger(process.Pidfd);
    }
}
