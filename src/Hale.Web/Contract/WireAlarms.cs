using Hale.Core.Alarming;
using Hale.Core.Model;

namespace Hale.Web.Contract;

/// <summary>Maps alarms to what goes over the wire.</summary>
public static class WireAlarms
{
    /// <summary>The alarms of a snapshot that are in one of the states; all of them without any.</summary>
    public static AlarmsDto Alarms(Snapshot snapshot, IReadOnlyCollection<AlarmValue> states) => new(
        snapshot.At.ToUtc(),
        Wire.Doubt(snapshot),
        [.. snapshot.Alarms.Where(alarm => states.Count == 0 || states.Contains(alarm.Value)).Select(Alarm)]);

    /// <summary>An alarm.</summary>
    public static AlarmDto Alarm(AlarmSnapshot alarm) => new()
    {
        Name = alarm.Name,
        Description = alarm.Description,
        State = alarm.Value,
        Since = Wire.Moment(alarm.Since),
        Reason = alarm.Reason,
        Rule = alarm.Rule,
        Target = alarm.Target,
        Metric = alarm.Metric,
        Threshold = alarm.Threshold,
        EvaluatedAt = Wire.Moment(alarm.EvaluatedAt),
        Datapoints = [.. alarm.Datapoints.Select(datapoint => new DatapointDto(datapoint.At.ToUtc(), datapoint.Value))],
        ActionsEnabled = alarm.ActionsEnabled,
        Tell = alarm.Tell,
    };
}
