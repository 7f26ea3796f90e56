using Hale.Core.Model;
using Hale.Core.Planning;
using Hale.Core.Telling;

namespace Hale.Core;

/// <summary>The world for readers.</summary>
public sealed partial class World
{
    private TargetSnapshot[] cached = [];
    private long version;

    /// <summary>An immutable picture of the world. Only targets that changed since the last one are built anew.</summary>
    public Snapshot TakeSnapshot()
    {
        var targets = new TargetSnapshot[Targets.Length];
        for (var t = 0; t < targets.Length; t++)
            targets[t] = dirty[t] || cached.Length == 0 || HasMaintenanceChanged(t) ? PictureTarget(t) : cached[t];
        Array.Clear(dirty);
        cached = targets;
        var health = Health.NotApplicable;
        foreach (var target in targets)
            health = health > target.Health ? health : target.Health;
        return new Snapshot
        {
            Version = ++version,
            At = Now,
            Health = health,
            Doubt = Doubt,
            DoubtUntil = DoubtUntil,
            Targets = targets,
            Groups = [.. Spec.Groups.Select((g, i) => PictureGroup(g, Groups[i]))],
            Alarms = PictureAlarms(),
            Incidents = PictureIncidents(),
            Observations = Observations,
            Dropped = Dropped,
        };
    }

    private IncidentSnapshot[] PictureIncidents()
    {
        if (restless.Count == 0)
            return [];
        var channels = Spec.Telling.Channels;
        return [.. restless.Order().Where(subject => tellings[subject].Condition >= Condition.Warning || tellings[subject].IsOpen).Select(subject =>
        {
            var state = tellings[subject];
            return new IncidentSnapshot(NameOfSubject(subject), state.Number > 0 ? state.Incident : null, state.Condition, state.BadSince, TextOf(subject, state),
                [.. channels.Where((_, c) => state.Told is { } told && told[c].Condition != Condition.Well)],
                state.Condition >= Condition.Warning ? HoldOf(subject, state) : null, state.AcknowledgedBy);
        })];
    }

    /// <summary>Marks a target as changed for readers, when something about it changed outside a fold (its refusal).</summary>
    public void Touch(int target) => dirty[target] = true;

    /// <summary>A window opens and closes by the calendar alone, without a fact about its target.</summary>
    private bool HasMaintenanceChanged(int t) =>
        Spec.Targets[t].Maintenance.Length > 0 && cached[t].InMaintenance != Gates.OpenMaintenance(Spec.Targets[t], Now) is not null;

    private GroupSnapshot PictureGroup(GroupSpec spec, GroupState state)
    {
        var health = Health.NotApplicable;
        foreach (var member in spec.Members)
            health = health > Targets[member].Health ? health : Targets[member].Health;
        return new GroupSnapshot(spec.Name, health, spec.Members.Length, state.Unhealthy, state.Unknown);
    }

    private TargetSnapshot PictureTarget(int t)
    {
        var spec = Spec.Targets[t];
        var state = Targets[t];
        var checks = Array.ConvertAll(spec.Checks, PictureCheck);
        var rung = Want.NextRung(this, t, lifeOnly: spec.IsSupervised && state.Life.IsNone);
        return new TargetSnapshot
        {
            Name = spec.Name,
            Group = spec.Group >= 0 ? Spec.Groups[spec.Group].Name : null,
            Health = state.Health,
            Reason = state.Reason,
            Since = state.Since,
            IsSupervised = spec.IsSupervised,
            Incarnation = state.Life,
            LifeBeganAt = !state.Life.IsNone ? state.LifeBeganAt : Instant.Never,
            LastEnd = state.LastEnd,
            Lives = state.Lives,
            PausedUntil = state.PausedUntil.IsNever ? null : state.PausedUntil,
            IsStopped = state.IsStopped,
            InMaintenance = Gates.OpenMaintenance(spec, Now) is not null,
            IsFlapping = Array.Exists(checks, c => c.IsFlapping),
            NeedsHuman = state.NeedsHuman,
            OpenIntent = state.Open ?? state.Verifying,
            VerifyUntil = state.Verifying is null ? null : state.VerifyUntil,
            Refusal = state.Refusal,
            Attempts = state.Attempts,
            LastRemedy = state.LastRemedy,
            Ladder = Array.ConvertAll(spec.Ladder, r => r.Name),
            Rung = rung >= 0 ? rung : FirstWithTriesLeft(spec, state),
            Checks = checks,
        };
    }

    private static int FirstWithTriesLeft(TargetSpec spec, TargetState state)
    {
        var rung = 0;
        while (rung < spec.Ladder.Length && state.Tries[rung] >= spec.Ladder[rung].Tries)
            rung++;
        return rung;
    }

    private CheckSnapshot PictureCheck(int c)
    {
        var spec = Spec.Checks[c];
        ref readonly var state = ref Checks[c];
        return new CheckSnapshot
        {
            Name = spec.Name,
            Kind = spec.Kind,
            Health = state.Health,
            Since = state.Since,
            Reason = state.Reason,
            LastAt = state.LastAt,
            LastOutcome = state.Last is null ? null : state.LastOutcome,
            Evidence = state.Last?.Evidence ?? "",
            Took = state.Took,
            Measurements = state.Last?.Measurements ?? [],
            FailStreak = state.FailStreak,
            PassStreak = state.PassStreak,
            Inconclusive = state.Inconclusive,
            Attempts = state.Attempts,
            ProgressAt = state.ProgressAt,
            IsFlapping = state.IsFlapping,
        };
    }
}
