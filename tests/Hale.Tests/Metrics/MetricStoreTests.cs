using System.Globalization;
using Hale.Config;
using Hale.Core.Alarming;
using Hale.Core.Model;
using Hale.Metrics;
using Hale.Testing;
using Hale.Tests.Storage;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Hale.Tests.Metrics;

public sealed class MetricStoreTests : IDisposable
{
    private const string Latency = "service-0000/http.latency";
    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Scratch scratch = new();

    private string File => scratch["journal.db"];

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Every_sample_is_told_whether_it_is_written_already_or_not()
    {
        using var days = new SimulatedDays(File, 3, TimeSpan.FromSeconds(10), TenMinutes) { Told = [] };
        for (var n = 0; n < 12; n++)
        {
            days.Run(TimeSpan.FromMinutes(3.5));
            Matches(days, days.Told!, Minute);
        }
        Matches(days, days.Told!, TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void Derived_series_are_kept_beside_the_measurements()
    {
        using var days = new SimulatedDays(File, 2, TimeSpan.FromSeconds(10), TenMinutes);
        days.Run(TimeSpan.FromHours(1));
        using var reader = Reader(days);
        Assert.Equal(
            ["service-0000", "service-0000/http", "service-0000/http.latency", "service-0000/http.took", "service-0001", "service-0001/http", "service-0001/http.latency", "service-0001/http.took"],
            reader.List().Select(series => series.Series.Reference).Order(StringComparer.Ordinal));
        var passed = Query(days, "service-0001/http", TimeSpan.FromHours(1), MetricStatistic.Average);
        Assert.InRange(passed.Single().Value, 0.9, 1);
        Assert.Equal(360, Query(days, "service-0001/http.took", TimeSpan.FromHours(1), new("count", 0)).Single().Value);
        Assert.Equal(1, Query(days, "service-0000", TimeSpan.FromHours(1), new("maximum", 0)).Single().Value);
    }

    [Fact]
    public void A_kill_at_any_moment_loses_no_sample_that_was_committed()
    {
        Dictionary<long, (int Count, double Sum)> told = [];
        using var days = new SimulatedDays(File, 3, TimeSpan.FromSeconds(10), TenMinutes) { Told = told };
        for (var n = 0; n < 10; n++)
        {
            days.Run(TimeSpan.FromMinutes(7));
            days.Settle(checkpoint: false);
            // What a kill leaves is what the files hold while the journal is open.
            var copy = scratch[$"copy-{n}.db"];
            foreach (var suffix in new[] { "", "-wal" })
                if (System.IO.File.Exists(File + suffix))
                    System.IO.File.Copy(File + suffix, copy + suffix);
            using var after = new SimulatedDays(copy, 3, TimeSpan.FromSeconds(10), TenMinutes);
            Assert.Equal(0, after.Observations);
            Matches(after, told, Minute, copy);
            after.Settle(checkpoint: true);
            Matches(after, told, Minute, copy);
        }
    }

    [Fact]
    public void A_day_that_is_over_is_packed_without_changing_what_it_tells()
    {
        using var days = new SimulatedDays(File, 70, TimeSpan.FromSeconds(30), TenMinutes) { Told = [] };
        days.Run(TimeSpan.FromDays(1));
        days.Settle(checkpoint: true);
        Assert.Equal((0, 0, 0), (Rows(1), Rows(2), Rows(3)));
        var before = Bytes("");
        days.Run(TimeSpan.FromHours(2));
        Assert.Equal((5, 5, 5), (Rows(1), Rows(2), Rows(3)));
        Assert.Equal(0, Ask($"select count(*) from metrics where id < {ChunkKey.FirstOf(0, ChunkKey.DayOf(SimulatedDays.Begin.Ticks / TimeSpan.TicksPerMinute) + 1)}"));
        Assert.True(Bytes($"where id >= {ChunkKey.FirstOf(1, 0)}") < before, "a packed day is no smaller than its pieces");
        Matches(days, days.Told!, Minute, from: days.Now.ToUtc() - TimeSpan.FromHours(23));
        Matches(days, days.Told!, TimeSpan.FromMinutes(5));
        Matches(days, days.Told!, TimeSpan.FromHours(1));
    }

    [Fact]
    public void Each_resolution_is_kept_as_long_as_it_says_and_the_file_does_not_grow_any_more()
    {
        using var days = new SimulatedDays(File, 4, TimeSpan.FromMinutes(20), TimeSpan.FromHours(4), TimeSpan.FromMinutes(10)) { CommitEvery = TimeSpan.FromHours(1), TickEvery = TimeSpan.FromMinutes(10), Told = [] };
        days.Run(TimeSpan.FromDays(20));
        Assert.Equal((15, 19, 19), (Days(1), Days(2), Days(3)));
        days.Run(TimeSpan.FromDays(60));
        Assert.Equal((15, 63, 79), (Days(1), Days(2), Days(3)));
        days.Run(TimeSpan.FromDays(380));
        var bytes = days.Bytes;
        Assert.Equal((15, 63, 455), (Days(1), Days(2), Days(3)));
        Assert.InRange(Days(0), 0, 2);
        days.Run(TimeSpan.FromDays(30));
        Assert.InRange(days.Bytes, 1, bytes * 1.05);
        Matches(days, days.Told!, Minute, from: days.Now.ToUtc() - TimeSpan.FromHours(23));
        Matches(days, days.Told!, TimeSpan.FromHours(1), from: days.Now.ToUtc() - TimeSpan.FromDays(50));
        Matches(days, days.Told!, TimeSpan.FromDays(1), from: days.Now.ToUtc() - TimeSpan.FromDays(400));
    }

    [Fact]
    public void A_full_disk_keeps_an_hour_of_minutes_and_counts_what_it_gives_up()
    {
        using var disk = SmallDisk.Mount(scratch["disk"], "8m");
        using var days = new SimulatedDays(disk["journal.db"], 3, TimeSpan.FromSeconds(10), TenMinutes) { Told = [] };
        days.Run(TimeSpan.FromMinutes(25));
        disk.Fill();
        days.Run(TimeSpan.FromMinutes(30));
        Assert.NotNull(days.Journal.Trouble);
        Assert.Equal(0, days.Journal.Metrics.Recorder.Refused);
        Matches(days, days.Told!, Minute, disk["journal.db"]);

        days.Run(TimeSpan.FromMinutes(90));
        Assert.True(days.Journal.Metrics.Recorder.Refused > 0);
        disk.Free();
        days.Run(TimeSpan.FromMinutes(11));
        Assert.Null(days.Journal.Trouble);
        Matches(days, days.Told!, Minute, disk["journal.db"], from: days.Now.ToUtc() - TimeSpan.FromMinutes(60));
        Assert.True(Query(days, Latency, Minute, MetricStatistic.Average, disk["journal.db"]).Count < days.Told!.Count);
    }

    [Fact]
    public void A_journal_of_version_1_gets_the_tables_in_place()
    {
        using (new SimulatedDays(File, 1, Minute, TenMinutes))
        {
        }
        Ask("drop table metrics; drop table series; drop index segments_at; pragma user_version = 1; select 1");
        using var days = new SimulatedDays(File, 1, Minute, TenMinutes) { Told = [] };
        days.Run(TimeSpan.FromHours(1));
        Matches(days, days.Told!, Minute);
        Assert.Equal(2, Ask("select user_version from pragma_user_version"));
    }

    [Fact]
    public void Percentiles_are_read_from_single_samples()
    {
        using var days = new SimulatedDays(File, 2, TimeSpan.FromSeconds(1), TenMinutes);
        days.Run(TimeSpan.FromMinutes(30));
        days.Settle(checkpoint: false);
        var (low, middle, high) = (Value("p1"), Value("p50"), Value("p99"));
        Assert.InRange(low, 0.015, 0.0152);
        Assert.InRange(middle, 0.0195, 0.0205);
        Assert.InRange(high, 0.0248, 0.025);

        double Value(string name) => MetricStatistic.TryParse(name, out var statistic) ? Query(days, Latency, TimeSpan.FromHours(1), statistic).Single().Value : double.NaN;
    }

    [Fact]
    public void A_query_that_asks_for_what_there_is_not_says_what_would_do()
    {
        using var days = new SimulatedDays(File, 1, Minute, TenMinutes);
        days.Run(TimeSpan.FromHours(1));
        using var reader = Reader(days);
        MetricAnswer Ask(string metric, TimeSpan period, MetricStatistic statistic, TimeSpan span) => reader.Query(new(metric, days.Now.ToUtc() - span, days.Now.ToUtc(), period, statistic), days.Now.ToUtc());
        Assert.Contains("no metric \"host\"", Ask("host", Minute, MetricStatistic.Average, TimeSpan.FromHours(1)).Problem, StringComparison.Ordinal);
        Assert.Contains("beginning", Ask(Latency, Minute, MetricStatistic.Average, -TimeSpan.FromHours(1)).Problem, StringComparison.Ordinal);
        Assert.Contains("more than 1440 datapoints", Ask(Latency, Minute, MetricStatistic.Average, TimeSpan.FromDays(2)).Problem, StringComparison.Ordinal);
        Assert.Contains("verdicts are kept by the minute", Ask("service-0000/http", TimeSpan.FromMinutes(5), new("p50", 50), TimeSpan.FromHours(1)).Problem, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromMinutes(5), Ask(Latency, TimeSpan.Zero, MetricStatistic.Average, TimeSpan.FromDays(2)).Period);
        Assert.Equal(TimeSpan.FromHours(6), Ask(Latency, TimeSpan.Zero, MetricStatistic.Average, TimeSpan.FromDays(70)).Period);
    }

    [Fact]
    public void An_alarm_looks_back_at_what_was_told()
    {
        using var days = new SimulatedDays(File, 2, TimeSpan.FromSeconds(10), TenMinutes) { Told = [] };
        days.Run(TimeSpan.FromHours(1));
        days.Settle(checkpoint: false);
        using var reader = Reader(days);
        var condition = new AlarmCondition
        {
            Source = new(MetricField.Measurement, 0, 0, "latency"), Metric = Latency, Comparison = Comparison.GreaterThan, Threshold = 1, Period = TimeSpan.FromMinutes(5), Periods = 4,
        };
        // Four slots of five minutes and two more, and the minute that is being filled.
        var minutes = reader.Recall(condition, days.Spec, days.Now.ToUtc());
        var first = (days.Now - TimeSpan.FromMinutes(31)).Ticks / TimeSpan.TicksPerMinute;
        Assert.Equal(days.Told!.Where(minute => minute.Key >= first).OrderBy(minute => minute.Key).Select(minute => (minute.Key, minute.Value.Count)), minutes.Select(minute => (minute.At.Ticks / TimeSpan.TicksPerMinute, minute.Count)));
        var samples = reader.Recall(condition with { Statistic = Statistic.Percentile, Percentile = 90 }, days.Spec, days.Now.ToUtc());
        Assert.Equal(minutes.Sum(minute => minute.Count), samples.Length);
        Assert.Equal(minutes.Max(minute => minute.Maximum), samples.Max(sample => sample.Sum), 1e-3);
        Assert.Empty(reader.Recall(condition with { Source = condition.Source with { Measurement = "none" } }, days.Spec, days.Now.ToUtc()));
    }

    private MetricReader Reader(SimulatedDays days, string? file = null)
    {
        var plan = new Plan { World = days.Spec, Probes = [], Remedies = [], Processes = [], Daemon = new DaemonSpec { StateDirectory = scratch.Path }, Source = "" };
        return new MetricReader(file ?? File, days.Journal.Metrics.Recorder, () => plan);
    }

    private IReadOnlyList<MetricPoint> Query(SimulatedDays days, string metric, TimeSpan period, MetricStatistic statistic, string? file = null, DateTimeOffset? from = null)
    {
        using var reader = Reader(days, file);
        var answer = reader.Query(new(metric, from ?? SimulatedDays.Begin.ToUtc(), days.Now.ToUtc() + TimeSpan.FromMinutes(1), period, statistic), days.Now.ToUtc());
        Assert.True(answer.Problem is null, answer.Problem);
        return answer.Points;
    }

    /// <summary>Counts are exact, and averages as near as roll-ups are.</summary>
    private void Matches(SimulatedDays days, Dictionary<long, (int Count, double Sum)> told, TimeSpan period, string? file = null, DateTimeOffset? from = null)
    {
        var begin = (from ?? SimulatedDays.Begin.ToUtc()).UtcTicks - DateTime.UnixEpoch.Ticks;
        var expected = told.Where(minute => minute.Key * TimeSpan.TicksPerMinute >= begin).GroupBy(minute => minute.Key * TimeSpan.TicksPerMinute / period.Ticks)
            .OrderBy(group => group.Key).Select(group => (Count: group.Sum(minute => minute.Value.Count), Sum: group.Sum(minute => minute.Value.Sum))).ToArray();
        var counts = Query(days, Latency, period, new("count", 0), file, from);
        // The first and the last slot of a coarser resolution may reach beyond the span.
        var edge = from is null ? 0 : 1;
        Assert.Equal(expected.Skip(edge).SkipLast(edge).Select(slot => (double)slot.Count), counts.Skip(edge).SkipLast(edge).Select(point => point.Value));
        var averages = Query(days, Latency, period, MetricStatistic.Average, file, from);
        Assert.All(expected.Zip(averages).Skip(edge).SkipLast(edge), pair => Assert.InRange(pair.Second.Value / (pair.First.Sum / pair.First.Count), 0.9998, 1.0002));
    }

    private long Rows(int level) => Ask($"select count(*) from metrics where id >= {ChunkKey.FirstOf(level, 0)} and id < {ChunkKey.FirstOf(level + 1, 0)}");

    private int Days(int level) => (int)Ask($"select count(distinct (id >> 32) & 1048575) from metrics where id >= {ChunkKey.FirstOf(level, 0)} and id < {ChunkKey.FirstOf(level + 1, 0)}");

    private long Bytes(string where) => Ask($"select coalesce(sum(length(body)), 0) from metrics {where}");

    private long Ask(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
