using Hale.Core.Alarming;
using Hale.Core.Model;

namespace Hale.Web.Metrics;

/// <summary>The states of alarms.</summary>
internal static class AlarmMetrics
{
    public static void Write(PrometheusWriter writer, Snapshot snapshot)
    {
        if (snapshot.Alarms.Count == 0)
            return;
        writer.Family("hale_alarm_state", "gauge", "0 ok, 1 in alarm, 2 insufficient data.");
        foreach (var alarm in snapshot.Alarms)
            writer.Sample(alarm.Value switch { AlarmValue.Ok => 0, AlarmValue.Alarm => 1, _ => 2 }, ("alarm", alarm.Name), ("target", alarm.Target));
        writer.Family("hale_alarm_since_timestamp_seconds", "gauge", "When the state last changed, in seconds since 1970.");
        foreach (var alarm in snapshot.Alarms)
            writer.Sample(alarm.Since.ToUtc().ToUnixTimeMilliseconds() / 1000.0, ("alarm", alarm.Name), ("target", alarm.Target));
    }
}
