using System.Diagnostics;
using System.Globalization;
using Hale.Benchmarks.Peers;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Running;

namespace Hale.Benchmarks;

/// <summary>
/// How many HTTP probes per second, over fresh connections, and at what price: Hale's scheduler and probe, HAProxy's checks
/// and the blackbox exporter, one after the other against the same nginx. nginx counts; nobody's own figures are believed.
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
                Print([await HaleAsync(nginx, TimeSpan.FromSeconds(seconds), static (_, post) => post)]);
                return 0;
            }
            var rounds = new List<Row[]>();
            for (var round = 0; round < Rounds; round++)
            {
                rounds.Add(
                [
                    await HaleAsync(nginx, TimeSpan.FromSeconds(seconds), static (_, post) => post),
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
        var toHaproxy = rows[0].PerSecond / Math.Max(rows[1].PerSecond, rows[2].PerSecond);
        var toBlackbox = rows[0].PerSecond / Math.Max(rows[3].PerSecond, rows[4].PerSecond);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Hale makes {toBlackbox:0.0} times the probes of blackbox_exporter (aim 3) and {toHaproxy:0.00} times those of HAProxy (aim 0.7)"));
        return toBlackbox >= 3 ? 0 : 1;
    }

    private static void Print(Row[] rows)
    {
        Console.WriteLine($"{"prober (median of " + Rounds + " rounds)",-34} {"probes/s",10} {"CPU µs/probe",13} {"bytes/probe",12} {"RSS MB",8}");
        foreach (var row in rows)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Name,-34} {row.PerSecond,10:0} {row.CpuMicroseconds,13:0.0} {row.BytesPerProbe,12:0} {row.RssMegabytes,8:0}"));
    }

    /// <summary>Hale, with whatever stands behind the scheduler.</summary>
    /// <param name="nginx">The target.</param>
    /// <param name="span">How long to measure.</param>
    /// <param name="sink">Given the clock and a counter that takes every fact in the end: what facts are posted to.</param>
    private static async Task<Row> HaleAsync(Nginx nginx, TimeSpan span, Func<SteadyClock, Action<Fact>, Action<Fact>> sink)
    {
        long passed = 0, other = 0;
        var clock = new SteadyClock(TimeProvider.System);
        var probe = new HttpProbe(new HttpProbe.Options { Url = new Uri($"http://127.0.0.1:{nginx.Port}/") });
        var plan = ProbePlan.Of([.. Enumerable.Repeat<IProbe>(probe, Checks)], TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(5));
        var scheduler = new ProbeScheduler(plan, clock, static _ => (Incarnation.None, null, true), sink(clock, fact =>
        {
            if (fact is Observed { Observation.Result.Outcome: Outcome.Pass })
                Interlocked.Increment(ref passed);
            else
                Interlocked.Increment(ref other);
        }));
        using var stop = new CancellationTokenSource();
        var running = scheduler.RunAsync(stop.Token);
        await Task.Delay(WarmUp);
        using var self = Process.GetCurrentProcess();
        var row = await MeasureAsync("Hale, scheduler and http probe", nginx, () => self.TotalProcessorTime, () => self.WorkingSet64, span, () => GC.GetTotalAllocatedBytes(precise: false));
        await stop.CancelAsync();
        await running;
        if (other > 0 || passed == 0)
            throw new InvalidOperationException($"{other} of {passed + other} probes did not pass");
        return row;
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
