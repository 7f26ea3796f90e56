using System.Threading.Channels;
using Hale.Config;

namespace Hale.Containers;

/// <summary>Listens to one engine for the <see cref="ContainerWatch"/>.</summary>
internal sealed class EngineListener(EngineAddress address, ContainerWatch watch)
{
    /// <summary>The slow look behind the events.</summary>
    private static readonly TimeSpan LookAround = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>Events that wait to be taken; when there are more, all containers are looked at instead.</summary>
    private const int MostWaiting = 1000;

    /// <summary>What happens to a container and changes how it is. Others (exec, attach, resize, copy…) come by the thousand and do not.</summary>
    private static readonly HashSet<string> Telling = new(StringComparer.Ordinal)
    {
        "create", "start", "die", "died", "oom", "stop", "kill", "pause", "unpause", "restart", "destroy", "remove", "rename", "update", "init",
    };

    private volatile Work work = new([], []);

    /// <summary>Goes on with other containers.</summary>
    public void Use(IReadOnlyList<WatchedContainer> containers, IReadOnlyList<Discovery> discoveries)
    {
        var before = work;
        work = new(containers, discoveries);
        before.Replaced.TrySetResult();
    }

    /// <summary>Listens until cancelled. Whatever goes wrong is tried again.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var pause = FirstPause;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await using var stream = await EngineClients.Of(address).ListenAsync(new() { Filter = EngineFilter.All.With("type", "container") }, cancel);
                // From here on nothing is missed, so this is the moment to look at everything.
                await LookAroundAsync(everything: true, cancel);
                pause = FirstPause;
                await FollowAsync(stream, cancel);
            }
            catch (ContainerEngineException)
            {
                // The engine is gone, or was never there. Its checks say so themselves: they could not tell.
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            foreach (var watched in work.Containers)
                watch.Look(watched);
            await Task.Delay(pause, watch.Time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Takes events until the stream ends, and looks around when nothing has happened for a while.</summary>
    private async Task FollowAsync(EngineEventStream stream, CancellationToken cancel)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var events = Channel.CreateBounded<EngineEvent>(MostWaiting);
        var flooded = new Flood();
        var reading = ReadAsync(stream, events.Writer, flooded, ending.Token);
        try
        {
            while (true)
            {
                var present = work;
                var due = Task.Delay(LookAround, watch.Time, ending.Token);
                var more = events.Reader.WaitToReadAsync(ending.Token).AsTask();
                await Task.WhenAny(more, due, present.Replaced.Task);
                cancel.ThrowIfCancellationRequested();
                if (more.IsCompleted)
                {
                    if (!await more)
                        break;
                    while (events.Reader.TryRead(out var happened))
                        await TakeAsync(happened, cancel);
                }
                if (Interlocked.Exchange(ref flooded.Lost, 0) > 0 || due.IsCompleted || present.Replaced.Task.IsCompleted)
                    await LookAroundAsync(everything: false, cancel);
            }
        }
        finally
        {
            await ending.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        // Why the stream ended.
        await reading;
    }

    private static async Task ReadAsync(EngineEventStream stream, ChannelWriter<EngineEvent> events, Flood flooded, CancellationToken cancel)
    {
        try
        {
            await foreach (var happened in stream.ReadAsync(cancel))
            {
                if (IsTelling(happened) && !events.TryWrite(happened))
                    Interlocked.Exchange(ref flooded.Lost, 1);
            }
        }
        finally
        {
            events.TryComplete();
        }
    }

    private async Task TakeAsync(EngineEvent happened, CancellationToken cancel)
    {
        var present = work;
        foreach (var watched in present.Containers)
        {
            if (watched.Selector.IsAbout(happened))
                await watch.RefreshAsync(watched, isFound: false, everything: happened.Action is "start" or "die" or "died" or "unpause", cancel);
        }
        if (happened.Action is "create" or "destroy" or "remove" or "rename" or "start" && present.Discoveries.Any(each => each.IsAbout(happened)))
            watch.Rediscover();
    }

    private async Task LookAroundAsync(bool everything, CancellationToken cancel)
    {
        var present = work;
        foreach (var watched in present.Containers)
            await watch.RefreshAsync(watched, isFound: true, everything, cancel);
        if (everything && present.Discoveries.Count > 0)
            watch.Rediscover();
    }

    private static bool IsTelling(EngineEvent happened) => Telling.Contains(happened.Action) || happened.Action.StartsWith("health_status", StringComparison.Ordinal);

    /// <summary>What is watched, and whether other things are by now.</summary>
    private sealed record Work(IReadOnlyList<WatchedContainer> Containers, IReadOnlyList<Discovery> Discoveries)
    {
        public TaskCompletionSource Replaced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Flood
    {
        public int Lost;
    }
}
