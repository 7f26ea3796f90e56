using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hale.Benchmarks.Peers;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Running;

namespace Hale.Benchmarks;

/// <summary>
/// 5,000 checks every 10 s, a tenth of whose targets accept and never answer: how late attempts begin, how long it takes until
/// each check has been tried, and how much memory that needs.
/// </summary>
internal static class ScheduleLag
{
    private const int Checks = 5000;
    private const int OneHangsIn = 10;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <summary>Runs it; 0 when the 99th percentile of the lag is below 250 ms and every check was tried within one interval.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var seconds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 30;
        var folder = Directory.CreateTempSubdirectory("hale-bench-").FullName;
        try
        {
            using var nginx = await Nginx.StartAsync(folder);
            // Connections are completed by the kernel and never accepted by us.
            using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            silent.Listen(4096);
            return await MeasureAsync(nginx.Port, ((IPEndPoint)silent.LocalEndPoint!).Port, TimeSpan.FromSeconds(seconds));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> MeasureAsync(int good, int hanging, TimeSpan span)
    {
        var firstAt = new long[Checks];
        var outcomes = new long[4];
        long wrong = 0;
        var clock = new SteadyClock(TimeProvider.System);
        var probes = Enumerable.Range(0, Checks).Select(i => (IProbe)new HttpProbe(new HttpProbe.Options
        {
            Url = new Uri($"http://127.0.0.1:{(i % OneHangsIn == 0 ? hanging : good)}/"),
        }));
        var plan = ProbePlan.Of([.. probes], Every, timeout: Every);
        var startedAt = clock.Now;
        var scheduler = new ProbeScheduler(plan, clock, static _ => (Incarnation.None, null, true), fact =>
        {
            var observation = ((Observed)fact).Observation;
            Interlocked.CompareExchange(ref firstAt[observation.Check], (observation.StartedAt - startedAt).Ticks, 0);
            Interlocked.Increment(ref outcomes[(int)observation.Result.Outcome]);
            if (observation.Result.Outcome != (observation.Check % OneHangsIn == 0 ? Outcome.Fail : Outcome.Pass))
                Interlocked.Increment(ref wrong);
        });
        using var self = Process.GetCurrentProcess();
        var cpu = self.TotalProcessorTime;
        using var stop = new CancellationTokenSource();
        var running = scheduler.RunAsync(stop.Token);
        await Task.Delay(span);
        var (p50, p90, p99) = scheduler.Lag;
        self.Refresh();
        var used = (self.TotalProcessorTime - cpu) / (clock.Now - startedAt);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"lag             p50 {1000 * p50:0.0} ms, p90 {1000 * p90:0.0} ms, p99 {1000 * p99:0.0} ms (aim below 250 ms)"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"first attempts  all begun after {TimeSpan.FromTicks(firstAt.Max()).TotalSeconds:0.0} s, {firstAt.Count(t => t == 0)} not known yet"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"attempts        {scheduler.Started} begun, {outcomes[0]} passed, {outcomes[2]} failed, {outcomes[3]} inconclusive, {wrong} wrong, {scheduler.TimedOut} timed out, {scheduler.SlotsMissed} slots missed"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"load            {scheduler.InFlight} in flight, {100 * used:0.0} % of one core, {self.WorkingSet64 / 1e6:0} MB resident"));
        await stop.CancelAsync();
        await running;
        return p99 < 0.25 && wrong == 0 && firstAt.Max() <= Every.Ticks + TimeSpan.TicksPerSecond ? 0 : 1;
    }
}
