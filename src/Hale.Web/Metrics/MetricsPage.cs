using Hale.Core.Model;
using Hale.Running;
using Hale.Web.Access;
using Hale.Web.Api;
using Microsoft.AspNetCore.Http;

namespace Hale.Web.Metrics;

/// <summary>
/// <c>/metrics</c>. Bounded by the configuration: a fixed number of series per target and check, and at most
/// <see cref="MaxMeasurements"/> measurements per check. Health is one number per target and check rather than a state
/// set, since six series for each of 5,000 checks would cost the server that scrapes more than they tell.
/// </summary>
internal static class MetricsPage
{
    /// <summary>Measurements of one check that are shown; a plugin may print any number.</summary>
    public const int MaxMeasurements = 32;

    private const int FlushEvery = 64 * 1024;
    private const string Gauge = "gauge";
    private const string Counter = "counter";

    public static EndpointRow[] Rows { get; } =
    [
        new(HttpMethods.Get, "/metrics", Need.Read, "metrics", "Prometheus text")
        {
            Tag = "Hale",
            Details = "One value for each target and check, what the last attempts measured, and Hale's own figures.",
            Replies = [Reply.Text("The exposition format 0.0.4.")],
            Handle = (api, context, cancel) => WriteAsync(context, api, cancel),
        },
    ];

    private static async Task WriteAsync(HttpContext context, ApiContext api, CancellationToken cancel)
    {
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        var output = context.Response.BodyWriter;
        var writer = new PrometheusWriter(output);
        var snapshot = api.Daemon.Current;
        OwnMetrics.Write(writer, snapshot, api.Daemon.Figures);
        OwnMetrics.WriteApi(writer, api);
        AlarmMetrics.Write(writer, snapshot);

        foreach (var (name, type, help, value) in TargetFamilies)
        {
            writer.Family(name, type, help);
            foreach (var target in snapshot.Targets)
            {
                if (value(target) is { } number)
                    writer.Sample(number, ("target", target.Name), ("group", target.Group));
                if (output.UnflushedBytes > FlushEvery)
                    await output.FlushAsync(cancel);
            }
        }
        foreach (var (name, type, help, value) in CheckFamilies)
        {
            writer.Family(name, type, help);
            foreach (var target in snapshot.Targets)
            {
                foreach (var check in target.Checks)
                {
                    if (value(check) is { } number)
                        writer.Sample(number, ("target", target.Name), ("check", check.Name));
                }
                if (output.UnflushedBytes > FlushEvery)
                    await output.FlushAsync(cancel);
            }
        }
        writer.Family("hale_measurement", Gauge, $"What the last attempt measured, in the unit that the label names; at most {MaxMeasurements} per check.");
        foreach (var target in snapshot.Targets)
        {
            foreach (var check in target.Checks)
                Measurements(writer, target, check);
            if (output.UnflushedBytes > FlushEvery)
                await output.FlushAsync(cancel);
        }
        await output.FlushAsync(cancel);
    }

    private static readonly (string Name, string Type, string Help, Func<TargetSnapshot, double?> Value)[] TargetFamilies =
    [
        ("hale_target_health", Gauge, $"Verdict on the target: {HealthNumber.Legend}.", target => HealthNumber.Of(target.Health)),
        ("hale_target_since_timestamp_seconds", Gauge, "When the verdict last changed, in seconds since 1970.", target => Seconds(target.Since)),
        ("hale_target_needs_human", Gauge, "1 when the remedies are used up and a person is needed.", target => Flag(target.NeedsHuman is not null)),
        ("hale_target_flapping", Gauge, "1 when a verdict changes too often.", target => Flag(target.IsFlapping)),
        ("hale_target_paused", Gauge, "1 when a person paused healing.", target => Flag(target.PausedUntil is not null)),
        ("hale_target_stopped", Gauge, "1 when a person stopped the target.", target => Flag(target.IsStopped)),
        ("hale_target_maintenance", Gauge, "1 while a maintenance window is open.", target => Flag(target.InMaintenance)),
        ("hale_target_lives_total", Counter, "Lives of a supervised target that Hale has seen begin.", target => target.IsSupervised ? target.Lives : null),
        ("hale_target_episode_remedies", Gauge, "Remedies of the present episode.", target => target.Attempts),
    ];

    private static readonly (string Name, string Type, string Help, Func<CheckSnapshot, double?> Value)[] CheckFamilies =
    [
        ("hale_check_health", Gauge, $"Verdict on the check: {HealthNumber.Legend}.", check => HealthNumber.Of(check.Health)),
        ("hale_check_outcome", Gauge, "Last attempt: 0 pass, 1 warn, 2 fail, 3 inconclusive; no sample before the first.", check => check.LastOutcome is { } outcome ? (double)outcome : null),
        ("hale_check_last_attempt_timestamp_seconds", Gauge, "When the last attempt began, in seconds since 1970.", check => Seconds(check.LastAt)),
        ("hale_check_duration_seconds", Gauge, "How long the last attempt took.", check => check.LastOutcome is null ? null : check.Took.TotalSeconds),
        ("hale_check_attempts_total", Counter, "Attempts.", check => check.Attempts),
        ("hale_check_inconclusive_total", Counter, "Attempts that could not tell.", check => check.Inconclusive),
    ];

    // The same name twice would make the whole page invalid, and a plugin may print one: the first stands.
    private static void Measurements(PrometheusWriter writer, TargetSnapshot target, CheckSnapshot check)
    {
        var count = Math.Min(check.Measurements.Count, MaxMeasurements);
        for (var i = 0; i < count; i++)
        {
            var measurement = check.Measurements[i];
            var isFirst = true;
            for (var j = 0; j < i && isFirst; j++)
                isFirst = check.Measurements[j].Name != measurement.Name;
            if (isFirst)
            {
                writer.Sample(measurement.Value, ("target", target.Name), ("check", check.Name), ("name", measurement.Name),
                    ("unit", UnitName(measurement.Unit)));
            }
        }
    }

    private static string UnitName(Unit unit) => unit switch
    {
        Unit.Percent => "percent",
        Unit.Bytes => "bytes",
        Unit.Seconds => "seconds",
        Unit.Count => "count",
        _ => "",
    };

    private static double? Seconds(Instant at) => at.IsNever ? null : at.ToUtc().ToUnixTimeMilliseconds() / 1000.0;

    private static double Flag(bool value) => value ? 1 : 0;
}
