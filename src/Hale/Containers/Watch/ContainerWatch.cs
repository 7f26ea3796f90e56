using System.Threading.Channels;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;

namespace Hale.Containers;

/// <summary>
/// Listens to the engines whose containers are watched, and has checks tried at once when something happens to one. Their events only say when to look: a
/// stream that was lost is opened again, with growing pauses, and everything is looked at then; and a slow look stands behind the events all the time.
/// </summary>
/// <param name="lives">The present life of each target's container; kept up to date here.</param>
/// <param name="begin">Tells the engine's loop of a life that has begun: target, life, when, and whether it was found rather than seen to begin.</param>
/// <param name="look">Has the checks of a target tried now: all of them, or those of its container alone.</param>
/// <param name="rediscover">Has the configuration read again, since containers came or went that targets are made of.</param>
/// <param name="time">The clock.</param>
internal sealed class ContainerWatch(ContainerLives lives, Action<string, Incarnation, DateTimeOffset, bool> begin, Action<string, bool> look, Func<Task> rediscover, TimeProvider time) : IAsyncDisposable
{
    /// <summary>How long the checks of a target wait for the first look at its container: an engine that hangs must not keep others from being looked at.</summary>
    private static readonly TimeSpan LongestAwait = TimeSpan.FromSeconds(2);

    /// <summary>What comes so soon after the first is one reading of the configuration.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(500);

    // One that waits stands for all.
    private readonly Channel<bool> arrivals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly Lock gate = new();
    private readonly CancellationTokenSource stopping = new();

    // Under the gate.
    private readonly Dictionary<EngineAddress, (EngineListener Listener, Task Running)> listeners = [];
    private Task discovering = Task.CompletedTask;
    private Task releasing = Task.CompletedTask;

    private volatile IReadOnlyList<Discovery> discovered = [];

    /// <summary>Goes on with a plan: at the start, and after each reload.</summary>
    /// <param name="plan">The plan.</param>
    public void Use(Plan plan)
    {
        var names = plan.World.Targets.Select(target => target.Name).ToHashSet(StringComparer.Ordinal);
        lives.Keep(names.Contains);
        var wanted = new Dictionary<EngineAddress, List<WatchedContainer>>();
        var awaited = new List<string>();
        foreach (var (address, watched) in ContainersOf(plan))
        {
            if (!wanted.TryGetValue(address, out var list))
                wanted[address] = list = [];
            if (watched is null)
                continue;
            list.Add(watched);
            if (watched.HasLives && lives.Await(watched.Target))
                awaited.Add(watched.Target);
        }
        discovered = plan.Discoveries;
        var discoveries = plan.Discoveries.ToLookup(each => each.Address);
        lock (gate)
        {
            if (stopping.IsCancellationRequested)
                return;
            if (awaited.Count > 0)
                releasing = Task.WhenAll(releasing, ReleaseAsync(awaited));
            if (discovering.IsCompleted && plan.Discoveries.Count > 0)
                discovering = Task.Run(DiscoverAsync);
            foreach (var (address, list) in wanted)
            {
                if (listeners.TryGetValue(address, out var known))
                {
                    known.Listener.Use(list, [.. discoveries[address]]);
                }
                else
                {
                    var listener = new EngineListener(address, this);
                    listener.Use(list, [.. discoveries[address]]);
                    listeners[address] = (listener, Task.Run(() => listener.RunAsync(stopping.Token)));
                }
            }
            foreach (var (address, known) in listeners)
            {
                if (!wanted.ContainsKey(address))
                    known.Listener.Use([], []);
            }
        }
    }

    /// <summary>Ends all listening.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (gate)
        {
            stopping.Cancel();
            running = [.. listeners.Values.Select(each => each.Running), discovering, releasing];
        }
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    internal TimeProvider Time => time;

    /// <summary>Containers may have come or gone that targets are made of.</summary>
    internal void Rediscover() => arrivals.Writer.TryWrite(true);

    /// <summary>Something happened to the container of a target, or it is time to look.</summary>
    /// <param name="watched">The target.</param>
    /// <param name="isFound">Whether this is a look around rather than an event.</param>
    /// <param name="everything">Whether all of its checks are tried; otherwise those of the container, and all when a new life is seen.</param>
    /// <param name="cancel">Ends the look.</param>
    /// <exception cref="ContainerEngineException">The engine could not be asked.</exception>
    internal async Task RefreshAsync(WatchedContainer watched, bool isFound, bool everything, CancellationToken cancel)
    {
        if (watched.HasLives && await watched.Selector.FindAsync(cancel) is { State.StartedAt: { } startedAt } container && ContainerLives.Of(container.Life) is var life && life != lives[watched.Target])
        {
            // Told first: what is tried as a part of this life from here on reaches the engine's loop after its beginning.
            begin(watched.Target, life, startedAt, isFound);
            lives[watched.Target] = life;
            everything = true;
        }
        everything |= lives.EndAwait(watched.Target);
        if (!isFound || everything)
            look(watched.Target, everything);
    }

    /// <summary>The engine could not be asked: its checks say so.</summary>
    internal void Look(WatchedContainer watched) => look(watched.Target, lives.EndAwait(watched.Target));

    private async Task DiscoverAsync()
    {
        while (true)
        {
            await arrivals.Reader.ReadAsync(stopping.Token);
            await Task.Delay(Gather, time, stopping.Token);
            // Before the containers are listed: one that comes from here on asks for another look.
            arrivals.Reader.TryRead(out _);
            var present = discovered;
            foreach (var discovery in present)
            {
                if (!await ContainerCatalog.HasChangedAsync(discovery, stopping.Token))
                    continue;
                await rediscover();
                break;
            }
        }
    }

    private async Task ReleaseAsync(IReadOnlyList<string> awaited)
    {
        await Task.Delay(LongestAwait, time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var target in awaited)
        {
            if (lives.EndAwait(target))
                look(target, true);
        }
    }

    /// <summary>The engines of a plan, and on each the containers that are watched: for each target that of its first check of a container, whose lives are its own.</summary>
    private static IEnumerable<(EngineAddress Address, WatchedContainer? Watched)> ContainersOf(Plan plan)
    {
        for (var t = 0; t < plan.World.Targets.Length; t++)
        {
            var target = plan.World.Targets[t];
            var hasLives = !target.IsSupervised;
            foreach (var check in target.Checks)
            {
                if (plan.Probes[check] is not ContainerProbe probe)
                    continue;
                yield return (probe.Selector.Address, new(target.Name, probe.Selector, hasLives));
                hasLives = false;
            }
        }
        foreach (var discovery in plan.Discoveries)
            yield return (discovery.Address, null);
    }
}

/// <summary>A container that a check looks at.</summary>
/// <param name="Target">The target.</param>
/// <param name="Selector">Which container.</param>
/// <param name="HasLives">Whether the target's lives are those of this container.</param>
internal sealed record WatchedContainer(string Target, ContainerSelector Selector, bool HasLives);
