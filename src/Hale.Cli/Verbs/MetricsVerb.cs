using System.CommandLine;
using Hale.Cli.Views;

namespace Hale.Cli.Verbs;

/// <summary><c>hale metrics</c> and <c>hale metrics get</c></summary>
internal static class MetricsVerb
{
    public static Command Create(Surroundings surroundings)
    {
        var target = new Option<string?>("--target", "-t") { Description = "Only the series of this target", HelpName = "TARGET" };
        return new Verb(
            "metrics",
            "List the series of numbers that are kept, or show one",
            ("hale metrics --target web", "what is kept of one target"),
            ("hale metrics get web/http.latency --since 2h --period 5m --statistic p95", "one series over time"))
        {
            target,
            Get(surroundings),
        }.Does(surroundings, async call =>
        {
            using var daemon = call.Daemon();
            var metrics = await daemon.MetricsAsync(call.Get(target), call.Cancel);
            if (call.WantsJson)
                call.WriteJson(metrics, json => json.MetricsDto);
            else
                MetricsView.Write(call.Screen, metrics);
            return ExitCode.Good;
        });
    }

    private static Verb Get(Surroundings surroundings)
    {
        var metric = Arguments.Required("METRIC", "A published name, or host/disk.used, web/http.took, web/http, web");
        var since = new Option<string?>("--since") { Description = "From when on: a span (2h, 7d) or a time (2026-01-01T12:00Z). Default 1h", HelpName = "WHEN" };
        var until = new Option<string?>("--until") { Description = "Until when, likewise. Default: now", HelpName = "WHEN" };
        var period = new Option<string?>("--period", "-p") { Description = "Length of a datapoint (5m). Default: as fits", HelpName = "SPAN" };
        var statistic = new Option<string?>("--statistic", "-s") { Description = "average, sum, minimum, maximum, count, or a percentile (p95). Default average", HelpName = "NAME" };
        return new Verb(
            "get",
            "Show the datapoints of a series; exit code 3 when there are none",
            ("hale metrics get host/disk.used --since 7d --period 6h", "a week of a disk"),
            ("hale metrics get web/http --statistic minimum", "1 where every attempt passed, 0 where one failed"))
        {
            metric,
            since,
            until,
            period,
            statistic,
        }.Does(surroundings, async call =>
        {
            using var daemon = call.Daemon();
            var answer = await daemon.MetricAsync(call.Get(metric)!, call.Get(since), call.Get(until), call.Get(period), call.Get(statistic), call.Cancel);
            if (call.WantsJson)
                call.WriteJson(answer, json => json.MetricDto);
            else
                MetricsView.Write(call.Screen, answer);
            return answer.Datapoints.Count == 0 ? ExitCode.Unknown : ExitCode.Good;
        });
    }
}
