using Hale.Core.Model;
using Hale.Running;

namespace Hale.Web.Contract;

/// <summary>Maps what the daemon knows to what goes over the wire, so that neither shape binds the other.</summary>
public static class Wire
{
    /// <summary>A snapshot; with <paramref name="only"/>, its targets are narrowed to the one of that name.</summary>
    public static StatusDto Status(Snapshot snapshot, DaemonFigures? figures, string? only = null) => new(
        snapshot.Version,
        snapshot.At.ToUtc(),
        snapshot.Health,
        Doubt(snapshot),
        figures?.JournalTrouble,
        figures?.StartedAt,
        [.. snapshot.Targets.Where(target => only is null || target.Name == only).Select(Target)],
        [.. snapshot.Groups.Select(Group)],
        ReloadWire.Configuration(figures?.Configuration),
        figures is null ? null : new(figures.NoticesPending, figures.NoticesDead));

    /// <summary>A target.</summary>
    public static TargetDto Target(TargetSnapshot target) => new()
    {
        Name = target.Name,
        Group = target.Group,
        Health = target.Health,
        Reason = target.Reason,
        Since = Moment(target.Since),
        Supervised = target.IsSupervised,
        Incarnation = target.Incarnation.IsNone ? null : target.Incarnation.Id,
        LifeBeganAt = Moment(target.LifeBeganAt),
        LastEnd = target.LastEnd,
        Lives = target.Lives,
        Paused = target.PausedUntil is not null,
        PausedUntil = target.PausedUntil is { } until ? Moment(until) : null,
        Stopped = target.IsStopped,
        InMaintenance = target.InMaintenance,
        Flapping = target.IsFlapping,
        NeedsHuman = target.NeedsHuman,
        OpenIntent = target.OpenIntent is { } intent
            ? new IntentDto(intent.Id, Rung(target, intent.Rung), intent.Cause, intent.Attempt, intent.Reason, Moment(intent.At))
            : null,
        VerifyUntil = target.VerifyUntil is { } verify ? Moment(verify) : null,
        Refusal = target.Refusal is { } refusal
            ? new RefusalDto(Rung(target, refusal.Rung), refusal.Gate, refusal.Reason, Moment(refusal.Until))
            : null,
        Attempts = target.Attempts,
        LastRemedy = target.LastRemedy,
        Ladder = target.Ladder,
        Rung = target.Rung,
        Checks = [.. target.Checks.Select(Check)],
    };

    /// <summary>An explanation, together with the snapshot that its ages are counted from.</summary>
    public static ExplanationDto Explanation(Explanation explanation, Snapshot snapshot) => new(
        snapshot.At.ToUtc(),
        Doubt(snapshot),
        Target(explanation.Target),
        explanation.Next,
        [.. explanation.Recent.Select(Entry)],
        explanation.Output);

    /// <summary>A page of history; it is full when it holds <paramref name="limit"/> entries.</summary>
    public static HistoryDto History(IReadOnlyList<HistoryEntry> entries, int limit, Func<long, string> link)
    {
        long? before = entries.Count > 0 && entries.Count >= limit ? entries[^1].Id : null;
        return new([.. entries.Select(Entry)], before, before is { } older ? link(older) : null);
    }

    /// <summary>A rehearsal.</summary>
    public static RehearsalDto Rehearsal(string target, IReadOnlyList<RehearsedRung> rungs) =>
        new(target, [.. rungs.Select(rung => new RungDto(rung.Remedy, rung.Lines))]);

    /// <summary>An entry of history.</summary>
    public static HistoryEntryDto Entry(HistoryEntry entry) => new(entry.Id, entry.At, entry.Kind, entry.Target, entry.Text, entry.Intent);

    private static CheckDto Check(CheckSnapshot check) => new()
    {
        Name = check.Name,
        Kind = check.Kind,
        Health = check.Health,
        Since = Moment(check.Since),
        Reason = check.Reason,
        LastAt = Moment(check.LastAt),
        LastOutcome = check.LastOutcome,
        Evidence = check.Evidence,
        TookSeconds = check.Took.TotalSeconds,
        Measurements = [.. check.Measurements.Select(Measurement)],
        FailStreak = check.FailStreak,
        PassStreak = check.PassStreak,
        Inconclusive = check.Inconclusive,
        Attempts = check.Attempts,
        ProgressAt = Moment(check.ProgressAt),
        Flapping = check.IsFlapping,
    };

    // JSON has no NaN and no infinity, and a plugin can print both.
    private static MeasurementDto Measurement(Measurement measurement) =>
        new(measurement.Name, double.IsFinite(measurement.Value) ? measurement.Value : null, measurement.Unit);

    internal static GroupDto Group(GroupSnapshot group) => new(group.Name, group.Health, group.Members, group.Unhealthy, group.Unknown);

    internal static DoubtDto? Doubt(Snapshot snapshot) =>
        snapshot.Doubt is { } reason ? new DoubtDto(reason, Moment(snapshot.DoubtUntil)) : null;

    private static string? Rung(TargetSnapshot target, int rung) =>
        rung >= 0 && rung < target.Ladder.Count ? target.Ladder[rung] : null;

    internal static DateTimeOffset? Moment(Instant at) => at.IsNever || at == Instant.Distant ? null : at.ToUtc();
}
