using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Hale.Config;
using Hale.Core.Model;
using Hale.Core.Scheduling;
using Hale.Running;

namespace Hale.Benchmarks;

/// <summary>
/// A whole daemon on 5,000 tcp checks goes on with a configuration in which one differs: how long that takes, and whether any other check
/// is tried outside its slots or loses what was seen.
/// </summary>
internal static class ReloadSwap
{
    private const int Checks = 5000;
    private const int Changed = 1234;
    private const int Rounds = 7;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <summary>Runs it; 0 when the swap takes less than 200 ms (the median), and no other check was tried early or reset.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var folder = Directory.CreateTempSubdirectory("hale-bench-").FullName;
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        server.Listen(4096);
        using var stop = new CancellationTokenSource();
        var serving = ServeAsync(server, stop.Token);
        try
        {
            return await MeasureAsync(folder, ((IPEndPoint)server.LocalEndPoint!).Port);
        }
        finally
        {
            await stop.CancelAsync();
            await serving;
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> MeasureAsync(string folder, int port)
    {
        var file = Path.Combine(folder, "hale.yaml");
        await File.WriteAllTextAsync(file, Yaml(port, 0));
        var loads = new List<double>();
        LoadResult Load()
        {
            var began = Stopwatch.GetTimestamp();
            var result = new SpecLoader().Load(file, _ => null);
            loads.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            return result;
        }

        var plan = Load().Plan ?? throw new InvalidOperationException("the configuration does not load");
        await using var daemon = await Daemon.StartAsync(plan, TimeProvider.System, CancellationToken.None, Load);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        // Everything has been tried twice, so that the first attempts, which leave the slots, are over.
        await Task.Delay(2.5 * Every);

        var (swaps, whole, early, reset, doubled) = (new List<double>(), new List<double>(), 0, 0, 0);
        for (var round = 1; round <= Rounds; round++)
        {
            await File.WriteAllTextAsync(file, Yaml(port, round));
            var before = daemon.Current;
            var began = Stopwatch.GetTimestamp();
            var result = await daemon.ReloadAsync(rehearse: false, "a benchmark", CancellationToken.None);
            whole.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            if (!result.Taken || result.Diff!.Parts is not [{ Kind: DiffKind.Changed }])
                throw new InvalidOperationException(result.Message);
            swaps.Add(daemon.Figures.Configuration!.SwapTook.TotalMilliseconds);
            reset += Reset(before, daemon.Current);
            await Task.Delay(1.2 * Every);
            var (tooEarly, twice) = OffSlot(before, daemon.Current, plan.World);
            early += tooEarly;
            doubled += twice;
        }
        Say($"checks        {Checks}, one changed, {Rounds} reloads");
        Say($"swap          median {Median(swaps):0} ms, worst {swaps.Max():0} ms (aim below 200 ms): from posting it to the new snapshot");
        Say($"YAML          median {Median(loads):0} ms, worst {loads.Max():0} ms: reading and validating {new FileInfo(file).Length / 1024} KB");
        Say($"whole reload  median {Median(whole):0} ms, worst {whole.Max():0} ms");
        Say($"other checks  {early} tried off their slots, {doubled} tried twice in an interval, {reset} reset, {daemon.Figures.SlotsMissed} slots missed");
        return Median(swaps) < 200 && early + reset + doubled == 0 ? 0 : 1;
    }

    /// <summary>Other checks that lost their verdict, their streak, or attempts.</summary>
    private static int Reset(Snapshot before, Snapshot after) => before.Targets.Zip(after.Targets).Where((pair, t) => t != Changed).Count(pair =>
        pair.Second.Checks[0].Attempts < pair.First.Checks[0].Attempts || pair.Second.Checks[0].PassStreak < pair.First.Checks[0].PassStreak
        || pair.Second.Since != pair.First.Since || pair.Second.Health != pair.First.Health);

    /// <summary>Other checks whose last attempt did not begin at one of their slots (beyond the lag of a busy machine), and those with more attempts than slots.</summary>
    private static (int Early, int Twice) OffSlot(Snapshot before, Snapshot after, WorldSpec world)
    {
        var (early, twice) = (0, 0);
        for (var t = 0; t < after.Targets.Count; t++)
        {
            if (t == Changed)
                continue;
            var (old, now) = (before.Targets[t].Checks[0], after.Targets[t].Checks[0]);
            var phase = (long)(StableHash.Of(world.NameOf(t)) % (ulong)Every.Ticks);
            var late = (now.LastAt.Ticks - phase) % Every.Ticks;
            early += late > TimeSpan.FromSeconds(2).Ticks ? 1 : 0;
            twice += now.Attempts - old.Attempts > (now.LastAt.Ticks - phase) / Every.Ticks - (old.LastAt.Ticks - phase) / Every.Ticks ? 1 : 0;
        }
        return (early, twice);
    }

    private static string Yaml(int port, int round)
    {
        var text = new StringBuilder($"hale: {{ listen: off }}\ndefaults: {{ every: {Every.TotalSeconds:0}s, timeout: 5s }}\ntargets:\n");
        for (var i = 0; i < Checks; i++)
            text.Append(CultureInfo.InvariantCulture, $"  target-{i}:\n    checks:\n      port: {{ tcp: \"127.0.0.1:{port}\", fall: {(i == Changed ? 2 + round : 2)} }}\n");
        return text.ToString();
    }

    private static async Task ServeAsync(Socket server, CancellationToken stop)
    {
        try
        {
            while (true)
                (await server.AcceptAsync(stop)).Dispose();
        }
        catch (OperationCanceledException)
        {
            // The measurement is over.
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
