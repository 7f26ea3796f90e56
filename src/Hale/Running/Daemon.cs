using Hale.Config;
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
    private static readonly TimeSpan RotateEvery = TimeSpan.FromSeconds(10);

    private readonly Plan plan;
    private readonly SteadyClock clock;
    private readonly StateDirectory state;
    private readonly Journal journal;
    private readonly JournalReader reader;
    private readonly MetricReader metrics;
    private readonly ProcessWatcher watcher;
    private readonly Supervisor?[] supervisors;
    private readonly Engine engine;
    private readonly RemedyRunner remedies;
    private readonly ProbeScheduler scheduler;
    private readonly Deliverer deliverer;
    private readonly DateTimeOffset startedAt;
    private readonly Dictionary<string, int> targets;
    private readonly Instant[] runBegan;
    private readonly CancellationTokenSource stopping = new();
    private readonly CancellationTokenSource ending = new();
    private ITimer? ticks;
    private ITimer? rotations;
    private Task scheduling = Task.CompletedTask;
    private Task engineRun = Task.CompletedTask;

    private Daemon(Plan plan, TimeProvider time, StateDirectory state, Journal journal)
    {
        this.plan = plan;
        this.state = state;
        this.journal = journal;
        var restored = journal.Restore(plan.World);
        clock = new SteadyClock(time, restored?.Now);
        startedAt = clock.Wall;
        reader = new JournalReader(journal.File);
        metrics = new MetricReader(journal.File, journal.Metrics.Recorder, () => this.plan);
        watcher = new ProcessWatcher();
        targets = plan.World.Targets.Select((t, i) => (t.Name, i)).ToDictionary(p => p.Name, p => p.i);
        runBegan = new Instant[plan.World.Checks.Length];
        supervisors = [.. plan.Processes.Select((process, t) => process is null ? null
            : new Supervisor(t, plan.World.Targets[t].Name, process, state.Path, watcher, clock, Report))];
        var world = restored ?? new World(plan.World, clock.Now);
        engine = new Engine(plan, world, journal, clock, new SelfWatch(clock, DescriptorsUsed), intent => remedies!.Act(intent), row => deliverer!.Add(row));
        deliverer = new Deliverer(plan.Channels, time, engine.Report);
        remedies = new RemedyRunner(plan, supervisors, clock, () => engine.Current, engine.Post);
        scheduler = new ProbeScheduler(plan with { Probes = [.. plan.Probes.Select(ProbeOf)] }, clock, LifeOf, engine.Post);

        IProbe? ProbeOf(IProbe? probe, int check) =>
            probe is null && supervisors[plan.World.Checks[check].Target] is { } supervisor && !plan.World.Checks[check].IsPassive
                ? new SupervisedProbe(supervisor, clock) : probe;
    }

    /// <summary>
    /// Starts: takes the state folder, opens the journal, finds supervised processes that are still running, settles intents that a crash left
    /// open, and begins to watch. On any error nothing is left behind.
    /// </summary>
    /// <exception cref="IOException">The state folder cannot be used, or another Hale uses it.</exception>
    /// <exception cref="UnauthorizedAccessException">The state folder may not be written.</exception>
    /// <exception cref="JournalException">The journal cannot be used.</exception>
    public static async Task<Daemon> StartAsync(Plan plan, TimeProvider time, CancellationToken cancel)
    {
        var state = StateDirectory.Open(plan.Daemon.StateDirectory);
        Journal? journal = null;
        try
        {
            journal = Journal.Open(System.IO.Path.Combine(state.Path, "journal.db"));
            var daemon = new Daemon(plan, time, state, journal);
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
        NoticesPending = deliverer.Pending,
        NoticesDead = reader.CountDead(),
    };

    /// <summary>Names of the supervised targets whose process runs now.</summary>
    public IReadOnlyList<string> Running => [.. supervisors.Select((s, t) => (s, t)).Where(p => p.s?.Current is not null).Select(p => plan.World.Targets[p.t].Name)];

    /// <inheritdoc/>
    public Task<Snapshot> NextAsync(long version, CancellationToken cancel) => engine.NextAsync(version, cancel);

    /// <inheritdoc/>
    public async Task<OrderResult> OrderAsync(Order order, string target, string by, string why, TimeSpan? lasts, CancellationToken cancel)
    {
        if (!targets.TryGetValue(target, out var t))
            return Unknown(target);
        if (OrderRules.Objection(order, engine.Current.Targets[t]) is { } objection)
            return new(false, objection);
        var until = lasts is { } span ? clock.Now + span : Instant.Distant;
        await engine.PostAsync(new Ordered(clock.Now, order, t, by, why, until)).WaitAsync(cancel);
        return new(true, OrderRules.Done(order, target, lasts));
    }

    /// <inheritdoc/>
    public async Task<OrderResult> HeartbeatAsync(string target, string check, Heartbeat signal, string message, CancellationToken cancel)
    {
        if (!targets.TryGetValue(target, out var t))
            return Unknown(target);
        var c = Array.FindIndex(plan.World.Checks, k => k.Target == t && k.Name == check);
        if (c < 0 || !plan.World.Checks[c].IsPassive)
            return new(false, $"target \"{target}\" has no heartbeat check \"{check}\"", UnknownTarget: true);
        var now = clock.Now;
        var took = signal == Heartbeat.Start || runBegan[c] == default ? TimeSpan.Zero : now - runBegan[c];
        runBegan[c] = signal == Heartbeat.Start ? now : default;
        await engine.PostAsync(new Observed(now, new Observation(c, LifeOf(t).Incarnation, now, took, Beat(signal, message)))).WaitAsync(cancel);
        return new(true, "heard");
    }

    /// <inheritdoc/>
    public async Task<OrderResult> CheckNowAsync(string? target, CancellationToken cancel)
    {
        int[] checks;
        if (target is null)
            checks = [.. Enumerable.Range(0, plan.World.Checks.Length)];
        else if (targets.TryGetValue(target, out var t))
            checks = plan.World.Targets[t].Checks;
        else
            return Unknown(target);
        await scheduler.TryNowAsync(checks, cancel);
        await engine.PostAsync(null).WaitAsync(cancel);
        return new(true, $"{checks.Length} checks tried");
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
        if (!targets.TryGetValue(target, out var t))
            return null;
        var snapshot = engine.Current.Targets[t];
        return new Explanation(snapshot, Outlook.Of(snapshot, clock.Now), reader.History(new(target, Limit: 20)), supervisors[t]?.Tail(10) ?? []);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RehearsedRung>?> RehearseAsync(string target, CancellationToken cancel) =>
        targets.TryGetValue(target, out var t) ? await remedies.RehearseAsync(t, cancel) : null;

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
        if (!plan.World.Telling.Channels.Contains(row.Channel))
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
        await scheduling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await remedies.StopAsync(TimeSpan.FromSeconds(30));
        await deliverer.DisposeAsync();
        await ending.CancelAsync();
        await engineRun.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (TakesProcessesAlong)
            await Task.WhenAll(supervisors.Select(s => s?.Current is { } process ? s.StopAsync(process.Incarnation, CancellationToken.None) : Task.CompletedTask));
        watcher.Dispose();
        remedies.Dispose();
        metrics.Dispose();
        reader.Dispose();
        journal.Dispose();
        state.Dispose();
        stopping.Dispose();
        ending.Dispose();
    }

    private async Task BeginAsync(CancellationToken cancel)
    {
        journal.UseConfig(plan.World, plan.Source, clock.Wall);
        engine.Checkpoint();
        var before = engine.Current;
        engine.Post(new EngineStarted(clock.Now));
        for (var t = 0; t < supervisors.Length; t++)
            if (supervisors[t] is { } supervisor)
                await FindAsync(t, supervisor, before.Targets[t].Incarnation, cancel);
        foreach (var target in before.Targets)
            if (target is { OpenIntent: { } intent, VerifyUntil: null })
                engine.Post(await remedies.SettleAsync(intent, cancel));
        foreach (var row in journal.PendingNotices())
            deliverer.Add(row with { NextAt = clock.Wall });
        deliverer.Start();
        engineRun = Task.Run(() => engine.RunAsync(ending.Token), CancellationToken.None);
        scheduling = Task.Run(() => scheduler.RunAsync(stopping.Token), CancellationToken.None);
        ticks = clock.Time.CreateTimer(_ => engine.PostTick(), null, TimeSpan.Zero, TickEvery);
        rotations = clock.Time.CreateTimer(_ => Rotate(), null, RotateEvery, RotateEvery);
    }

    /// <summary>After a restart: the process that the journal remembers, or one that was begun and not recorded any more, or none.</summary>
    private async Task FindAsync(int t, Supervisor supervisor, Incarnation remembered, CancellationToken cancel)
    {
        var (found, leftovers) = supervisor.Adopt();
        if (leftovers.Count > 0)
            await supervisor.EndLeftoversAsync(cancel);
        if (!remembered.IsNone && found?.Incarnation != remembered)
            engine.Post(new LifeEnded(clock.Now, t, remembered, "it was gone when Hale came back", Unwatched: true));
    }

    private void Report(Fact fact)
    {
        engine.Post(fact);
        if (fact is LifeBegan { Adopted: false } began)
            LookAgain(plan.World.Targets[began.Target].Checks[0]);
    }

    /// <summary>A new process is looked at as soon as being alive proves something.</summary>
    private void LookAgain(int check)
    {
        ITimer? timer = null;
        timer = clock.Time.CreateTimer(_ =>
        {
            scheduler.Hasten(check);
            timer?.Dispose();
        }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(World.ProvenAfter + TimeSpan.FromMilliseconds(20), Timeout.InfiniteTimeSpan);
    }

    private (Incarnation Incarnation, int? Pid, bool Probe) LifeOf(int target) =>
        supervisors[target] is not { } supervisor ? (Incarnation.None, null, true)
        : supervisor.Current is { } process ? (process.Incarnation, process.Pid, true)
        : (Incarnation.None, null, false);

    private void Rotate()
    {
        foreach (var supervisor in supervisors)
            supervisor?.RotateIfNeeded();
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

    private OrderResult Unknown(string target) => new(false, Spelling.Closest(target, targets.Keys) is { } near
        ? $"no target is named \"{target}\"; did you mean \"{near}\"?"
        : $"no target is named \"{target}\"; there are {string.Join(", ", targets.Keys.Take(10))}", UnknownTarget: true);
}
