using System.Collections.Concurrent;
using Hale.Core.Containers;

namespace Hale.Containers.Groups;

/// <summary>
/// Watches the containers of a group: a death is told at once, as the engine's events tell it. Where the stream of events breaks it is opened again, and what
/// happened meanwhile is seen by a listing.
/// </summary>
internal sealed class GroupWatch : IAsyncDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    // To find out how it ended; the death itself is known by then.
    private static readonly TimeSpan Inquest = TimeSpan.FromSeconds(2);

    private readonly GroupStore store;
    private readonly EngineFilter filter;
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<string, Watched> watched = new();

    // Also of containers that are not watched yet: one may die between the look that found it ready and the watch. As many as this run has containers, and ids are not used twice.
    private readonly ConcurrentDictionary<string, EngineEvent> deaths = new();
    private readonly ConcurrentDictionary<string, bool> outOfMemory = new();
    private readonly List<Task> tellings = [];
    private readonly Task loop;

    private GroupWatch(GroupStore store, string session, EngineEventStream events)
    {
        this.store = store;
        filter = Filter(session);
        loop = WatchAsync(events);
    }

    /// <summary>Begins; whatever dies after that is told.</summary>
    public static async Task<GroupWatch> BeginAsync(GroupStore store, string session, CancellationToken cancel) =>
        new(store, session, await store.Engine.ListenAsync(new() { Filter = EventsOf(Filter(session)) }, cancel));

    /// <summary>Watches a container from now on, and from the moment on at which this was seen of it.</summary>
    public void Watch(ContainerDetails known)
    {
        var mine = watched.GetOrAdd(known.Id, _ => new(known));
        if (!known.State.Running)
            Tell(mine, null);
        else if (deaths.TryGetValue(known.Id, out var death))
            Tell(mine, death);
    }

    /// <summary>Completes with the reason when a container that is watched ends or is taken away.</summary>
    public Task<string> DeathOf(string id) => watched[id].Death.Task;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await loop;
        Task[] last;
        lock (tellings)
            last = [.. tellings];
        await Task.WhenAll(last);
        stop.Dispose();
    }

    private static EngineFilter Filter(string session) => EngineFilter.All.Label(ContainerGroupLabels.Key, ContainerGroupNames.KeyOf(session));

    private static EngineFilter EventsOf(EngineFilter filter) => filter.With("type", "container").With("event", "die").With("event", "died").With("event", "oom").With("event", "destroy").With("event", "remove");

    private async Task WatchAsync(EngineEventStream? events)
    {
        var pause = ShortestPause;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                events ??= await store.Engine.ListenAsync(new() { Filter = EventsOf(filter) }, stop.Token);
                await CatchUpAsync();
                pause = ShortestPause;
                await using (events)
                {
                    await foreach (var happened in events.ReadAsync(stop.Token))
                        Hear(happened);
                }
            }
            catch (Exception trouble) when (trouble is ContainerEngineException or OperationCanceledException)
            {
                // Away, or over: the loop's condition tells.
            }
            events = null;
            await Task.Delay(pause, store.Time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task CatchUpAsync()
    {
        if (watched.IsEmpty)
            return;
        var asked = watched.Values.ToList();
        var alive = (await store.Engine.Containers.ListAsync(filter, all: false, stop.Token)).Select(container => container.Id).ToHashSet();
        foreach (var each in asked.Where(each => !alive.Contains(each.Known.Id)))
            Tell(each, null);
    }

    private void Hear(EngineEvent happened)
    {
        if (happened.Action == "oom")
        {
            outOfMemory[happened.Id] = true;
            return;
        }
        deaths.TryAdd(happened.Id, happened);
        if (watched.TryGetValue(happened.Id, out var mine))
            Tell(mine, deaths[happened.Id]);
    }

    // Once for each container; without an event the engine is asked.
    private void Tell(Watched mine, EngineEvent? death)
    {
        if (mine.IsTold())
            return;
        lock (tellings)
            tellings.Add(TellAsync(mine, death));
    }

    private async Task TellAsync(Watched mine, EngineEvent? death)
    {
        string how;
        try
        {
            how = await (death is null
                ? ContainerEnd.DescribeAsync(store.Engine, mine.Known, stop.Token)
                : ContainerEndReport.OfAsync(store.Engine, mine.Known, death, outOfMemory.ContainsKey(mine.Known.Id), stop.Token)).WaitAsync(Inquest, store.Time, stop.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (TimeoutException)
        {
            how = $"container {mine.Known.Name} ended";
        }
        mine.Death.TrySetResult(how);
    }

    private sealed class Watched(ContainerDetails known)
    {
        private int told;

        public ContainerDetails Known => known;

        public TaskCompletionSource<string> Death { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsTold() => Interlocked.Exchange(ref told, 1) == 1;
    }
}
