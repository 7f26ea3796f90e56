using Hale.Core.Alarming;
using Hale.Core.Model;
using Hale.Running;

namespace Hale.Web.Contract;

/// <summary>Counts a snapshot: one walk over its targets.</summary>
internal static class Overview
{
    private const int MostTargets = 20;
    private const int MostGroups = 50;

    /// <summary>The overview of a snapshot.</summary>
    public static OverviewDto Of(Snapshot snapshot, DaemonFigures figures) => new(
        snapshot.Version,
        snapshot.At.ToUtc(),
        snapshot.Health,
        Wire.Doubt(snapshot),
        figures.JournalTrouble,
        figures.StartedAt,
        Count(snapshot.Targets.Select(target => target.Health)),
        Count(snapshot.Targets.SelectMany(target => target.Checks).Select(check => check.Health)),
        new AlarmCountsDto(
            snapshot.Alarms.Count,
            snapshot.Alarms.Count(alarm => alarm.Value == AlarmValue.Ok),
            snapshot.Alarms.Count(alarm => alarm.Value == AlarmValue.Alarm),
            snapshot.Alarms.Count(alarm => alarm.Value == AlarmValue.InsufficientData)),
        figures.NoticesPending,
        figures.NoticesDead,
        snapshot.Targets.Count(target => target.NeedsHuman is not null),
        snapshot.Targets.Count(target => target.PausedUntil is not null),
        snapshot.Targets.Count(target => target.IsStopped),
        snapshot.Targets.Count(target => target.OpenIntent is not null),
        [
            .. snapshot.Targets
                .Where(target => target.Health is not (Health.Ok or Health.NotApplicable) || target.NeedsHuman is not null)
                .OrderByDescending(target => target.NeedsHuman is not null)
                .ThenByDescending(target => target.Health)
                .ThenBy(target => target.Since)
                .Take(MostTargets)
                .Select(target => new WorstDto(target.Name, target.Group, target.Health, target.Reason, Wire.Moment(target.Since), target.NeedsHuman)),
        ],
        [.. snapshot.Groups.OrderByDescending(group => group.Health).ThenByDescending(group => group.Unhealthy).Take(MostGroups).Select(Wire.Group)]);

    private static HealthCountsDto Count(IEnumerable<Health> all)
    {
        Span<int> counts = stackalloc int[6];
        var total = 0;
        foreach (var health in all)
        {
            counts[(int)health]++;
            total++;
        }
        return new(total, counts[(int)Health.Ok], counts[(int)Health.Degraded], counts[(int)Health.Initializing], counts[(int)Health.InsufficientData],
            counts[(int)Health.Impaired], counts[(int)Health.NotApplicable]);
    }
}
