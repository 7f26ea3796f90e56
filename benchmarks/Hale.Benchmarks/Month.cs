using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hale.Config;
using Hale.Core.Model;
using Hale.Metrics;
using Hale.Running;
using Hale.Tests.Metrics;
using Hale.Web.Contract;
using Microsoft.Data.Sqlite;

namespace Hale.Benchmarks;

/// <summary>
/// A month of 5,000 checks, one attempt a minute each, in simulated time through the real world, journal, metric store, alarms, checkpoints and pruning:
/// how large the file becomes, what a check costs in a day, and how fast the whole is shown at the end.
/// </summary>
internal static class Month
{
    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);

    /// <summary>Runs it; 0 when the file stays bounded, each resolution is kept as long as it says, and both answers take less than 50 ms.</summary>
    public static Task<int> RunAsync(string[] args)
    {
        var checks = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 5000;
        var days = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 30;
        var folder = Directory.CreateTempSubdirectory("hale-bench-").FullName;
        try
        {
            return Task.FromResult(Measure(Path.Combine(folder, "journal.db"), checks, days));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int Measure(string file, int checks, int days)
    {
        using var month = new SimulatedDays(file, checks, TimeSpan.FromMinutes(1), TenMinutes);
        Console.WriteLine($"{checks} checks, one attempt a minute each, {month.Spec.Alarms.Length} alarms, {days} days");
        Console.WriteLine("  day  file MB   facts MB  1 min MB  5 min MB  1 h MB  checkpoints MB  shard-days at 1 min/5 min/1 h   seconds");
        // Without what grows on for 63 and 455 days: this has to stay as it is once minutes are 15 days old.
        var settled = new List<double>();
        var watch = Stopwatch.StartNew();
        for (var day = 1; day <= days; day++)
        {
            // The engine commits every 200 ms while observations come. Facts are kept for a day, so only the last ones show in the file.
            month.CommitEvery = TimeSpan.FromSeconds(day >= days - 1 ? 1 : 10);
            month.Run(TimeSpan.FromDays(1));
            var tables = new Tables(file);
            settled.Add((month.Bytes - tables.Level(2).Bytes - tables.Level(3).Bytes) / 1e6);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{day,5}{month.Bytes / 1e6,9:0.0}{tables.Facts / 1e6,11:0.0}{tables.Level(0).Bytes / 1e6 + tables.Level(1).Bytes / 1e6,10:0.0}{tables.Level(2).Bytes / 1e6,10:0.0}{tables.Level(3).Bytes / 1e6,8:0.0}{tables.Checkpoints / 1e6,16:0.0}{$"{tables.Level(1).Rows}/{tables.Level(2).Rows}/{tables.Level(3).Rows}",33}{watch.Elapsed.TotalSeconds,10:0}"));
        }
        var figures = new Tables(file);
        var status = Fastest(() => JsonSerializer.SerializeToUtf8Bytes(Wire.Status(month.World.TakeSnapshot(), null), WireJson.Default.StatusDto));
        var overview = Fastest(() => JsonSerializer.SerializeToUtf8Bytes(Overview.Of(month.World.TakeSnapshot(), new DaemonFigures { StartedAt = default }), WireJson.Default.OverviewDto));
        var query = Fastest(() => Query(file, month));
        var perDay = checks * Math.Min(days, 15.0);
        var isKept = days < 18 || (Shards(figures, 1) is >= 15 and <= 16 && Shards(figures, 2) >= days - 2);
        // The last day before the finer commits.
        var isFlat = days < 21 || settled[^3] < settled[16] * 1.05;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            observations                 {month.Observations:N0}, {month.Observations / watch.Elapsed.TotalSeconds:N0} each second
            bytes of a check in a day    {figures.Facts / (double)checks:N0} as single facts (kept a day), {figures.Level(1).Bytes / perDay:N0} by the minute (15 d), {figures.Level(2).Bytes / (double)checks / days:N0} by five minutes (63 d), {figures.Level(3).Bytes / (double)checks / days:N0} by the hour (455 d)
            file at the end              {month.Bytes / 1e6:N0} MB, {month.Bytes / (double)checks / days:N0} bytes for each check and day of the month
            status, whole                {status:0.0} ms
            overview                     {overview:0.0} ms
            a metric over the last day   {query:0.0} ms
            bounded {isFlat}, retention {isKept}
            """));
        return isFlat && isKept && status < 50 && overview < 50 ? 0 : 1;

        long Shards(Tables tables, int level) => tables.Level(level).Rows / ((month.Journal.Metrics.Recorder.Count + ChunkWriter.Shard - 1) / ChunkWriter.Shard);
    }

    private static MetricAnswer Query(string file, SimulatedDays month)
    {
        var plan = new Plan { World = month.Spec, Probes = [], Remedies = [], Processes = [], Daemon = new DaemonSpec { StateDirectory = "/" }, Source = "" };
        using var reader = new MetricReader(file, month.Journal.Metrics.Recorder, () => plan);
        var now = month.Now.ToUtc();
        var answer = reader.Query(new("service-0007/http.latency", now.AddDays(-1), now, TenMinutes, MetricStatistic.Average), now);
        return answer.Points.Count > 100 ? answer : throw new InvalidOperationException($"{answer.Points.Count} datapoints, {answer.Problem}");
    }

    private static double Fastest(Func<object> work)
    {
        var best = double.MaxValue;
        for (var n = 0; n < 40; n++)
        {
            var watch = Stopwatch.GetTimestamp();
            work();
            best = Math.Min(best, Stopwatch.GetElapsedTime(watch).TotalMilliseconds);
        }
        return best;
    }

    private sealed class Tables(string file)
    {
        public long Facts { get; } = Ask(file, "select coalesce(sum(length(body)), 0) from segments");

        public long Checkpoints { get; } = Ask(file, "select coalesce(sum(length(body)), 0) from checkpoints");

        public (long Rows, long Bytes) Level(int level)
        {
            var where = $"from metrics where id >= {ChunkKey.FirstOf(level, 0)} and id < {ChunkKey.FirstOf(level + 1, 0)}";
            return (Ask(file, $"select count(*) {where}"), Ask(file, $"select coalesce(sum(length(body)), 0) {where}"));
        }

        private static long Ask(string file, string sql)
        {
            using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
            connection.Open();
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of this file.
            command.CommandText = sql;
#pragma warning restore CA2100
            return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
        }
    }
}
