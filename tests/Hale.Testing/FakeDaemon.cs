using System.Collections.Concurrent;
using Hale.Core.Model;
using Hale.Metrics;
using Hale.Running;
using Hale.Telling;

namespace Hale.Testing;

/// <summary>A daemon in memory: shows the snapshot that a test gives it, keeps what it was asked, and carries out pause, resume and stop on the snapshot.</summary>
public sealed class FakeDaemon(Snapshot start) : IDaemon
{
    private readonly Lock gate = new();
    private readonly List<HistoryEntry> history = [];
    private Snapshot current = start;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc/>
    public Snapshot Current
    {
        get
        {
            lock (gate)
                return current;
        }
    }

    /// <inheritdoc/>
    public DaemonFigures Figures { get; set; } = new() { StartedAt = SampleWorld.At.ToUtc() };

    /// <summary>What was ordered: <c>pause orchestrator by root: deploy (30m)</c>.</summary>
    public ConcurrentQueue<string> Orders { get; } = new();

    /// <summary>What was pushed: <c>backup/nightly Fail: exit code 3</c>.</summary>
    public ConcurrentQueue<string> Heartbeats { get; } = new();

    /// <summary>Targets that were checked now; <c>*</c> for all.</summary>
    public ConcurrentQueue<string> Checks { get; } = new();

    /// <summary>What the next orders are answered with; null: they are accepted.</summary>
    public OrderResult? Answer { get; set; }

    /// <summary>Runs at the start of every order, to hold it up or to break it.</summary>
    public Func<CancellationToken, Task> BeforeOrder { get; set; } = _ => Task.CompletedTask;

    /// <summary>What reloads are answered with.</summary>
    public ReloadResult Reloaded { get; set; } = new(true, "nothing differs", new([], [], []), [], []);

    /// <summary>Reloads that were asked for: <c>reload by root</c>, <c>rehearsal by root</c>.</summary>
    public ConcurrentQueue<string> Reloads { get; } = new();

    /// <summary>What <see cref="Explain"/> tells besides the target and its history.</summary>
    public string[] Next { get; set; } = [];

    /// <summary>The output of every target.</summary>
    public string[] Output { get; set; } = [];

    /// <summary>Publishes a changed world.</summary>
    public void Publish(Func<Snapshot, Snapshot> change)
    {
        TaskCompletionSource before;
        lock (gate)
        {
            current = change(current) with { Version = current.Version + 1 };
            before = changed;
            changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        before.SetResult();
    }

    /// <summary>Publishes a changed target.</summary>
    public void Publish(string target, Func<TargetSnapshot, TargetSnapshot> change) =>
        Publish(snapshot => snapshot with { Targets = [.. snapshot.Targets.Select(each => each.Name == target ? change(each) : each)] });

    /// <summary>Adds to the history.</summary>
    public void Record(string kind, string? target, string text, DateTimeOffset? at = null, long? intent = null)
    {
        lock (gate)
            history.Add(new HistoryEntry(history.Count == 0 ? 1 : history[^1].Id + 1, at ?? SampleWorld.At.ToUtc(), kind, target, text, intent));
    }

    /// <summary>Forgets what is older than this entry of the history.</summary>
    public void Forget(long before)
    {
        lock (gate)
            history.RemoveAll(entry => entry.Id < before);
    }

    /// <inheritdoc/>
    public async Task<Snapshot> NextAsync(long version, CancellationToken cancel)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (current.Version > version)
                    return current;
                next = changed.Task;
            }
            await next.WaitAsync(cancel);
        }
    }

    /// <inheritdoc/>
    public async Task<OrderResult> OrderAsync(Order order, string target, string by, string why, TimeSpan? lasts, CancellationToken cancel)
    {
        await BeforeOrder(cancel);
        if (Current.Targets.All(each => each.Name != target))
            return new OrderResult(false, $"no target is named {target}", UnknownTarget: true);
        var word = order.ToString().ToLowerInvariant();
        Orders.Enqueue($"{word} {target} by {by}{(why.Length > 0 ? $": {why}" : "")}{(lasts is { } span ? $" ({span.TotalMinutes}m)" : "")}");
        if (Answer is { } answer)
            return answer;
        Publish(target, each => order switch
        {
            Order.Pause => each with { PausedUntil = lasts is { } span ? Current.At + span : Instant.Distant },
            Order.Resume => each with { PausedUntil = null, NeedsHuman = null },
            Order.Stop => each with { IsStopped = true },
            Order.Start => each with { IsStopped = false },
            _ => each,
        });
        Record("order", target, $"{word} by {by}");
        return new OrderResult(true, $"{target}: {word} accepted");
    }

    /// <inheritdoc/>
    public Task<OrderResult> HeartbeatAsync(string target, string check, Heartbeat signal, string message, CancellationToken cancel)
    {
        if (!Current.Targets.Any(each => each.Name == target && each.Checks.Any(one => one.Name == check && one.Kind == "heartbeat")))
            return Task.FromResult(new OrderResult(false, $"no heartbeat check is named {target}/{check}", UnknownTarget: true));
        Heartbeats.Enqueue($"{target}/{check} {signal}: {message}");
        return Task.FromResult(new OrderResult(true, "taken"));
    }

    /// <inheritdoc/>
    public Task<OrderResult> CheckNowAsync(string? target, CancellationToken cancel)
    {
        if (target is not null && Current.Targets.All(each => each.Name != target))
            return Task.FromResult(new OrderResult(false, $"no target is named {target}", UnknownTarget: true));
        Checks.Enqueue(target ?? "*");
        return Task.FromResult(new OrderResult(true, "checked"));
    }

    /// <inheritdoc/>
    public Task AuditAsync(string? target, string text, CancellationToken cancel)
    {
        Record("audit", target, text);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public (long Oldest, long Newest)? HistoryRange
    {
        get
        {
            lock (gate)
                return history.Count == 0 ? null : (history[0].Id, history[^1].Id);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<HistoryEntry> History(HistoryQuery query)
    {
        lock (gate)
        {
            return
            [
                .. (query.After is null ? history.AsEnumerable().Reverse() : history)
                    .Where(entry => !(entry.Id <= query.After) && (query.Target is null || entry.Target == query.Target)
                        && (query.Alarm is null || entry.Text.StartsWith(query.Alarm + ":", StringComparison.Ordinal))
                        && (query.Before is null || entry.Id < query.Before)
                        && (query.Kinds is null or [] || query.Kinds.Contains(entry.Kind)))
                    .Take(query.Limit),
            ];
        }
    }

    /// <summary>What <see cref="Metrics"/> lists.</summary>
    public IReadOnlyList<SeriesInfo> Series { get; set; } = [];

    /// <summary>What <see cref="Metric"/> answers.</summary>
    public Func<MetricQuery, MetricAnswer> Measured { get; set; } = query => new(null, query.Period, [], $"there is no metric \"{query.Metric}\"", IsUnknown: true);

    /// <inheritdoc/>
    public IReadOnlyList<SeriesInfo> Metrics() => Series;

    /// <inheritdoc/>
    public MetricAnswer Metric(MetricQuery query) => Measured(query);

    /// <inheritdoc/>
    public Explanation? Explain(string target) =>
        Current.Targets.FirstOrDefault(each => each.Name == target) is { } found
            ? new Explanation(found, Next, History(new HistoryQuery(target, Limit: 10)), Output)
            : null;

    /// <inheritdoc/>
    public Task<ReloadResult> ReloadAsync(bool rehearse, string by, CancellationToken cancel)
    {
        Reloads.Enqueue($"{(rehearse ? "rehearsal" : "reload")} by {by}");
        return Task.FromResult(Reloaded);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<RehearsedRung>?> RehearseAsync(string target, CancellationToken cancel) => Task.FromResult(
        Current.Targets.FirstOrDefault(each => each.Name == target) is { } found
            ? (IReadOnlyList<RehearsedRung>)[.. found.Ladder.Select(remedy => new RehearsedRung(remedy, [$"would {remedy} {target}"]))]
            : null);

    /// <summary>What people were told.</summary>
    public NoticeBoard Board { get; set; } = new([], [], [], [], []);

    /// <summary>What a test of a channel comes to; a channel that is not here is not known.</summary>
    public Dictionary<string, Delivery> Deliveries { get; } = [];

    /// <inheritdoc/>
    public NoticeBoard Notices(int recent) => Board with { Recent = [.. Board.Recent.Take(recent)] };

    /// <inheritdoc/>
    public Task<OrderResult> RetryNoticeAsync(long id, CancellationToken cancel)
    {
        if (Board.Dead.FirstOrDefault(row => row.Id == id) is not { } dead)
            return Task.FromResult(new OrderResult(false, $"there is no notice #{id}", UnknownTarget: true));
        Board = Board with { Dead = [.. Board.Dead.Where(row => row.Id != id)], Pending = [.. Board.Pending, dead with { State = NoticeState.Pending }] };
        return Task.FromResult(new OrderResult(true, $"notice #{id} to {dead.Channel} is tried again"));
    }

    /// <inheritdoc/>
    public Task<Delivery?> TestChannelAsync(string channel, string by, CancellationToken cancel) =>
        Task.FromResult(Deliveries.GetValueOrDefault(channel));
}
