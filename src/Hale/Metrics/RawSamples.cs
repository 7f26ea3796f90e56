using Hale.Core.Model;
using Hale.Storage;
using Microsoft.Data.Sqlite;

namespace Hale.Metrics;

/// <summary>
/// Single samples, read from the observations in the journal, which are kept for a day: for percentiles and for periods below a minute. Every attempt
/// that brought the number counts, also one that the judge set aside.
/// </summary>
internal static class RawSamples
{
    /// <summary>Samples that one query takes at most.</summary>
    private const int Most = 1_000_000;

    /// <summary>A segment is written some time after what stands in it.</summary>
    private static readonly TimeSpan WrittenWithin = TimeSpan.FromMinutes(10);

    public static MetricAnswer Read(SqliteConnection connection, MetricQuery query, SeriesInfo info, TimeSpan period)
    {
        var samples = new SortedDictionary<long, List<double>>();
        var taken = 0;
        foreach (var (at, value) in Between(connection, query.From, query.To, info.Series))
        {
            if (++taken > Most)
                return new(info, period, [], $"more than {Most} single samples; take a shorter span");
            var begin = at.Ticks / period.Ticks * period.Ticks;
            if (!samples.TryGetValue(begin, out var slot))
                samples[begin] = slot = [];
            slot.Add(value);
        }
        return new(info, period, [.. samples.Select(slot => new MetricPoint(new Instant(slot.Key).ToUtc(), Of(query.Statistic, slot.Value)))]);
    }

    /// <summary>The samples of a series in a span of time, about in their order.</summary>
    public static IEnumerable<(Instant At, double Value)> Between(SqliteConnection connection, DateTimeOffset begin, DateTimeOffset end, Series series)
    {
        var (from, to) = (Instant.From(begin), Instant.From(end));
        var checks = new Dictionary<long, int>();
        using var command = connection.CreateCommand();
        command.CommandText = "select config, body from segments where at >= $from and at <= $to order by id";
        command.Parameters.AddWithValue("$from", begin.ToUnixTimeMilliseconds());
        command.Parameters.AddWithValue("$to", (end + WrittenWithin).ToUnixTimeMilliseconds());
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var config = reader.GetInt64(0);
            if (!checks.TryGetValue(config, out var check))
                checks[config] = check = CheckUnder(connection, config, series);
            if (check < 0)
                continue;
            foreach (var fact in SegmentReader.Read(reader.GetFieldValue<byte[]>(1)))
            {
                if (fact is Observed { Observation: var observation } && observation.Check == check && observation.Result.Outcome != Outcome.Inconclusive
                    && observation.StartedAt >= from && observation.StartedAt < to && ValueOf(observation, series) is { } value)
                    yield return (observation.StartedAt, value);
            }
        }
    }

    private static double Of(MetricStatistic statistic, List<double> values)
    {
        if (statistic.Percentile > 0)
        {
            values.Sort();
            return values[Math.Clamp((int)Math.Ceiling(statistic.Percentile / 100 * values.Count), 1, values.Count) - 1];
        }
        var bucket = default(Bucket);
        foreach (var value in values)
            bucket.Add(value);
        return statistic.Of(bucket);
    }

    private static double? ValueOf(in Observation observation, in Series series)
    {
        if (series.Name == Series.Took)
            return observation.Took.TotalSeconds;
        foreach (var measurement in observation.Result.Measurements)
            if (measurement.Name == series.Name && measurement.Unit == series.Unit)
                return double.IsFinite(measurement.Value) ? measurement.Value : null;
        return null;
    }

    private static int CheckUnder(SqliteConnection connection, long config, in Series series)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "select spec from configs where id = $id";
        command.Parameters.AddWithValue("$id", config);
        if (command.ExecuteScalar() is not string text)
            return -1;
        var spec = SpecJson.Read(text);
        for (var c = 0; c < spec.Checks.Length; c++)
            if (spec.Checks[c].Name == series.Check && spec.Targets[spec.Checks[c].Target].Name == series.Target)
                return c;
        return -1;
    }
}
