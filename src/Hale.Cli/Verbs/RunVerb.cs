using System.CommandLine;
using Hale.Cli.Composition;
using Hale.Cli.Output;
using Hale.Cli.Views;
using Hale.Config;
using Hale.Containers.Groups;
using Hale.Running;
using Hale.Sessions;
using Hale.Web;
using Hale.Web.Contract;
using Hale.Web.Hosting;
using Hale.Web.Metrics;

namespace Hale.Cli.Verbs;

/// <summary><c>hale run</c></summary>
internal static class RunVerb
{
    private const int Page = 200;

    // Changes come in bursts; between two looks at the history there is time for the rest of one.
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(200);

    public static Command Create(Surroundings surroundings)
    {
        var stopWithMe = new Option<bool>("--stop-with-me") { Description = "End the supervised processes when Hale stops. Default: they keep running" };
        var watch = new Option<bool>("--watch") { Description = "Reload when a file of the configuration changes" };
        return new Verb(
            "run",
            "Run the daemon: watch, judge, heal, and tell what happens",
            ("hale run", "with ./hale.yaml; Ctrl-C stops it"),
            ("hale run -c demo.yaml --stop-with-me", "leaves nothing running behind"),
            ("hale run --json >> events.jsonl", "one JSON line for each event"))
        {
            stopWithMe,
            watch,
        }.With("""
            Supervised processes outlive Hale, so that it can be upgraded without touching
            them: the next 'hale run' finds them again. Ctrl-C or SIGTERM stops Hale
            cleanly; a second one ends it at once. SIGHUP, like 'hale reload', has it read
            its configuration again. Under systemd use Type=notify.
            """).Does(surroundings, call => RunAsync(call, call.Get(stopWithMe), call.Get(watch)));
    }

    private static async Task<int> RunAsync(Call call, bool takeProcessesAlong, bool watches)
    {
        var surroundings = call.Surroundings;
        var file = call.ConfigFile();
        var loaded = call.Load(file);
        var plan = loaded.Plan!;
        StartedDaemon? running = null;
        var watch = new ConfigWatch(() => loaded.Files, () => running is null ? Task.CompletedTask : ReloadAsync(call, running.Daemon, "a change of the file"), surroundings.Time);
        using var signals = new StopSignals(surroundings, () => Reload(call, running));
        var systemd = new SystemdNotify(surroundings.Environment);
        try
        {
            // Before any process is started, so that a port in use leaves nothing behind.
            WebHost.Preflight(plan.Daemon);
            var started = await surroundings.EngineRoom.StartAsync(
                plan, () => loaded = surroundings.EngineRoom.Load(file, call.Environment), surroundings.Time, takeProcessesAlong, signals.Token);
            running = started;
            try
            {
                await using var host = await WebHost.StartAsync(started.Daemon, plan.Daemon, surroundings.Time, signals.Token);
                using var export = OtlpExport.Start(plan.Daemon.Otlp, text => surroundings.Error.WriteLine($"hale: {Safe.Line(text)}"));
                await using var collector = GroupCollector.Start(plan.Daemon.Containers, started.Daemon, surroundings.Time);
                Greet(call, plan, file, host);
                // What reading a large configuration took is not needed again for as long as the daemon lives.
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                systemd.Send("READY=1", SystemdWatchdog.Status(started.Daemon.Current));
                using var watchdog = new SystemdWatchdog(systemd, started.Daemon, surroundings.Time);
                var watching = watches ? watch.RunAsync(signals.Token) : Task.CompletedTask;
                var courier = new SpoolCourier(SessionSpool.Default(call.Environment), KnownStores.All, surroundings.Time, text => surroundings.Error.WriteLine($"hale: {Safe.Line(text)}")).RunAsync(signals.Token);
                await TellAsync(call, started.Daemon, signals.Token);
                await watching;
                await courier;
                systemd.Send("STOPPING=1", "stopping");
            }
            finally
            {
                await StopAsync(call, started, takeProcessesAlong);
            }
            return ExitCode.Good;
        }
        catch (WebHostException exception)
        {
            throw new CommandException(ExitCode.Usage, exception.Message);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return ExitCode.Good;
        }
    }

    /// <summary>What is wrong is told on standard error too, line by line; what came of it stands in the history, which is told as it grows.</summary>
    private static void Reload(Call call, StartedDaemon? running)
    {
        // A signal that comes before there is anything to reload asks for nothing: the file is only being read.
        if (running is not null)
            _ = ReloadAsync(call, running.Daemon, "SIGHUP");
    }

    private static async Task ReloadAsync(Call call, IDaemon daemon, string by)
    {
        try
        {
            var result = await daemon.ReloadAsync(rehearse: false, by, call.Cancel);
            foreach (var error in result.Errors)
                call.Surroundings.Error.WriteLine(Safe.Line(error.ToString()));
            foreach (var warning in result.Warnings)
                call.Surroundings.Error.WriteLine($"warning: {Safe.Line(warning.ToString())}");
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // Hale is stopping.
        }
    }

    private static void Greet(Call call, Plan plan, string file, WebHost host)
    {
        if (call.WantsJson)
            return;
        call.Screen.Line($"Hale {Product.Version} watches {Words.Count(plan.World.Targets.Length, "target")} with {Words.Count(plan.World.Checks.Length, "check")}, by {file}");
        call.Screen.Line($"  socket {host.SocketPath}{(host.Address is { } address ? $", {address}" : "")}; 'hale status' shows how things are, Ctrl-C stops");
    }

    private static async Task TellAsync(Call call, IDaemon daemon, CancellationToken stop)
    {
        var began = daemon.Figures.StartedAt;
        var kinds = HistoryKinds.All.Where(kind => kind is not ("check" or "audit")).ToArray();
        var tail = new HistoryTail((before, _) => Task.FromResult<IReadOnlyList<HistoryEntryDto>>(
            [.. daemon.History(new HistoryQuery(null, before, Page, kinds)).Select(Wire.Entry).TakeWhile(entry => entry.At >= began)]));
        var version = -1L;
        try
        {
            while (true)
            {
                version = (await daemon.NextAsync(version, stop)).Version;
                foreach (var entry in await tail.NewAsync(stop))
                {
                    if (call.WantsJson)
                        call.WriteJsonLine(entry, json => json.HistoryEntryDto);
                    else
                        HistoryView.WriteLine(call.Screen, entry);
                }
                await Task.Delay(Breath, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }

    private static async Task StopAsync(Call call, StartedDaemon started, bool takeProcessesAlong)
    {
        var running = started.Running();
        await started.StopAsync();
        if (call.WantsJson)
            return;
        call.Screen.Line((running.Count, takeProcessesAlong) switch
        {
            (0, _) => "Hale has stopped.",
            (_, true) => $"Hale has stopped, and with it {running.Count} supervised: {string.Join(", ", running)}.",
            _ => $"Hale has stopped. {(running.Count == 1 ? "A supervised process keeps" : $"{running.Count} supervised processes keep")} running: {string.Join(", ", running)}. "
                + "The next 'hale run' finds them again; to end them use 'hale stop --all' before, or 'hale run --stop-with-me'.",
        });
    }
}
