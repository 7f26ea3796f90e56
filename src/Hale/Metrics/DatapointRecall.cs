using Hale.Core.Alarming;
using Hale.Core.Model;
using Hale.Running;
using Microsoft.Data.Sqlite;

namespace Hale.Metrics;

/// <summary>
/// Gives alarms that begin to hear what the store kept before: data stored before an alarm was made count for it, as in CloudWatch. The store is
/// read beside the engine's loop, and what it tells enters as a fact, so that a replay needs no store.
/// </summary>
/// <param name="metrics">The store.</param>
/// <param name="engine">Takes the facts.</param>
/// <param name="clock">The steady line.</param>
internal sealed class DatapointRecall(MetricReader metrics, Engine engine, SteadyClock clock)
{
    /// <summary>For the alarms that have never been evaluated.</summary>
    public void AtStart(Shown restored, CancellationToken cancel) =>
        Recall(restored.Edition.Plan.World, a => restored.Snapshot.Alarms[a].EvaluatedAt.IsNever, cancel);

    /// <summary>For the alarms that a reload made, or that look at another metric, in another grain or further back than before.</summary>
    public void After(WorldSpec before, WorldSpec now)
    {
        var old = before.Alarms.ToDictionary(alarm => alarm.Name, alarm => WindowOf(alarm.Condition));
        Recall(now, a => !old.TryGetValue(now.Alarms[a].Name, out var window) || window != WindowOf(now.Alarms[a].Condition), CancellationToken.None);
    }

    private void Recall(WorldSpec world, Func<int, bool> isWanted, CancellationToken cancel)
    {
        for (var a = 0; a < world.Alarms.Length && !cancel.IsCancellationRequested; a++)
        {
            if (world.Alarms[a].Condition is { } condition && isWanted(a))
                Recall(world.Alarms[a].Name, condition, world);
        }
    }

    private void Recall(string name, AlarmCondition condition, WorldSpec world)
    {
        try
        {
            if (metrics.Recall(condition, world, clock.Wall) is { Length: > 0 } pieces)
                engine.Post(present => IndexOf(name, condition, present) is >= 0 and var a ? new DatapointsRecalled(clock.Now, a, pieces) : null);
        }
        catch (Exception error) when (error is SqliteException or InvalidDataException or IOException)
        {
            _ = engine.NoteAsync("alarm", null, $"{name}: begins with what it hears, since what was kept of its metric cannot be read: {error.Message}");
        }
    }

    // Another reload may have come meanwhile; it recalls for itself.
    private static int IndexOf(string name, AlarmCondition condition, Edition present) =>
        Array.FindIndex(present.Plan.World.Alarms, alarm => alarm.Name == name && WindowOf(alarm.Condition) == WindowOf(condition));

    private static (string, TimeSpan, int, bool)? WindowOf(AlarmCondition? condition) =>
        condition is null ? null : (condition.Metric, condition.Grain, condition.Buckets, condition.Statistic == Statistic.Percentile);
}
