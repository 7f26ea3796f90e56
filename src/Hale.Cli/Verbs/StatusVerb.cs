using System.CommandLine;
using Hale.Cli.Client;
using Hale.Cli.Views;
using Hale.Web.Contract;

namespace Hale.Cli.Verbs;

/// <summary><c>hale status</c></summary>
internal static class StatusVerb
{
    private static readonly TimeSpan WatchEvery = TimeSpan.FromSeconds(1);

    public static Command Create(Surroundings surroundings)
    {
        var target = Arguments.Optional("TARGET", "Only this target");
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Every check with its evidence" };
        var watch = new Option<bool>("--watch", "-w") { Description = "Show it again every second until interrupted" };
        return new Verb(
            "status",
            "Show how everything is",
            ("hale status", "all targets, what is wrong first"),
            ("hale status web -v", "one target with its checks"),
            ("hale status --watch", "a display that stays"),
            ("hale status --json | jq .health", "for scripts"))
        {
            target,
            verbose,
            watch,
        }.Does(surroundings, async call =>
        {
            using var daemon = call.Daemon();
            return call.Get(watch)
                ? await WatchAsync(call, daemon, call.Get(target), call.Get(verbose))
                : await ShowAsync(call, daemon, call.Get(target), call.Get(verbose), call.Cancel);
        });
    }

    /// <summary>Writes a status as the call wants it and returns the exit code that it stands for.</summary>
    public static int Write(Call call, StatusDto status, bool verbose)
    {
        if (call.WantsJson)
            call.WriteJson(status, json => json.StatusDto);
        else
            StatusView.Write(call.Screen, status, verbose);
        return ExitCodeOf(status);
    }

    private static int ExitCodeOf(StatusDto status) =>
        ExitCode.Of(status.Targets.Select(target => target.Health).DefaultIfEmpty().Max(), status.Doubt is not null);

    private static async Task<int> ShowAsync(Call call, DaemonClient daemon, string? target, bool verbose, CancellationToken cancel) =>
        Write(call, await daemon.StatusAsync(target, cancel), verbose);

    private static async Task<int> WatchAsync(Call call, DaemonClient daemon, string? target, bool verbose)
    {
        using var signals = new StopSignals(call.Surroundings);
        var exitCode = ExitCode.Unknown;
        try
        {
            while (true)
            {
                var status = await daemon.StatusAsync(target, signals.Token);
                exitCode = ExitCodeOf(status);
                if (call.WantsJson)
                    call.WriteJsonLine(status, json => json.StatusDto);
                else
                {
                    call.Screen.Page();
                    StatusView.Write(call.Screen, status, verbose);
                }
                await Task.Delay(WatchEvery, call.Surroundings.Time, signals.Token);
            }
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return exitCode;
        }
    }
}
