using System.Collections.Concurrent;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Running;
using Hale.Testing;

namespace Hale.Tests.Running;

/// <summary>A probe that does what the test says.</summary>
internal class ScriptedProbe(Func<ProbeContext, CancellationToken, ValueTask<ProbeResult>> script) : IProbe
{
    private int calls;
    private int running;
    private int most;

    public ScriptedProbe() : this((_, _) => new(ProbeResult.Pass("fine")))
    {
    }

    /// <summary>How often it was called.</summary>
    public int Calls => Volatile.Read(ref calls);

    /// <summary>The largest number of calls under way at once.</summary>
    public int MostAtOnce => Volatile.Read(ref most);

    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        Interlocked.Increment(ref calls);
        most = Math.Max(most, Interlocked.Increment(ref running));
        try
        {
            return await script(context, cancel);
        }
        finally
        {
            Interlocked.Decrement(ref running);
        }
    }
}

/// <summary>A scripted probe that may block.</summary>
internal sealed class ScriptedBlockingProbe(Action script) : ScriptedProbe((_, _) =>
{
    script();
    return new(ProbeResult.Pass("fine"));
}), IBlockingProbe;

/// <summary>A scheduler with one target and one check per probe, and everything that it has posted.</summary>
internal sealed class SchedulerRig : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly TimeProvider time;
    private Numbering numbers = new();
    private Plan present;

    public SchedulerRig(TimeProvider time, TimeSpan every, TimeSpan timeout, params IProbe?[] probes) : this(2048, time, every, timeout, probes)
    {
    }

    public SchedulerRig(int limit, TimeProvider time, TimeSpan every, TimeSpan timeout, params IProbe?[] probes)
    {
        this.time = time;
        var plan = Plan([.. probes.Select((probe, i) => ($"t{i}", probe))], every, timeout);
        Scheduler = new ProbeScheduler(plan, new SteadyClock(time), target => LifeOf(target), fact => Posted.Enqueue(((Observed)fact).Observation), numbers) { Limit = limit };
        present = plan;
    }

    /// <summary>One target per probe, with one check.</summary>
    public static Plan Plan((string Name, IProbe? Probe)[] targets, TimeSpan every, TimeSpan timeout) => new()
    {
        World = new WorldSpec
        {
            Targets = [.. targets.Select((t, i) => new TargetSpec { Name = t.Name, Checks = [i] })],
            Checks = [.. targets.Select((_, i) => new CheckSpec { Name = "c", Target = i, Kind = "scripted", Every = every, Timeout = timeout })],
        },
        Probes = [.. targets.Select(t => t.Probe)],
        Remedies = [.. targets.Select(_ => Array.Empty<Hale.Remedies.IRemedy>())],
        Processes = new ProcessSpec?[targets.Length],
        Daemon = new DaemonSpec { StateDirectory = "/" },
        Source = "",
    };

    /// <summary>Goes on with another plan; what attempts of the old one bring is still posted, in their numbers.</summary>
    public void Use(Plan next)
    {
        var following = new Numbering();
        numbers.FollowedBy(following, Succession.Between(present, next).Successors);
        (numbers, present) = (following, next);
        Scheduler.Use(next, target => LifeOf(target), fact => PostedLater.Enqueue(((Observed)fact).Observation), following);
    }

    public ProbeScheduler Scheduler { get; }

    public Func<int, (Incarnation, int?, bool)> LifeOf { get; set; } = _ => (Incarnation.None, null, true);

    public ConcurrentQueue<Observation> Posted { get; } = [];

    /// <summary>What attempts of a later plan have brought, in the numbers of that plan.</summary>
    public ConcurrentQueue<Observation> PostedLater { get; } = [];

    public Task Running { get; private set; } = Task.CompletedTask;

    public SchedulerRig Start()
    {
        Running = Scheduler.RunAsync(stop.Token);
        return this;
    }

    public Task PostedAsync(int count) => Eventually.HoldsAsync(() => Posted.Count >= count, $"{count} observations were posted (there are {Posted.Count})");

    /// <summary>Lets manual time pass from timer to timer, each time until the attempts begun have ended, up to the next observation.</summary>
    public Task NextAsync() => NextAsync(Posted);

    /// <summary>The same, after a later plan has come.</summary>
    public Task NextLaterAsync() => NextAsync(PostedLater);

    private async Task NextAsync(ConcurrentQueue<Observation> posted)
    {
        var count = posted.Count;
        await SettledAsync();
        while (posted.Count == count)
        {
            ((ManualTime)time).AdvanceToNextTimer();
            await SettledAsync();
        }
    }

    // The attempts begun have ended, and the next ones are booked: an attempt ends on a thread of its own, beside the one that lets time pass.
    private async Task SettledAsync()
    {
        await Eventually.HoldsAsync(() => Scheduler.InFlight == 0, "the attempts that were begun ended");
        Scheduler.Wake();
    }

    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await Running;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Running.ContinueWith(_ => { }, TaskScheduler.Default);
        stop.Dispose();
    }
}
