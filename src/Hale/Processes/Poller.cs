using System.Collections.Concurrent;
using Hale.Native;

namespace Hale.Processes;

/// <summary>Is told, on the poller's thread, that its descriptor can be read or has been hung up.</summary>
internal interface IReadiness
{
    /// <summary>Must be short, must not block, and must take the descriptor off the poller or make it unreadable, or it is called again at once.</summary>
    void OnReady();
}

/// <summary>
/// One thread in epoll_wait. It exists beside .NET's own socket loop because that one takes neither pidfds nor pipes, and because
/// a thread that does nothing else notices a death in tens of microseconds, whatever the thread pool is busy with.
/// </summary>
internal sealed class Poller : IDisposable
{
    private const long StopKey = 0;
    private const int EventsPerWait = 64;

    private readonly Descriptor epoll;
    private readonly Descriptor stop;
    private readonly Thread thread;
    private readonly Action<Exception>? onError;

    // By a key that is never used twice: an event that was already fetched when its descriptor was taken off finds nothing here,
    // where a descriptor number could by then mean something else.
    private readonly ConcurrentDictionary<long, IReadiness> registered = new();
    private long lastKey = StopKey;
    private volatile bool isStopping;

    /// <param name="name">Name of the thread.</param>
    /// <param name="onError">Hears of an exception that a callback let escape; the thread goes on.</param>
    public Poller(string name, Action<Exception>? onError = null)
    {
        this.onError = onError;
        if (!OperatingSystem.IsLinux())
            throw Machine.NotLinux();
        epoll = Epoll.Create();
        stop = Epoll.CreateEvent();
        if (epoll.IsInvalid || stop.IsInvalid || Epoll.Watch(epoll, stop, StopKey) != 0)
            throw new IOException($"cannot watch descriptors: {Errno.Describe(Errno.Last)}");
        thread = new Thread(Run) { IsBackground = true, Name = name };
        thread.Start();
    }

    /// <summary>Watches a descriptor until <see cref="Remove"/>, which takes the key. False when the kernel refused.</summary>
    public bool TryAdd(Descriptor fd, IReadiness readiness, out long key)
    {
        key = Interlocked.Increment(ref lastKey);
        registered[key] = readiness;
        if (Epoll.Watch(epoll, fd, key) == 0)
            return true;
        registered.TryRemove(key, out _);
        return false;
    }

    /// <summary>Takes a descriptor off before it is closed. False when it was off already: only one caller gets true.</summary>
    public bool Remove(long key, Descriptor fd)
    {
        if (!registered.TryRemove(key, out _))
            return false;
        Epoll.Forget(epoll, fd);
        return true;
    }

    /// <summary>Ends the thread. What was registered is not told.</summary>
    public void Dispose()
    {
        if (isStopping)
            return;
        isStopping = true;
        Epoll.Raise(stop);
        if (Thread.CurrentThread != thread)
            thread.Join();
        epoll.Dispose();
        stop.Dispose();
    }

    private void Run()
    {
        var events = new byte[EventsPerWait * Epoll.EventSize];
        while (!isStopping)
        {
            var count = Epoll.Wait(epoll, events);
            for (var i = 0; i < count && !isStopping; i++)
            {
                if (registered.TryGetValue(Epoll.KeyAt(events, i), out var readiness))
                    Tell(readiness);
            }
        }
    }

    private void Tell(IReadiness readiness)
    {
        try
        {
            readiness.OnReady();
        }
        catch (Exception problem)
        {
            onError?.Invoke(problem);
        }
    }
}
