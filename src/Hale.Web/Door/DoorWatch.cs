using Hale.Sessions;

namespace Hale.Web.Door;

/// <summary>Reads sessions for those who wait at the door: each session that somebody waits for is read by one loop, however many wait for it.</summary>
internal sealed class DoorWatch(ISessionStore store, DoorOptions options)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Shared> watched = new(StringComparer.Ordinal);

    /// <summary>How many sessions are being read.</summary>
    public int Watched
    {
        get
        {
            lock (gate)
                return watched.Count;
        }
    }

    /// <summary>Reads a session once.</summary>
    public async Task<DoorSight> LookAsync(string session, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(DoorOptions.StoreLimit, options.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            return new DoorSight((await store.GetAsync(session, both.Token))?.Row, null);
        }
        catch (SessionStoreException exception)
        {
            return new DoorSight(null, exception.Message);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new DoorSight(null, $"The store did not answer within {DoorOptions.StoreLimit.TotalSeconds:0} s.");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever it was: nobody can tell, and the loop that looks goes on.
            return new DoorSight(null, $"An error in Hale itself: {exception.GetType().Name}: {exception.Message}");
        }
    }

    /// <summary>Begins to wait; dispose what comes back when the waiting is over.</summary>
    public Waiter Wait(string session)
    {
        lock (gate)
        {
            if (!watched.TryGetValue(session, out var shared))
            {
                watched[session] = shared = new Shared();
                shared.Loop = ReadAsync(session, shared);
            }
            shared.Waiters++;
            return new Waiter(this, session, shared);
        }
    }

    // It begins with a pause: who waits has just looked.
    private async Task ReadAsync(string session, Shared shared)
    {
        try
        {
            while (true)
            {
                await Task.Delay(options.Look, options.Time, shared.Stop.Token);
                var sight = await LookAsync(session, shared.Stop.Token);
                Interlocked.Exchange(ref shared.Next, Shared.NewNext()).TrySetResult(sight);
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody waits any more.
        }
    }

    private void Leave(string session, Shared shared)
    {
        lock (gate)
        {
            if (--shared.Waiters > 0)
                return;
            if (watched.TryGetValue(session, out var present) && present == shared)
                watched.Remove(session);
        }
        shared.Stop.Cancel();
    }

    /// <summary>One who waits.</summary>
    internal sealed class Waiter(DoorWatch watch, string session, Shared shared) : IDisposable
    {
        private Task<DoorSight> next = Volatile.Read(ref shared.Next).Task;

        /// <summary>The next look at the session.</summary>
        public async Task<DoorSight> NextAsync(CancellationToken cancel)
        {
            var sight = await next.WaitAsync(cancel);
            // The present one: looks that came while the last was told are overtaken.
            next = Volatile.Read(ref shared.Next).Task;
            return sight;
        }

        /// <summary>Ends the waiting.</summary>
        public void Dispose() => watch.Leave(session, shared);
    }

    /// <summary>What those share who wait for one session.</summary>
    internal sealed class Shared
    {
        public TaskCompletionSource<DoorSight> Next = NewNext();

        public CancellationTokenSource Stop { get; } = new();

        public Task Loop { get; set; } = Task.CompletedTask;

        public int Waiters { get; set; }

        public static TaskCompletionSource<DoorSight> NewNext() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
