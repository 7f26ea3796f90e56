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
/// 5,000 checks every 10 s in a whole daemon, a tenth of whose targets accept and never answer: how late attempts begin, how long it takes
/// until each check has been tried, and how much memory that needs.
/// </summary>
internal static class ScheduleLag
{
    private const int Checks = 5000;
    private const int OneHangsIn = 10;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    // Every check has been tried twice by then: the first verdicts, and what they cost, are over.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(25);

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
            return await MeasureAsync(folder, nginx.Port, ((IPEndPoint)silent.LocalEndPoint!).Port, TimeSpan.FromSeconds(seconds));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> MeasureAsync(string folder, int good, int hanging, TimeSpan span)
    {
        var probes = Enumerable.Range(0, Checks).Select(i => (IProbe)new HttpProbe(new HttpProbe.Options
        {
            Url = new Uri($"http://127.0.0.1:{(i % OneHangsIn == 0 ? hanging : good)}/"),
        }));
        var plan = ProbePlan.Of([.. probes], Every, Limit);
        var clock = new SteadyClock(TimeProvider.System);
        await using var daemon = await Daemon.StartAsync(plan with { Daemon = plan.Daemon with { StateDirectory = Path.Combine(folder, "state") } }, TimeProvider.System, CancellationToken.None);
        // As the hale command does once it has started.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var startedAt = clock.Now;
        var firstAt = new Instant[Checks];
        while (clock.Now - startedAt < Settled)
        {
            await Task.Delay(100);
            Note(daemon.Current, firstAt);
        }

        using var self = Process.GetCurrentProcess();
        var (cpu, allocated, journal, seen, settledAt) = (self.TotalProcessorTime, GC.GetTotalAllocatedBytes(), daemon.Figures.JournalBytes, daemon.Current.Observations, clock.Now);
        await Task.Delay(span);
        var checks = daemon.Current.Targets.Select(t => t.Checks[0]).ToList();
        var wrong = checks.Where((c, i) => c.LastOutcome != (i % OneHangsIn == 0 ? Outcome.Fail : Outcome.Pass)).Count();
        var figures = daemon.Figures;
        self.Refresh();
        var used = (self.TotalProcessorTime - cpu) / (clock.Now - settledAt);
        var first = firstAt.Max() - startedAt;
        var observations = daemon.Current.Observations - seen;
        Say($"lag             p50 {1000 * figures.Lag.P50:0.0} ms, p90 {1000 * figures.Lag.P90:0.0} ms, p99 {1000 * figures.Lag.P99:0.0} ms (aim below 250 ms)");
        Say($"first attempts  all begun after {first.TotalSeconds:0.0} s (aim: one interval, {Every.TotalSeconds:0} s), {firstAt.Count(t => t == default)} not known yet");
        Say($"attempts        {figures.ProbesStarted} begun, {figures.ProbesTimedOut} timed out, {figures.SlotsMissed} slots missed, {wrong} checks seen wrongly");
        Say($"load            {figures.ProbesInFlight} in flight, {100 * used:0.0} % of one core, {self.WorkingSet64 / 1e6:0} MB resident (aim below 150 MB)");
        Say($"per observation {(GC.GetTotalAllocatedBytes() - allocated) / (double)observations:0} bytes allocated, {(figures.JournalBytes - journal) / (double)observations:0} bytes in the journal, once settled; {self.WorkingSet64 / (double)Checks:0} bytes resident per check");
        return figures.Lag.P99 < 0.25 && wrong == 0 && first <= Every + TimeSpan.FromSeconds(1) && self.WorkingSet64 < 150e6 ? 0 : 1;
    }

    private static void Note(Snapshot snapshot, Instant[] firstAt)
    {
        for (var i = 0; i < firstAt.Length; i++)
            if (firstAt[i] == default && !snapshot.Targets[i].Checks[0].LastAt.IsNever)
                firstAt[i] = snapshot.Targets[i].Checks[0].LastAt;
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
