using System.Diagnostics;
using System.Formats.Tar;
using System.Globalization;
using System.Net.Sockets;
using Hale.Benchmarks.Gate;
using Hale.Containers;
using Hale.Core.Readiness;
using Hale.Readiness;

namespace Hale.Benchmarks.Containers;

/// <summary>How late the gate notices that a container answers, and that it has died, beside others that wait for the same container at the same time.</summary>
internal static class ContainerBenchmark
{
    private const string Image = "hale-benchmark/site:1";
    private const int AtOnce = 2;

    private static readonly TimeSpan Soonest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Latest = TimeSpan.FromSeconds(3);

    /// <summary>containers [RUNS]: 0 when both aims were met. The engine is the one that <c>DOCKER_HOST</c> names.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var runs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 60;
        using var engine = new ContainerEngine(EngineAddress.Default());
        await engine.Images.ImportAsync(Image, Site(), []);
        // What is compiled at the first use is no part of any wait.
        await ReadyAsync(engine, TimeSpan.FromMilliseconds(200), new Late(""), null, null);
        await DeathAsync(engine, new Late(""), new Late(""));

        Console.WriteLine($"{runs} containers that answer after {Soonest.TotalSeconds:0.0} to {Latest.TotalSeconds:0} s; from the first answer to the return:");
        var (hale, loop, peer) = (new Late("a container, Ready.WhenAsync"), new Late("a loop of shell and curl, once a second"), new Late("wait-for-it (connects only)"));
        var chance = new Random(1);
        var delays = Enumerable.Range(0, runs).Select(_ => Soonest + (Latest - Soonest) * chance.NextDouble()).ToList();
        await Parallel.ForEachAsync(delays, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (delay, _) => await ReadyAsync(engine, delay, hale, loop, peer));
        hale.Print(aim: 50);
        loop.Print(beside: hale);
        peer.Print(beside: hale);

        Console.WriteLine($"{runs} containers whose first process is killed while they are waited for:");
        var (failure, wait) = (new Late("SIGKILL to the failure of the gate"), new Late("SIGKILL to the return of the engine's wait"));
        for (var i = 0; i < runs; i++)
            await DeathAsync(engine, failure, wait);
        failure.Print(aim: 100);
        wait.Print(beside: failure);
        return hale.P95 < 50 && failure.P95 < 100 ? 0 : 1;
    }

    private static async Task ReadyAsync(ContainerEngine engine, TimeSpan delay, Late hale, Late? loop, Late? peer)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"usleep {delay.TotalMicroseconds:0}; exec httpd -f -p 80 -h /www");
        var (id, details) = await StartAsync(engine, line);
        var address = details.NetworkSettings.Networks.Values.First().IPAddress;
        var others = new List<Task<(Late, long)>>();
        if (loop is not null)
            others.Add(EndAsync(loop, "sh", "-c", $"until [ \"$(curl -s -m 5 -o /dev/null -w '%{{http_code}}' http://{address}:80/)\" = 200 ]; do sleep 1; done"));
        if (peer is not null)
            others.Add(EndAsync(peer, "wait-for-it", "-q", "-t", "60", $"{address}:80"));
        var first = FirstAnswerAsync(address);
        await Ready.WhenAsync([ContainerReadiness.Of(engine, id, new() { Port = 80, Path = "/" })], new());
        var returned = Stopwatch.GetTimestamp();
        var began = await first;
        hale.Add(Stopwatch.GetElapsedTime(began, returned));
        foreach (var (late, ended) in await Task.WhenAll(others))
            late.Add(Stopwatch.GetElapsedTime(began, ended));
        await engine.Containers.RemoveAsync(id, force: true);
    }

    private static async Task DeathAsync(ContainerEngine engine, Late failure, Late wait)
    {
        var (id, details) = await StartAsync(engine, "echo serving; exec sleep 1000");
        var waiting = ReturnAsync(Ready.TryWhenAsync([ContainerReadiness.Of(engine, id, new() { Port = 80, Path = "/" })], new()));
        var ended = ReturnAsync(engine.Containers.WaitAsync(id));
        await Task.Delay(TimeSpan.FromMilliseconds(300));
        using var process = Process.GetProcessById(details.State.Pid);
        var killed = Stopwatch.GetTimestamp();
        process.Kill();
        var (report, failed) = await waiting;
        var (_, returned) = await ended;
        failure.Add(Stopwatch.GetElapsedTime(killed, failed));
        wait.Add(Stopwatch.GetElapsedTime(killed, returned));
        if (report.End != GateEnd.NotReady || !report.Reason.Contains("its last words: 'serving'", StringComparison.Ordinal))
            throw new InvalidOperationException(report.ToString());
        await engine.Containers.RemoveAsync(id, force: true);
    }

    private static async Task<(string Id, ContainerDetails Details)> StartAsync(ContainerEngine engine, string line)
    {
        var made = await engine.Containers.CreateAsync($"benchmark-{Guid.NewGuid():N}", new() { Image = Image, Command = ["/bin/sh", "-c", line] });
        await engine.Containers.StartAsync(made.Id);
        return (made.Id, await engine.Containers.InspectAsync(made.Id));
    }

    // The moment from which a connection is taken, to a millisecond.
    private static async Task<long> FirstAnswerAsync(string address)
    {
        while (true)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(address, 80);
                return Stopwatch.GetTimestamp();
            }
            catch (SocketException)
            {
                await Task.Delay(1);
            }
        }
    }

    private static async Task<(T Value, long At)> ReturnAsync<T>(Task<T> task) => (await task, Stopwatch.GetTimestamp());

    private static async Task<(Late, long)> EndAsync(Late late, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        var ended = Stopwatch.GetTimestamp();
        return process.ExitCode == 0 ? (late, ended) : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await process.StandardError.ReadToEndAsync()}");
    }

    private static MemoryStream Site()
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
        {
            const UnixFileMode Executable = (UnixFileMode)0b111_101_101;
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "bin/busybox") { Mode = Executable, DataStream = new MemoryStream(File.ReadAllBytes("/bin/busybox")) });
            foreach (var program in new[] { "sh", "httpd", "sleep", "usleep" })
                writer.WriteEntry(new UstarTarEntry(TarEntryType.SymbolicLink, $"bin/{program}") { LinkName = "busybox" });
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "www/index.html") { Mode = (UnixFileMode)0b110_100_100, DataStream = new MemoryStream("ok\n"u8.ToArray()) });
        }
        tar.Position = 0;
        return tar;
    }
}
