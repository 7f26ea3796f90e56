using Hale.Config;
using Hale.Core.Alarming;
using Hale.Core.Model;
using Hale.Storage;
using Microsoft.Data.Sqlite;

namespace Hale.Metrics;

/// <summary>Answers queries from the store and from the minutes that are not written yet. Safe for concurrent use.</summary>
/// <param name="file">The journal.</param>
/// <param name="recorder">The minutes that are not written yet, and which series there are.</param>
/// <param name="plan">The configuration as it stands, for published names.</param>
internal sealed class MetricReader(string file, MetricRecorder recorder, Func<Plan> plan) : IDisposable
{
    private static readonly TimeSpan[] Periods =
        [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), TimeSpan.FromHours(6), TimeSpan.FromDays(1)];

    private readonly Lock gate = new();
    private SqliteConnection? connection;

    /// <summary>All series, with the names under which they are published.</summary>
    public IReadOnlyList<SeriesInfo> List()
    {
        var current = plan();
        var names = current.Metrics.GroupBy(metric => KeyOf(metric.Source, current.World)).ToDictionary(group => group.Key, group => group.Select(metric => $"{metric.Namespace}/{metric.Name}").ToArray());
        return [.. recorder.All.Select(series => new SeriesInfo(series, names.GetValueOrDefault((series.Target, series.Check, series.Name), [])))];
    }

    /// <summary>Reads a metric.</summary>
    /// <param name="query">What to read.</param>
    /// <param name="now">The present, which decides how finely numbers are still kept.</param>
    public MetricAnswer Query(MetricQuery query, DateTimeOffset now)
    {
        if (Find(query.Metric) is not { } found)
            return new(null, query.Period, [], $"there is no metric \"{query.Metric}\"", IsUnknown: true);
        var info = new SeriesInfo(found, []);
        if (query.From >= query.To)
            return new(info, query.Period, [], "the beginning must be before the end");
        if (query.Statistic.Percentile > 0 || (query.Period > TimeSpan.Zero && query.Period < TimeSpan.FromMinutes(1)))
            return Raw(query, info);
        var resolution = FinestKept(now - query.From);
        var period = PeriodOf(query, resolution);
        if ((query.To - query.From) / period > MetricQuery.MaxPoints)
            return new(info, period, [], $"more than {MetricQuery.MaxPoints} datapoints of {Duration.Format(period)}; take a longer period or a shorter span");
        var points = Rolled(recorder.Find(found), query.From, query.To, resolution, period);
        return new(info, period, [.. points.Select(point => new MetricPoint(new(point.Key, TimeSpan.Zero), query.Statistic.Of(point.Value)))]);
    }

    /// <summary>
    /// What is kept of the metric of an alarm, as far back as the alarm looks: by the minute; as single samples for percentiles and periods below a
    /// minute, of which verdicts have none.
    /// </summary>
    /// <param name="condition">The alarm's condition, in the numbers of <paramref name="world"/>.</param>
    /// <param name="world">The configuration that has the alarm.</param>
    /// <param name="now">The present.</param>
    public Recalled[] Recall(AlarmCondition condition, WorldSpec world, DateTimeOffset now)
    {
        var begin = now - (condition.Grain * condition.Buckets);
        if (Find(KeyOf(condition.Source, world)) is not { } series)
            return [];
        if (condition.Statistic != Statistic.Percentile && condition.Grain >= Resolution.Minute.Slot)
        {
            return [.. Rolled(recorder.Find(series), begin, now, Resolution.Minute, Resolution.Minute.Slot)
                .Select(minute => new Recalled(Instant.From(new(minute.Key, TimeSpan.Zero)), minute.Value.Count, minute.Value.Sum, minute.Value.Minimum, minute.Value.Maximum))];
        }
        lock (gate)
        {
            var samples = new Queue<Recalled>();
            foreach (var (at, value) in RawSamples.Between(Open(), begin, now, series))
            {
                if (samples.Count == AlarmCondition.MaxSamples)
                    samples.Dequeue();
                samples.Enqueue(new(at, 1, value, value, value));
            }
            return [.. samples];
        }
    }

    /// <inheritdoc/>
    public void Dispose() => connection?.Dispose();

    private static (string Target, string? Check, string Name) KeyOf(MetricSource source, WorldSpec world)
    {
        var name = source.Field switch
        {
            MetricField.Passed => Series.Passed,
            MetricField.Took => Series.Took,
            MetricField.Healthy => Series.Healthy,
            _ => source.Measurement,
        };
        return (world.Targets[source.Target].Name, source.Check < 0 ? null : world.Checks[source.Check].Name, name);
    }

    private Series? Find(string text)
    {
        var current = plan();
        foreach (var metric in current.Metrics)
            if (metric.Name == text || $"{metric.Namespace}/{metric.Name}" == text)
                return Find(KeyOf(metric.Source, current.World));
        return recorder.All.Where(series => text.StartsWith(series.Target, StringComparison.Ordinal) && series.Reference == text).Select(series => (Series?)series).LastOrDefault();
    }

    // A measurement may have changed its unit: the series that began last is the one that is meant.
    private Series? Find((string, string?, string) wanted) =>
        recorder.All.Where(series => (series.Target, series.Check, series.Name) == wanted).Select(series => (Series?)series).LastOrDefault();

    private static Resolution FinestKept(TimeSpan age) =>
        age <= Resolution.Minute.Keep ? Resolution.Minute : age <= Resolution.FiveMinutes.Keep ? Resolution.FiveMinutes : Resolution.Hour;

    /// <summary>What was asked for, in whole slots; without a wish the shortest that gives no more datapoints than an answer has.</summary>
    private static TimeSpan PeriodOf(MetricQuery query, Resolution resolution)
    {
        if (query.Period > TimeSpan.Zero)
            return resolution.Slot * Math.Ceiling(Math.Max(1, query.Period / resolution.Slot));
        return Periods.FirstOrDefault(period => period >= resolution.Slot && (query.To - query.From) / period <= MetricQuery.MaxPoints, Periods[^1]);
    }

    private SortedDictionary<long, Bucket> Rolled(int id, DateTimeOffset from, DateTimeOffset to, Resolution resolution, TimeSpan period)
    {
        lock (gate)
        {
            while (true)
            {
                var open = recorder.Open(id, out var generation);
                var points = new SortedDictionary<long, Bucket>();
                var (first, last) = (from.UtcTicks, to.UtcTicks);
                for (var day = ChunkKey.DayOf(MinuteOf(first)); day <= ChunkKey.DayOf(MinuteOf(last - 1)); day++)
                {
                    foreach (var level in resolution == Resolution.Minute ? (Resolution[])[Resolution.Fresh, Resolution.Minute] : [Resolution.Fresh, resolution])
                    {
                        var slots = Day(level, day, id);
                        for (var slot = 0; slot < slots.Length; slot++)
                            Add(DateTime.UnixEpoch.Ticks + (day * TimeSpan.TicksPerDay) + (slot * level.Slot.Ticks), slots[slot]);
                    }
                }
                foreach (var (minute, bucket) in open)
                    Add(DateTime.UnixEpoch.Ticks + (minute * TimeSpan.TicksPerMinute), bucket);
                // Written meanwhile: it would be counted twice, or not at all.
                if (generation % 2 == 0 && generation == recorder.Generation)
                    return points;

                void Add(long ticks, in Bucket bucket)
                {
                    if (bucket.Count == 0 || ticks < first || ticks >= last)
                        return;
                    var begin = DateTime.UnixEpoch.Ticks + ((ticks - DateTime.UnixEpoch.Ticks) / period.Ticks * period.Ticks);
                    var sum = points.GetValueOrDefault(begin);
                    sum.Add(bucket);
                    points[begin] = sum;
                }
            }
        }
    }

    private Bucket[] Day(Resolution level, int day, int id)
    {
        var slots = new Bucket[level.Slots];
        var first = new ChunkKey(level.Level, day, id / ChunkWriter.Shard, 0).Id;
        using var command = Open().CreateCommand();
        command.CommandText = "select body from metrics where id >= $from and id < $to";
        command.Parameters.AddWithValue("$from", first);
        command.Parameters.AddWithValue("$to", first + 0x10000);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            try
            {
                ChunkReader.Add(ChunkReader.Unpack(reader.GetFieldValue<byte[]>(0)), id % ChunkWriter.Shard, slots);
            }
            catch (InvalidDataException)
            {
                // A damaged piece of samples leaves a hole; the rest is told all the same.
            }
        }
        return slots;
    }

    private MetricAnswer Raw(MetricQuery query, SeriesInfo info)
    {
        var period = query.Period > TimeSpan.Zero ? query.Period : TimeSpan.FromMinutes(5);
        if (info.Series.Check is null || info.Series.Name == Series.Passed)
            return new(info, period, [], "verdicts are kept by the minute, and not as single samples; take a period of 1m or more, and no percentile");
        if ((query.To - query.From) / period > MetricQuery.MaxPoints)
            return new(info, period, [], $"more than {MetricQuery.MaxPoints} datapoints of {Duration.Format(period)}; take a longer period or a shorter span");
        lock (gate)
            return RawSamples.Read(Open(), query, info, period);
    }

    private SqliteConnection Open() => connection ??= JournalFile.OpenToRead(file);

    private static long MinuteOf(long ticks) => (ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMinute;
}
