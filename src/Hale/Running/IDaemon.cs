using Hale.Core.Model;
using Hale.Metrics;
using Hale.Telling;

namespace Hale.Running;

/// <summary>What the faces (command line, HTTP) may ask of a running Hale. Everything is safe to call from any thread.</summary>
public interface IDaemon
{
    /// <summary>The latest snapshot.</summary>
    Snapshot Current { get; }

    /// <summary>Waits for a snapshot newer than <paramref name="version"/>.</summary>
    Task<Snapshot> NextAsync(long version, CancellationToken cancel);

    /// <summary>Carries out a person's order. Completes when it is in the journal and its effect is in <see cref="Current"/>.</summary>
    Task<OrderResult> OrderAsync(Order order, string target, string by, string why, TimeSpan? lasts, CancellationToken cancel);

    /// <summary>Takes a push for a heartbeat check.</summary>
    Task<OrderResult> HeartbeatAsync(string target, string check, Heartbeat signal, string message, CancellationToken cancel);

    /// <summary>Tries the checks of a target (null: of all) now and completes when their observations are in <see cref="Current"/>.</summary>
    Task<OrderResult> CheckNowAsync(string? target, CancellationToken cancel);

    /// <summary>Writes down who asked for what and what came of it, as a line of kind <c>audit</c>. Completes when it is in the journal.</summary>
    Task AuditAsync(string? target, string text, CancellationToken cancel);

    /// <summary>What happened: newest first, or oldest first with <see cref="HistoryQuery.After"/>.</summary>
    IReadOnlyList<HistoryEntry> History(HistoryQuery query);

    /// <summary>The numbers of the oldest and the newest entry that the history holds; null for an empty one.</summary>
    (long Oldest, long Newest)? HistoryRange { get; }

    /// <summary>The series of numbers that are kept.</summary>
    IReadOnlyList<SeriesInfo> Metrics();

    /// <summary>Reads a metric.</summary>
    MetricAnswer Metric(MetricQuery query);

    /// <summary>Why the target is judged as it is, what was and would be done; null for an unknown target.</summary>
    Explanation? Explain(string target);

    /// <summary>What the ladder of a target would do now, rung by rung; null for an unknown target.</summary>
    Task<IReadOnlyList<RehearsedRung>?> RehearseAsync(string target, CancellationToken cancel);

    /// <summary>Hale's own figures.</summary>
    DaemonFigures Figures { get; }

    /// <summary>
    /// Reads the configuration again, as a whole. Without an error it is in force when this completes; with any, the present one goes on.
    /// </summary>
    /// <param name="rehearse">Only tells what would change.</param>
    /// <param name="by">Who asked, as far as Hale can tell.</param>
    /// <param name="cancel">Gives up waiting; a reload that has begun is not left half done.</param>
    Task<ReloadResult> ReloadAsync(bool rehearse, string by, CancellationToken cancel);

    /// <summary>What people were told and are to be told.</summary>
    /// <param name="recent">How many of the notices that were delivered last, 0 to 1000.</param>
    NoticeBoard Notices(int recent);

    /// <summary>Has a notice that was given up tried again. Completes when that is on disk.</summary>
    Task<OrderResult> RetryNoticeAsync(long id, CancellationToken cancel);

    /// <summary>Sends a notice that is marked as a test through a channel, once, past everything that waits for it.</summary>
    /// <returns>What came of it; null when no channel has that name.</returns>
    Task<Delivery?> TestChannelAsync(string channel, string by, CancellationToken cancel);
}

/// <summary>What people were told and are to be told.</summary>
/// <param name="Incidents">What is bad and may be told, in the order of the configuration.</param>
/// <param name="Channels">The channels, in the order of the configuration.</param>
/// <param name="Pending">Notices that wait to be delivered, oldest first, at most a thousand.</param>
/// <param name="Dead">Notices that were given up, newest first, at most a thousand.</param>
/// <param name="Recent">Notices that were delivered, newest first.</param>
public sealed record NoticeBoard(
    IReadOnlyList<IncidentSnapshot> Incidents, IReadOnlyList<ChannelStanding> Channels,
    IReadOnlyList<OutboxRow> Pending, IReadOnlyList<OutboxRow> Dead, IReadOnlyList<OutboxRow> Recent);

/// <summary>What a heartbeat push says.</summary>
public enum Heartbeat
{
    /// <summary>The work succeeded; the grace time starts anew.</summary>
    Success,

    /// <summary>The work began.</summary>
    Start,

    /// <summary>The work failed.</summary>
    Fail,
}

/// <summary>What came of an order.</summary>
/// <param name="Accepted">It was carried out.</param>
/// <param name="Message">What happened, or why not and what would do.</param>
/// <param name="UnknownTarget">It was refused because no target (or heartbeat check) has that name.</param>
public sealed record OrderResult(bool Accepted, string Message, bool UnknownTarget = false);

/// <summary>Which part of history to read.</summary>
/// <param name="Target">Only this target; null for all.</param>
/// <param name="Before">Only entries with a smaller number; null for the newest.</param>
/// <param name="Limit">At most so many, 1 to 1000.</param>
/// <param name="Kinds">Only these kinds; empty for all.</param>
/// <param name="After">Only entries with a greater number, and these oldest first: what has happened since. Null for newest first.</param>
/// <param name="Alarm">Only changes of this alarm; null for everything.</param>
public sealed record HistoryQuery(string? Target = null, long? Before = null, int Limit = 100, string[]? Kinds = null, long? After = null, string? Alarm = null);

/// <summary>Something that happened.</summary>
/// <param name="Id">Grows with time.</param>
/// <param name="At">When, in UTC.</param>
/// <param name="Kind"><c>transition</c>, <c>intent</c>, <c>outcome</c>, <c>refusal</c>, <c>life</c>, <c>order</c>, <c>alarm</c>, <c>doubt</c>, <c>daemon</c>, <c>notice</c>.</param>
/// <param name="Target">The target; null for what concerns all.</param>
/// <param name="Text">One line for a person.</param>
/// <param name="Intent">Number of the intent that it belongs to; null for none.</param>
public sealed record HistoryEntry(long Id, DateTimeOffset At, string Kind, string? Target, string Text, long? Intent);

/// <summary>The answer to "why".</summary>
/// <param name="Target">The target as it stands.</param>
/// <param name="Next">What happens next, line by line: the next remedy, which gate holds it and until when, what a person can do.</param>
/// <param name="Recent">The last things that happened to it, newest first.</param>
/// <param name="Output">The last lines of its output, if it is supervised.</param>
public sealed record Explanation(TargetSnapshot Target, IReadOnlyList<string> Next, IReadOnlyList<HistoryEntry> Recent, IReadOnlyList<string> Output);

/// <summary>What one rung would do.</summary>
/// <param name="Remedy">Its name.</param>
/// <param name="Lines">What it would do now.</param>
public sealed record RehearsedRung(string Remedy, IReadOnlyList<string> Lines);

/// <summary>Hale's own figures, for metrics and for <c>status</c>.</summary>
public sealed record DaemonFigures
{
    /// <summary>When this run began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Probes under way.</summary>
    public int ProbesInFlight { get; init; }

    /// <summary>Attempts whose probe ignored its time-out and was left behind, still running.</summary>
    public int ProbesAbandoned { get; init; }

    /// <summary>Attempts begun.</summary>
    public long ProbesStarted { get; init; }

    /// <summary>Attempts that were ended by the time-out.</summary>
    public long ProbesTimedOut { get; init; }

    /// <summary>Slots that passed without an attempt because the last one was still under way or Hale was stalled.</summary>
    public long SlotsMissed { get; init; }

    /// <summary>Schedule lag in seconds: how late attempts began, 50th, 90th and 99th percentile of the last minute or so.</summary>
    public (double P50, double P90, double P99) Lag { get; init; }

    /// <summary>Facts waiting for the engine.</summary>
    public int Backlog { get; init; }

    /// <summary>Intents opened, by outcome name.</summary>
    public IReadOnlyDictionary<string, long> Remedies { get; init; } = new Dictionary<string, long>();

    /// <summary>Refusals by gate name.</summary>
    public IReadOnlyDictionary<string, long> Refusals { get; init; } = new Dictionary<string, long>();

    /// <summary>Bytes of the journal on disk.</summary>
    public long JournalBytes { get; init; }

    /// <summary>Why the journal cannot be written; null when it can.</summary>
    public string? JournalTrouble { get; init; }

    /// <summary>Which configuration is in force, and what became of the one on disk; null where that is not known.</summary>
    public ConfigurationState? Configuration { get; init; }

    /// <summary>Notices that wait to be delivered.</summary>
    public int NoticesPending { get; init; }

    /// <summary>Notices that were given up.</summary>
    public long NoticesDead { get; init; }
}
