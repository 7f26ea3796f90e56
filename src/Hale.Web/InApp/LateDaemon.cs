using Hale.Core.Model;
using Hale.Metrics;
using Hale.Running;
using Hale.Telling;

namespace Hale.Web.InApp;

/// <summary>
/// The application's daemon, known to others before it runs. Until it does, there is a world without targets that doubts itself, so that nothing
/// takes it for healthy; and what needs the daemon is refused.
/// </summary>
internal sealed class LateDaemon : IDaemon
{
    private readonly TaskCompletionSource<Daemon> started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static readonly Snapshot Nothing = new()
    {
        Version = 0,
        At = Instant.Never,
        Health = Health.InsufficientData,
        Doubt = "Hale has not started yet",
        DoubtUntil = Instant.Distant,
        Targets = [],
        Groups = [],
    };

    private Daemon? Running => started.Task.IsCompletedSuccessfully ? started.Task.Result : null;

    private Daemon Needed => Running ?? throw new InvalidOperationException("Hale has not started yet. It starts with the application's hosted services.");

    public Snapshot Current => Running?.Current ?? Nothing;

    public DaemonFigures Figures => Running?.Figures ?? new DaemonFigures { StartedAt = default };

    public (long Oldest, long Newest)? HistoryRange => Running?.HistoryRange;

    /// <summary>It runs.</summary>
    public void Start(Daemon daemon) => started.SetResult(daemon);

    public async Task<Snapshot> NextAsync(long version, CancellationToken cancel) => await (await started.Task.WaitAsync(cancel)).NextAsync(version, cancel);

    public Task<OrderResult> OrderAsync(Order order, string target, string by, string why, TimeSpan? lasts, CancellationToken cancel) =>
        Needed.OrderAsync(order, target, by, why, lasts, cancel);

    public Task<OrderResult> HeartbeatAsync(string target, string check, Heartbeat signal, string message, CancellationToken cancel) =>
        Needed.HeartbeatAsync(target, check, signal, message, cancel);

    public Task<OrderResult> CheckNowAsync(string? target, CancellationToken cancel) => Needed.CheckNowAsync(target, cancel);

    public Task AuditAsync(string? target, string text, CancellationToken cancel) => Needed.AuditAsync(target, text, cancel);

    public IReadOnlyList<HistoryEntry> History(HistoryQuery query) => Running?.History(query) ?? [];

    public Explanation? Explain(string target) => Running?.Explain(target);

    public Task<IReadOnlyList<RehearsedRung>?> RehearseAsync(string target, CancellationToken cancel) => Needed.RehearseAsync(target, cancel);

    public Task<ReloadResult> ReloadAsync(bool rehearse, string by, CancellationToken cancel) => Needed.ReloadAsync(rehearse, by, cancel);

    public IReadOnlyList<SeriesInfo> Metrics() => Running?.Metrics() ?? [];

    public MetricAnswer Metric(MetricQuery query) => Needed.Metric(query);

    public NoticeBoard Notices(int recent) => Needed.Notices(recent);

    public Task<OrderResult> RetryNoticeAsync(long id, CancellationToken cancel) => Needed.RetryNoticeAsync(id, cancel);

    public Task<Delivery?> TestChannelAsync(string channel, string by, CancellationToken cancel) => Needed.TestChannelAsync(channel, by, cancel);
}
