using System.Collections.Concurrent;
using Hale.Config;
using Hale.Containers;
using Hale.Core;
using Hale.Core.Model;
using Hale.Core.Planning;
using Hale.Metrics;
using Hale.Native;
using Hale.Probes;
using Hale.Processes;
using Hale.Storage;
using Hale.Telling;

namespace Hale.Running;

/// <summary>A running Hale: state folder, journal, supervisors, scheduler and engine, put together and taken apart in the right order.</summary>
public sealed class Daemon : IDaemon, IAsyncDisposable
{
    private static readonly TimeSpan TickEvery = TimeSpan.FromMilliseconds(250);
    // Time for the world to have heard of a new process.
    private static readonly TimeSpan GateOpens = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RotateEvery = TimeSpan.FromSeconds(10);

    private readonly SteadyClock clock;
    private readonly StateDirectory state;
    private readonly Journal journal;
    private readonly JournalReader reader;
    private readonly MetricReader metrics;
    private readonly ProcessWatcher watcher;
    private readonly SupervisorPool supervisors;
    private readonly Engine engine;
    private readonly RemedyRunner remedies;
    private readonly ProbeScheduler scheduler;
    private readonly Deliverer deliverer;
    private readonly DateTimeOffset startedAt;
    private readonly DatapointRecall recall;
    private readonly Reloader reloader;
    private readonly ContainerLives lives = new();
    private readonly ContainerWatch containers;
    private readonly ConcurrentDictionary<(string Target, string Check), Instant> runBegan = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly CancellationTokenSource ending = new();
    private HaleMeter? meter;
    private ITimer? ticks;
    private ITimer? rotations;
    private Task recalling = Task.CompletedTask;
    private Task scheduling = Task.CompletedTask;
    private Task engineRun = Task.CompletedTask;

    private Daemon(Plan plan, TimeProvider time, StateDirectory state, Journal journal, Func<LoadResult>? read)
    {
        this.state = state;
        this.journal = journal;
        var restored = journal.Restore(plan.World);
        clock = new SteadyClock(time, restored?.Now);
        startedAt = clock.Wall;
        reader = new JournalReader(journal.File);
        metrics = new MetricReader(journal.File, journal.Metrics.Recorder, () => engine!.Shown.Edition.Plan);
        watcher = new ProcessWatcher();
        supervisors = new SupervisorPool(state.Path, watcher, clock, Report);
        var first = new Edition(plan, supervisors.Of(plan), clock, lives);
        var world = restored ?? new World(plan.World, clock.Now);
        engine = new Engine(first, world, journal, clock, new SelfWatch(clock, DescriptorsUsed), (intent, edition) => remedies!.Act(intent, edition), row => deliverer!.Add(row));
        deliverer = new Deliverer(plan.Channels, time, engine.Report);
        remedies = new RemedyRunner(clock, name => engine.Shown.Find(name), engine.Post);
        scheduler = new ProbeScheduler(first.Plan, clock, first.LifeOf, fact => engine.Post(fact, first.Numbers), first.Numbers);
        recall = new DatapointRecall(metrics, engine, clock);
        containers = new ContainerWatch(lives, Begin, LookAt, RediscoverAsync, time);
        reloader = new Reloader(read, engine, scheduler, supervisors, deliverer, recall, clock, lives, containers);
    }

    /// <summary>
    /// Starts: takes the state folder, opens the journal, finds supervised processes that are still running, settles intents that a crash left
    /// open, and begins to watch. On any error nothing is left behind.
    /// </summary>
    /// <exception cref="IOException">The state folder cannot be used, or another Hale uses it.</exception>
    /// <exception cref="UnauthorizedAccessException">The state folder may not be written.</exception>
    /// <param name="plan">What to watch.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Gives the start up.</param>
    /// <param name="read">Reads the configuration again, for a reload; null where there is nothing to read.</param>
    /// <exception cref="JournalException">The journal cannot be used.</exception>
    public static async Task<Daemon> StartAsync(Plan plan, TimeProvider time, CancellationToken cancel, Func<LoadResult>? read = null)
    {
        var state = StateDirectory.Open(plan.Daemon.StateDirectory);
        Journal? journal = null;
        try
        {
            journal = Journal.Open(System.IO.Path.Combine(state.Path, "journal.db"));
            var daemon = new Daemon(plan, time, state, journal, read);
            await daemon.BeginAsync(cancel);
            return daemon;
        }
        catch
        {
            journal?.Dispose();
            state.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Snapshot Current => engine.Current;

    /// <inheritdoc/>
    public DaemonFigures Figures => new()
    {
        StartedAt = startedAt,
        ProbesInFlight = scheduler.InFlight,
        ProbesAbandoned = scheduler.Abandoned,
        ProbesStarted = scheduler.Started,
        ProbesTimedOut = scheduler.TimedOut,
        SlotsMissed = scheduler.SlotsMissed,
        Lag = scheduler.Lag,
        Backlog = engine.Waiting,
        Remedies = engine.Remedies,
        Refusals = engine.Refusals,
        JournalBytes = Size(journal.File) + Size(journal.File + "-wal"),
        JournalTrouble = engine.JournalTrouble,
        Configuration = reloader.State,
        NoticesPending = deliverer.Pending,
        NoticesDead = reader.CountDead(),
    };

    /// <summary>Names of the supervised targets whose process runs now.</summary>
    public IReadOnlyList<string> Running => supervisors.Running;

    /// <inheritdoc/>
    public Task<Snapshot> NextAsync(long version, CancellationToken cancel) => engine.NextAsync(version, cancel);

    /// <inheritdoc/>
    public async Task<OrderResult> OrderAsync(Order order, string target, string by, string why, TimeSpan? lasts, CancellationToken cancel)
    {
        if (engine.Shown.Find(target) is not { } shown)
            return Unknown(target);
        if (OrderRules.Objection(order, shown) is { } objection)
            return new(false, objection);
        var until = lasts is { } span ? clock.Now + span : Instant.Distant;
        await engine.PostAsync(edition => edition.Targets.TryGetValue(target, out var t) ? new Ordered(clock.Now, order, t, by, why, until) : null).WaitAsync(cancel);
        return new(true, OrderRules.Done(order, target, lasts));
    }

    /// <inheritdoc/>
    public async Task<OrderResult> HeartbeatAsync(string target, string check, Heartbeat signal, string message, CancellationToken cancel)
    {
        var edition = engine.Shown.Edition;
        if (!edition.Targets.TryGetValue(target, out var t))
            return Unknown(target);
        var c = edition.CheckOf(t, check);
        if (c < 0 || !edition.Plan.World.Checks[c].IsPassive)
            return new(false, $"target \"{target}\" has no heartbeat check \"{check}\"", UnknownTarget: true);
        var now = clock.Now;
        var took = signal == Heartbeat.Start || !runBegan.TryGetValue((target, check), out var began) ? TimeSpan.Zero : now - began;
        if (signal == Heartbeat.Start)
            runBegan[(target, check)] = now;
        else
            runBegan.TryRemove((target, check), out _);
        await engine.PostAsync(Heard).WaitAsync(cancel);
        return new(true, "heard");

        // Another configuration may have come since it was looked up.
        Fact? Heard(Edition present) => present.Targets.TryGetValue(target, out var t) && present.CheckOf(t, check) is >= 0 and var c && present.Plan.World.Checks[c].IsPassive
            ? new Observed(now, new Observation(c, present.LifeOf(t).Incarnation, now, took, Beat(signal, message))) : null;
    }

    /// <inheritdoc/>
    public async Task<OrderResult> CheckNowAsync(string? target, CancellationToken cancel)
    {
        if (target is not null && engine.Shown.Find(target) is null)
            return Unknown(target);
        var (tried, count) = (Task.CompletedTask, 0);
        // In the engine's loop, where nobody else goes over to other numbers meanwhile.
        await engine.PostAsync(edition =>
        {
            int[] checks = target is null ? [.. Enumerable.Range(0, edition.Plan.World.Checks.Length)]
                : edition.Targets.TryGetValue(target, out var t) ? edition.Plan.World.Targets[t].Checks : [];
            (tried, count) = (scheduler.TryNowAsync(checks, cancel), checks.Length);
            return null;
        }).WaitAsync(cancel);
        await tried;
        await engine.PostAsync(null).WaitAsync(cancel);
        return new(true, $"{count} checks tried");
    }

    /// <inheritdoc/>
    public Task AuditAsync(string? target, string text, CancellationToken cancel) => engine.NoteAsync("audit", target, text).WaitAsync(cancel);

    /// <inheritdoc/>
    public (long Oldest, long Newest)? HistoryRange => reader.HistoryRange();

    /// <inheritdoc/>
    public IReadOnlyList<HistoryEntry> History(HistoryQuery query) => reader.History(query);

    /// <inheritdoc/>
    public IReadOnlyList<SeriesInfo> Metrics() => metrics.List();

    /// <inheritdoc/>
    public MetricAnswer Metric(MetricQuery query) => metrics.Query(query, clock.Wall);

    /// <inheritdoc/>
    public Explanation? Explain(string target)
    {
        var shown = engine.Shown;
        if (shown.Find(target) is not { } snapshot)
            return null;
        var supervisor = shown.Edition.Supervisors[shown.Edition.Targets[target]];
        return new Explanation(snapshot, Outlook.Of(snapshot, clock.Now), reader.History(new(target, Limit: 20)), supervisor?.Tail(10) ?? []);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RehearsedRung>?> RehearseAsync(string target, CancellationToken cancel)
    {
        var edition = engine.Shown.Edition;
        return edition.Targets.TryGetValue(target, out var t) ? await remedies.RehearseAsync(t, edition, cancel) : null;
    }

    /// <inheritdoc/>
    public Task<ReloadResult> ReloadAsync(bool rehearse, string by, CancellationToken cancel) => reloader.ReloadAsync(rehearse, by, cancel);

    /// <inheritdoc/>
    public NoticeBoard Notices(int recent) =>
        new(engine.Current.Incidents, deliverer.Channels, [.. deliverer.Waiting.Take(1000)], reader.Notices(NoticeState.Dead, 1000), reader.Notices(NoticeState.Delivered, recent));

    /// <inheritdoc/>
    public async Task<OrderResult> RetryNoticeAsync(long id, CancellationToken cancel)
    {
        if (reader.Notice(id) is not { } row)
            return new(false, $"there is no notice #{id}; hale notices lists them", UnknownTarget: true);
        if (row.State != NoticeState.Dead)
            return new(false, row.State == NoticeState.Pending ? $"notice #{id} is being tried as it is; hale notices shows when" : $"notice #{id} was delivered: {row.Proof}");
        if (!engine.Shown.Edition.Plan.World.Telling.Channels.Contains(row.Channel))
            return new(false, $"notice #{id} is for {row.Channel}, and no channel has that name now; name one so under tell:, or leave the notice");
        var now = clock.Wall;
        await engine.RetryAsync(row with { State = NoticeState.Pending, Attempts = 0, Since = now, NextAt = now, EndedAt = null }).WaitAsync(cancel);
        return new(true, $"notice #{id} to {row.Channel} is tried again");
    }

    /// <inheritdoc/>
    public async Task<Delivery?> TestChannelAsync(string channel, string by, CancellationToken cancel) =>
        deliverer.TryAsync(channel, Letter.Test(by, clock.Wall), cancel) is { } attempt ? await attempt : null;

    /// <summary>Whether stopping Hale ends the supervised processes too; the next Hale starts them again. Default: they go on running.</summary>
    public bool TakesProcessesAlong { get; set; }

    /// <summary>Stops watching, lets remedies under way end, writes everything down, and only then ends processes if it is to.</summary>
    public async ValueTask DisposeAsync()
    {
        ticks?.Dispose();
        rotations?.Dispose();
        await stopping.CancelAsync();
        await containers.DisposeAsync();
        await recalling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await scheduling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await remedies.StopAsync(TimeSpan.FromSeconds(30));
        await deliverer.DisposeAsync();
        await ending.CancelAsync();
        await engineRun.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (TakesProcessesAlong)
            await supervisors.StopAllAsync();
        reloader.Dispose();
        watcher.Dispose();
        remedies.Dispose();
        meter?.Dispose();
        metrics.Dispose();
        reader.Dispose();
        journal.Dispose();
        state.Dispose();
        stopping.Dispose();
        ending.Dispose();
    }

    private async Task BeginAsync(CancellationToken cancel)
    {
        var restored = engine.Shown;
        var (before, edition) = restored;
        journal.UseConfig(edition.Plan.World, edition.Plan.Source, clock.Wall);
        engine.Checkpoint();
        // Of now, not of when it is taken: what is begun from here on is evidence.
        var began = new EngineStarted(clock.Now);
        engine.Post(_ => began);
        foreach (var target in before.Targets)
            if (edition.Supervisors[edition.Targets[target.Name]] is { } supervisor)
                await FindAsync(target.Name, supervisor, target.Incarnation, cancel);
            else if (!target.Incarnation.IsNone)
                lives[target.Name] = target.Incarnation;
        foreach (var target in before.Targets)
            if (target is { OpenIntent: { } intent, VerifyUntil: null })
                engine.Post(await remedies.SettleAsync(intent, edition, cancel));
        foreach (var row in journal.PendingNotices())
            deliverer.Add(row with { NextAt = clock.Wall });
        deliverer.Start();
        recalling = Task.Run(() => recall.AtStart(restored, stopping.Token), CancellationToken.None);
        engineRun = Task.Run(() => engine.RunAsync(ending.Token), CancellationToken.None);
        scheduling = Task.Run(() => scheduler.RunAsync(stopping.Token), CancellationToken.None);
        containers.Use(edition.Plan);
        meter = new HaleMeter(this);
        ticks = clock.Time.CreateTimer(_ => engine.PostTick(), null, TimeSpan.Zero, TickEvery);
        rotations = clock.Time.CreateTimer(_ => supervisors.Rotate(), null, RotateEvery, RotateEvery);
    }

    /// <summary>After a restart: the process that the journal remembers, or one that was begun and not recorded any more, or none.</summary>
    private async Task FindAsync(string target, Supervisor supervisor, Incarnation remembered, CancellationToken cancel)
    {
        var (found, leftovers) = supervisor.Adopt();
        if (leftovers.Count > 0)
            await supervisor.EndLeftoversAsync(cancel);
        if (!remembered.IsNone && found?.Incarnation != remembered)
            Report(target, new LifeEnded(clock.Now, -1, remembered, "it was gone when Hale came back", Unwatched: true));
    }

    /// <summary>Posts the beginning or end of a life of a target, by whatever number it has when that is taken; of one that is not supervised any more, not.</summary>
    private void Report(string target, Fact life)
    {
        engine.Post(edition => !edition.Targets.TryGetValue(target, out var t) || edition.Supervisors[t] is null ? null : life switch
        {
            LifeBegan began => began with { Target = t },
            LifeEnded ended => ended with { Target = t },
            _ => null,
        });
        if (life is not LifeBegan { Adopted: false })
            return;
        // A gate asks at once; should the life not be known everywhere by then, the second look makes up for it.
        LookAfter(target, GateOpens, check => check.Gate is not null);
        LookAfter(target, World.ProvenAfter + TimeSpan.FromMilliseconds(20), check => check.Gate is not null || check.Kind == Config.Loading.ProcessSection.BuiltInCheck);
    }

    /// <summary>Posts the beginning of a life of a container, as <see cref="Report"/> does for a process.</summary>
    private void Begin(string target, Incarnation life, DateTimeOffset beganAt, bool isFound)
    {
        var age = clock.Wall - beganAt;
        var began = clock.Now - (age > TimeSpan.Zero ? age : TimeSpan.Zero);
        engine.Post(edition => edition.Targets.TryGetValue(target, out var t) && edition.Supervisors[t] is null ? new LifeBegan(clock.Now, t, life, began, isFound) : null);
        if (age < World.ProvenAfter)
            LookAfter(target, World.ProvenAfter - (age > TimeSpan.Zero ? age : TimeSpan.Zero) + TimeSpan.FromMilliseconds(20), check => check.Kind == ContainerProbe.Kind.Name);
    }

    /// <summary>Has the checks of a target tried as soon as possible: all, or those of its container.</summary>
    private void LookAt(string target, bool everything) => engine.Post(edition =>
    {
        foreach (var check in edition.Targets.TryGetValue(target, out var t) ? edition.Plan.World.Targets[t].Checks : [])
        {
            if (everything || edition.Plan.Probes[check] is ContainerProbe)
                scheduler.Hasten(check);
        }
        return null;
    });

    /// <summary>Containers came or went that targets are made of.</summary>
    private Task<ReloadResult> RediscoverAsync() => reloader.ReloadAsync(rehearse: false, "discovery", CancellationToken.None);

    /// <summary>A new process is looked at as soon as being alive proves something.</summary>
    private void LookAfter(string target, TimeSpan span, Func<CheckSpec, bool> which)
    {
        ITimer? timer = null;
        timer = clock.Time.CreateTimer(_ =>
        {
            engine.Post(edition =>
            {
                foreach (var check in edition.Targets.TryGetValue(target, out var t) ? edition.Plan.World.Targets[t].Checks : [])
                {
                    if (which(edition.Plan.World.Checks[check]))
                        scheduler.Hasten(check);
                }
                return null;
            });
            timer?.Dispose();
        }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(span, Timeout.InfiniteTimeSpan);
    }

    private static ProbeResult Beat(Heartbeat signal, string message)
    {
        var text = message.Length == 0 ? "" : $": {message}";
        return signal switch
        {
            Heartbeat.Success => ProbeResult.Pass($"heard{text}"),
            Heartbeat.Fail => ProbeResult.Fail($"it said that it failed{text}"),
            _ => ProbeResult.Inconclusive($"a run began{text}"),
        };
    }

    /// <summary>The share of the descriptors this process may open that are open; null where the machine does not say.</summary>
    private static double? DescriptorsUsed()
    {
        try
        {
            return Machine.OpenFiles is { } limit and > 0 ? Directory.EnumerateFileSystemEntries("/proc/self/fd").Count() / (double)limit : null;
        }
        catch (IOException)
        {
            // Not one descriptor was left to list them with.
            return 1;
        }
    }

    private static long Size(string file) => new FileInfo(file) is { Exists: true } info ? info.Length : 0;

    private OrderResult Unknown(string target)
    {
        var names = engine.Current.Targets.Select(t => t.Name);
        return new(false, Spelling.Closest(target, names) is { } near
            ? $"no target is named \"{target}\"; did you mean \"{near}\"?"
            : $"no target is named \"{target}\"; there are {string.Join(", ", names.Take(10))}", UnknownTarget: true);
    }
}
