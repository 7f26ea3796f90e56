using System.Diagnostics;
using System.Globalization;
using Hale.Benchmarks.Peers;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Running;

namespace Hale.Benchmarks;

/// <summary>
/// How many HTTP probes per second, over fresh connections, and at what price: Hale whole (due, probe, judge, journal, snapshot), its
/// scheduler and probe alone, HAProxy's checks and the blackbox exporter, one after the other against the same nginx. nginx counts;
/// nobody's own figures are believed.
/// </summary>
internal static class ProbeThroughput
{
    // More checks than can be under way on two cores, each due again as soon as it has been made.
    internal const int Checks = 256;

    // Taken in turn, so that whatever else this machine does falls on all alike.
    private const int Rounds = 3;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <summary>What one prober did.</summary>
    private sealed record Row(string Name, double PerSecond, double CpuMicroseconds, double? BytesPerProbe, double RssMegabytes);

    /// <summary>Runs the comparison; 0 when Hale makes at least three times the probes of the blackbox exporter.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var seconds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 4;
        var folder = Directory.CreateTempSubdirectory("hale-bench-").FullName;
        try
        {
            using var nginx = await Nginx.StartAsync(folder);
            if (args.Contains("alone"))
            {
                Print([await DaemonAsync(folder, nginx, TimeSpan.FromSeconds(seconds)), await SchedulerAsync(nginx, TimeSpan.FromSeconds(seconds))]);
                return 0;
            }
            var rounds = new List<Row[]>();
            for (var round = 0; round < Rounds; round++)
            {
                rounds.Add(
                [
                    await DaemonAsync(folder, nginx, TimeSpan.FromSeconds(seconds)),
                    await SchedulerAsync(nginx, TimeSpan.FromSeconds(seconds)),
                    await HaproxyAsync(folder, nginx, 1, seconds),
                    await HaproxyAsync(folder, nginx, 2, seconds),
                    await BlackboxAsync(folder, nginx, 8, seconds),
                    await BlackboxAsync(folder, nginx, 32, seconds),
                ]);
            }
            return Report([.. Enumerable.Range(0, rounds[0].Length).Select(i => Median([.. rounds.Select(round => round[i])]))]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Row Median(Row[] rows) => rows.OrderBy(row => row.PerSecond).ElementAt(rows.Length / 2);

    private static int Report(Row[] rows)
    {
        Print(rows);
        var toHaproxy = rows[0].PerSecond / Math.Max(rows[2].PerSecond, rows[3].PerSecond);
        var toBlackbox = rows[0].PerSecond / Math.Max(rows[4].PerSecond, rows[5].PerSecond);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Hale makes {toBlackbox:0.0} times the probes of blackbox_exporter (aim 3) and {toHaproxy:0.00} times those of HAProxy (aim 0.7)"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"and needs {rows[0].CpuMicroseconds / rows[4..].Min(r => r.CpuMicroseconds):0.00} of the processor time per probe of blackbox_exporter and {rows[0].CpuMicroseconds / rows[2..4].Min(r => r.CpuMicroseconds):0.00} of HAProxy's"));
        return toBlackbox >= 3 ? 0 : 1;
    }

    private static void Print(Row[] rows)
    {
        Console.WriteLine($"{"prober (median of " + Rounds + " rounds)",-34} {"probes/s",10} {"CPU µs/probe",13} {"bytes/probe",12} {"RSS MB",8}");
        foreach (var row in rows)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Name,-34} {row.PerSecond,10:0} {row.CpuMicroseconds,13:0.0} {row.BytesPerProbe,12:0} {row.RssMegabytes,8:0}"));
    }

    /// <summary>The daemon as it ships, but for its faces: every observation is judged, journalled and shown.</summary>
    private static async Task<Row> DaemonAsync(string folder, Nginx nginx, TimeSpan span)
    {
        var state = Path.Combine(folder, Path.GetRandomFileName());
        var plan = Plan(nginx);
        await using var daemon = await Daemon.StartAsync(plan with { Daemon = plan.Daemon with { StateDirectory = state } }, TimeProvider.System, CancellationToken.None);
        await Task.Delay(WarmUp);
        var row = await MeasureOwnAsync("Hale, the whole path", nginx, span);
        await daemon.CheckNowAsync(null, CancellationToken.None);
        var checks = daemon.Current.Targets.SelectMany(t => t.Checks).ToList();
        if (checks.Exists(c => c.LastOutcome != Outcome.Pass) || daemon.Figures.JournalTrouble is not null)
            throw new InvalidOperationException($"{checks.Count(c => c.LastOutcome != Outcome.Pass)} of {checks.Count} probes did not pass; journal: {daemon.Figures.JournalTrouble ?? "well"}");
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"journal: {daemon.Figures.JournalBytes / (double)daemon.Current.Observations:0} bytes per observation, {daemon.Current.Observations} observations"));
        return row;
    }

    /// <summary>What the probes themselves cost: nothing stands behind the scheduler but a counter.</summary>
    private static async Task<Row> SchedulerAsync(Nginx nginx, TimeSpan span)
    {
        long passed = 0, other = 0;
        var scheduler = new ProbeScheduler(Plan(nginx), new SteadyClock(TimeProvider.System), static _ => (Incarnation.None, null, true), fact =>
        {
            if (fact is Observed { Observation.Result.Outcome: Outcome.Pass })
                Interlocked.Increment(ref passed);
            else
                Interlocked.Increment(ref other);
        });
        using var stop = new CancellationTokenSource();
        var running = scheduler.RunAsync(stop.Token);
        await Task.Delay(WarmUp);
        var row = await MeasureOwnAsync("Hale, scheduler and http probe", nginx, span);
        await stop.CancelAsync();
        await running;
        if (other > 0 || passed == 0)
            throw new InvalidOperationException($"{other} of {passed + other} probes did not pass");
        return row;
    }

    private static Plan Plan(Nginx nginx)
    {
        var probe = new HttpProbe(new HttpProbe.Options { Url = new Uri($"http://127.0.0.1:{nginx.Port}/") });
        return ProbePlan.Of([.. Enumerable.Repeat<IProbe>(probe, Checks)], TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(5));
    }

    private static async Task<Row> MeasureOwnAsync(string name, Nginx nginx, TimeSpan span)
    {
        using var self = Process.GetCurrentProcess();
        return await MeasureAsync(name, nginx, () => self.TotalProcessorTime, () => self.WorkingSet64, span, () => GC.GetTotalAllocatedBytes(precise: false));
    }

    private static async Task<Row> HaproxyAsync(string folder, Nginx nginx, int threads, int seconds)
    {
        using var haproxy = await Probers.HaproxyAsync(folder, nginx.Port, threads);
        await Task.Delay(WarmUp);
        return await MeasureAsync(haproxy.Name, nginx, () => haproxy.CpuTime, () => haproxy.Rss, TimeSpan.FromSeconds(seconds));
    }

    private static async Task<Row> BlackboxAsync(string folder, Nginx nginx, int connections, int seconds)
    {
        var (blackbox, port) = await Probers.BlackboxAsync(folder);
        using (blackbox)
        {
            using var wrk = Probers.AskBlackbox(port, nginx.Port, connections, seconds + 4);
            await Task.Delay(WarmUp);
            var row = await MeasureAsync($"{blackbox.Name}, wrk -c{connections}", nginx, () => blackbox.CpuTime, () => blackbox.Rss, TimeSpan.FromSeconds(seconds));
            await wrk.WaitForExitAsync();
            return row;
        }
    }

    private static async Task<Row> MeasureAsync(string name, Nginx nginx, Func<TimeSpan> cpu, Func<long> rss, TimeSpan span, Func<long>? allocated = null)
    {
        var (requests, used, bytes) = (await nginx.RequestsAsync(), cpu(), allocated?.Invoke());
        var began = Stopwatch.GetTimestamp();
        await Task.Delay(span);
        var probes = await nginx.RequestsAsync() - requests;
        var elapsed = Stopwatch.GetElapsedTime(began);
        return new(name, probes / elapsed.TotalSeconds, (cpu() - used).TotalMicroseconds / probes, (double?)(allocated?.Invoke() - bytes) / probes, rss() / 1e6);
    }
}
