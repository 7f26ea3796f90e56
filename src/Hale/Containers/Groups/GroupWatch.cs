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
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> watched = new();
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

    /// <summary>Completes with the reason when a container ends or is taken away; never before it was started by whoever asks.</summary>
    public Task<string> DeathOf(string id) => watched.GetOrAdd(id, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Its end is meant.</summary>
    public void Forget(string id) => watched.TryRemove(id, out _);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await loop;
        stop.Dispose();
    }

    private static EngineFilter Filter(string session) => EngineFilter.All.Label(ContainerGroupLabels.Key, ContainerGroupNames.KeyOf(session));

    private static EngineFilter EventsOf(EngineFilter filter) => filter.With("type", "container").With("event", "die").With("event", "destroy");

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
                        await HearAsync(happened.Id);
                }
            }
            catch (Exception trouble) when (trouble is ContainerEngineException or OperationCanceledException)
            {
                // Away, or over: the loop's condition tells.
            }
            events = null;
            try
            {
                await Task.Delay(pause, store.Time, stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task CatchUpAsync()
    {
        if (watched.IsEmpty)
            return;
        var asked = watched.Keys.ToList();
        var alive = (await store.Engine.Containers.ListAsync(filter, all: false, stop.Token)).Select(container => container.Id).ToHashSet();
        foreach (var id in asked.Where(id => !alive.Contains(id)))
            await HearAsync(id);
    }

    private async Task HearAsync(string id)
    {
        if (!watched.TryGetValue(id, out var death) || death.Task.IsCompleted)
            return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        limit.CancelAfter(Inquest);
        death.TrySetResult(await ContainerEnd.DescribeAsync(store.Engine, id, limit.Token));
    }
}
