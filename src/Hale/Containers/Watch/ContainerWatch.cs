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
/// <param name="rediscover">Asks for the configuration to be read again, since containers came or went that targets are made of.</param>
/// <param name="time">The clock.</param>
internal sealed class ContainerWatch(ContainerLives lives, Action<string, Incarnation, DateTimeOffset, bool> begin, Action<string, bool> look, Action rediscover, TimeProvider time) : IAsyncDisposable
{
    /// <summary>How long the checks of a target wait for the first look at its container: an engine that hangs must not keep others from being looked at.</summary>
    private static readonly TimeSpan LongestAwait = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly CancellationTokenSource stopping = new();

    // Under the gate.
    private readonly Dictionary<EngineAddress, (EngineListener Listener, Task Running)> listeners = [];

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
        if (awaited.Count > 0)
            _ = ReleaseAsync(awaited);
        var discoveries = plan.Discoveries.ToLookup(each => each.Address);
        lock (gate)
        {
            if (stopping.IsCancellationRequested)
                return;
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
            running = [.. listeners.Values.Select(each => each.Running)];
        }
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    internal TimeProvider Time => time;

    internal void Rediscover() => rediscover();

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
