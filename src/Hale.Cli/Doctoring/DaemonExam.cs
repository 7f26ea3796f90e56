using Hale.Cli.Client;
using Hale.Config;
using Hale.Doctoring;
using Hale.Web;
using Hale.Web.Hosting;

namespace Hale.Cli.Doctoring;

/// <summary>Whether a Hale runs on this configuration and is well, and whether its port is free or its own.</summary>
internal static class DaemonExam
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<Finding>> ExamineAsync(Call call, Plan? plan)
    {
        var (daemon, isRunning) = await DaemonAsync(call);
        return plan is null ? [daemon] : [daemon, await PortAsync(plan.Daemon, isRunning, call.Cancel)];
    }

    private static async Task<(Finding Finding, bool IsRunning)> DaemonAsync(Call call)
    {
        try
        {
            using var client = call.Daemon();
            if (!await client.IsRunningAsync(call.Cancel))
                return (NotRunning($"none runs here; this is hale {Product.Version}"), false);
            var status = await client.StatusAsync(null, call.Cancel).WaitAsync(Patience, call.Surroundings.Time, call.Cancel);
            if (status.JournalTrouble is { } trouble)
                return (Finding.Missing("daemon", $"runs, but its journal cannot be written: {trouble}", "nothing is healed", "free space on the disk of the state folder; hale status", isNeeded: true), true);
            if (status.Doubt is { } doubt)
                return (Finding.Limited("daemon", $"runs, and doubts itself: {doubt.Reason}", "verdicts and healing are frozen meanwhile", "hale status"), true);
            var version = await client.VersionAsync(call.Cancel).WaitAsync(Patience, call.Surroundings.Time, call.Cancel);
            var detail = $"hale {version ?? "of an unknown version"} runs since {status.StartedAt:yyyy-MM-dd HH:mm:ss'Z'} and watches {status.Targets.Count} targets";
            return (version == Product.Version
                ? Finding.Ok("daemon", detail)
                : Finding.Limited("daemon", $"{detail}; this command is {Product.Version}", "the running one does not know what is new", "restart it: what it supervises keeps running"), true);
        }
        catch (TimeoutException)
        {
            return (Finding.Unknown("daemon", $"it takes connections and gives no answer within {Patience.TotalSeconds:0} s", isNeeded: true) with
            {
                Fix = "restart it: what it supervises keeps running",
            }, true);
        }
        catch (HttpRequestException exception)
        {
            return (Finding.Unknown("daemon", $"it answers in part only: {exception.Message}"), true);
        }
        catch (CommandException exception)
        {
            return (exception.ExitCode == ExitCode.Usage ? NotRunning("none, without a configuration") : Finding.Unknown("daemon", exception.Message), false);
        }
    }

    private static async Task<Finding> PortAsync(DaemonSpec spec, bool isRunning, CancellationToken cancel)
    {
        if (spec.Listen is not { } listen)
            return Finding.Ok("port", "off; the command goes over the socket");
        if (isRunning)
            return await AnswersAsync(listen, cancel)
                ? Finding.Ok("port", $"{listen} is the running Hale's")
                : Finding.Limited("port", $"nobody answers at {listen}, although Hale runs", "what asks Hale over HTTP gets no answer", "restart Hale with this configuration");
        try
        {
            WebHost.Preflight(spec);
            return Finding.Ok("port", $"{listen} is free");
        }
        catch (WebHostException taken)
        {
            return Finding.Missing("port", taken.Message, "Hale does not start", "set hale.listen to another port, or to off", isNeeded: true);
        }
    }

    private static async Task<bool> AnswersAsync(string listen, CancellationToken cancel)
    {
        using var http = new HttpClient { Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync(new Uri($"http://{listen.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)}/livez"), cancel);
            return true;
        }
        catch (Exception trouble) when (trouble is HttpRequestException or OperationCanceledException or UriFormatException && !cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    private static Finding NotRunning(string detail) =>
        Finding.Missing("daemon", detail, "nothing is watched", "hale run, or: systemctl start hale", isNeeded: false);
}
