using System.Diagnostics;
using System.Globalization;
using Hale.Core.Readiness;
using Hale.Readiness;

namespace Hale.Benchmarks.Gate;

/// <summary>
/// How late the readiness gate notices what it waits for, beside others that wait for the same at the same time; and what the start of
/// <c>hale wait</c> costs beside a bare .NET program.
/// </summary>
internal static class GateBenchmark
{
    private const int AtOnce = 6;
    private const int Deaths = 50;
    private const int Silent = 24;
    private const int Starts = 30;

    private static readonly TimeSpan Soonest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Latest = TimeSpan.FromSeconds(5);

    /// <summary>gate [RUNS [HALE HELLO]]: 0 when every aim was met.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var runs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 200;
        // What is compiled at the first use is no part of any wait.
        await WaitOnceAsync(new Late(""), TimeSpan.FromMilliseconds(200), url => Ready.WhenAsync(url));

        Console.WriteLine($"{runs} waits for a URL that answers after {Soonest.TotalSeconds:0.0} to {Latest.TotalSeconds:0} s; from its first answer to the return:");
        var hale = new Late("Ready.WhenAsync");
        await ManyAsync(runs, delay => WaitOnceAsync(hale, delay, url => Ready.WhenAsync(url)));
        hale.Print(aim: 20);
        var loop = new Late("a loop that asks once a second");
        await ManyAsync(Math.Min(runs, 60), delay => WaitOnceAsync(loop, delay, LoopAsync));
        loop.Print(beside: hale);
        if (Find("wait-for-it") is { } peer)
        {
            var waitForIt = new Late("wait-for-it (connects only)");
            await ManyAsync(Math.Min(runs, 60), delay => WaitOnceAsync(waitForIt, delay, url => ProcessAsync(peer, "-q", "-t", "30", $"127.0.0.1:{new Uri(url).Port}")));
            waitForIt.Print(beside: hale);
        }
        if (args.Length > 2)
        {
            var command = new Late("hale wait (the command)");
            await ManyAsync(Math.Min(runs, 60), delay => WaitOnceAsync(command, delay, url => ProcessAsync(args[1], "wait", "-q", url)));
            command.Print(beside: hale);
        }

        var watched = await DeathsAsync(new Late("SIGKILL of a watched pid to the failure"), viaPid: true);
        watched.Print(aim: 50);
        var child = await DeathsAsync(new Late("SIGKILL of a child to the failure"), viaPid: false);
        child.Print(aim: 50);
        var silent = await SilentAsync();
        silent.Print(aim: 100);
        var good = hale.P95 < 20 && watched.P95 < 50 && child.P95 < 50 && silent.P95 < 100;
        if (args.Length > 2)
            good &= await StartsAsync(args[1], args[2]) <= 2.5;
        return good ? 0 : 1;
    }

    private static async Task ManyAsync(int runs, Func<TimeSpan, Task> wait)
    {
        // The same moments for everybody.
        var chance = new Random(1);
        var delays = Enumerable.Range(0, runs).Select(_ => Soonest + (Latest - Soonest) * chance.NextDouble()).ToList();
        await Parallel.ForEachAsync(delays, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (delay, _) => await wait(delay));
    }

    private static async Task WaitOnceAsync(Late late, TimeSpan delay, Func<string, Task> wait)
    {
        using var server = new LateServer();
        var waiting = wait($"http://127.0.0.1:{server.Port}/");
        await Task.Delay(delay);
        var ready = Stopwatch.GetTimestamp();
        server.Begin();
        await waiting;
        late.Add(Stopwatch.GetElapsedTime(ready));
    }

    // statusCheck as it was: ask, and sleep for a second after anything but 200.
    private static async Task LoopAsync(string url)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        for (var attempt = 0; attempt < 60; attempt++)
        {
            try
            {
                using var response = await http.GetAsync(new Uri(url));
                if ((int)response.StatusCode == 200)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not there yet.
            }
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
        throw new TimeoutException(url);
    }

    private static async Task ProcessAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await process.StandardError.ReadToEndAsync()}");
    }

    private static async Task<Late> DeathsAsync(Late late, bool viaPid)
    {
        for (var i = 0; i < Deaths; i++)
        {
            using var server = new LateServer();
            using var process = Process.Start("sleep", "1000");
            var options = new ReadyOptions { Timeout = TimeSpan.FromMinutes(1), Process = viaPid ? null : process, WhilePids = viaPid ? [process.Id] : [] };
            var waiting = Ready.TryWhenAsync([ReadyTarget.Parse($"tcp:127.0.0.1:{server.Port}")], options);
            await Task.Delay(20 + 7 * (i % 10));
            var killed = Stopwatch.GetTimestamp();
            process.Kill();
            var report = await waiting;
            late.Add(Stopwatch.GetElapsedTime(killed));
            if (report.End != GateEnd.NotReady)
                throw new InvalidOperationException(report.ToString());
        }
        return late;
    }

    private static async Task<Late> SilentAsync()
    {
        var late = new Late("accepts and never answers: after the deadline");
        var limit = TimeSpan.FromSeconds(1);
        await Parallel.ForEachAsync(Enumerable.Range(0, Silent), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (_, cancel) =>
        {
            using var server = new LateServer();
            server.BeginSilent();
            var target = ReadyTarget.Parse($"http://127.0.0.1:{server.Port}/");
            var started = Stopwatch.GetTimestamp();
            await Ready.TryWhenAsync([target], new ReadyOptions { Timeout = limit }, cancel);
            late.Add(Stopwatch.GetElapsedTime(started) - limit);
        });
        return late;
    }

    private static async Task<double> StartsAsync(string hale, string hello)
    {
        using var server = new LateServer();
        server.Begin();
        var (bare, wait) = (new Late("start and end of a bare .NET program"), new Late("start and end of hale wait on a ready URL"));
        for (var i = 0; i < Starts + 2; i++)
        {
            foreach (var (late, program, arguments) in new (Late, string, string[])[] { (bare, hello, []), (wait, hale, ["wait", "-q", $"http://127.0.0.1:{server.Port}/"]) })
            {
                var started = Stopwatch.GetTimestamp();
                await ProcessAsync(program, arguments);
                // The first two bring the files into memory.
                if (i >= 2)
                    late.Add(Stopwatch.GetElapsedTime(started));
            }
        }
        bare.Print();
        wait.Print();
        var ratio = wait.Median / bare.Median;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"",-44} x {ratio:0.00} in the median (aim: at most 2.5)"));
        return ratio;
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
