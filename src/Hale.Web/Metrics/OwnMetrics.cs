using Hale.Core.Model;
using Hale.Running;
using Hale.Web.Api;

namespace Hale.Web.Metrics;

/// <summary>Hale's own figures: the watcher is watched too.</summary>
internal static class OwnMetrics
{
    public static void Write(PrometheusWriter writer, Snapshot snapshot, DaemonFigures figures)
    {
        writer.Family("hale_build_info", "gauge", "1; the labels say what runs.");
        writer.Sample(1, ("version", Product.Version), ("runtime", Environment.Version.ToString()));
        writer.Single("hale_start_time_seconds", "gauge", "When this run began, in seconds since 1970.", figures.StartedAt.ToUnixTimeMilliseconds() / 1000.0);
        writer.Single("hale_health", "gauge", $"The worst verdict among the targets: {HealthNumber.Legend}.", HealthNumber.Of(snapshot.Health));
        writer.Single("hale_doubt", "gauge", "1 while Hale doubts itself: verdicts and healing are frozen.", snapshot.Doubt is null ? 0 : 1);
        writer.Single("hale_snapshot_timestamp_seconds", "gauge", "When the engine's loop last published, in seconds since 1970.", snapshot.At.ToUtc().ToUnixTimeMilliseconds() / 1000.0);
        writer.Single("hale_observations_total", "counter", "Observations taken in since the journal began.", snapshot.Observations);
        writer.Single("hale_observations_dropped_total", "counter", "Observations dropped because they were about an old life.", snapshot.Dropped);

        writer.Single("hale_probes_in_flight", "gauge", "Attempts under way.", figures.ProbesInFlight);
        writer.Single("hale_probes_abandoned", "gauge", "Attempts left behind because their probe ignored its time-out, and still running.", figures.ProbesAbandoned);
        writer.Single("hale_probes_started_total", "counter", "Attempts begun.", figures.ProbesStarted);
        writer.Single("hale_probes_timed_out_total", "counter", "Attempts ended by their time-out.", figures.ProbesTimedOut);
        writer.Single("hale_slots_missed_total", "counter", "Times at which a check was due and not tried.", figures.SlotsMissed);
        writer.Family("hale_schedule_lag_seconds", "gauge", "How late attempts began over the last minute or so, by quantile.");
        writer.Sample(figures.Lag.P50, ("quantile", "0.5"));
        writer.Sample(figures.Lag.P90, ("quantile", "0.9"));
        writer.Sample(figures.Lag.P99, ("quantile", "0.99"));
        writer.Single("hale_backlog", "gauge", "Facts waiting for the engine.", figures.Backlog);

        writer.Family("hale_remedies_total", "counter", "Remedies by outcome.");
        foreach (var (outcome, count) in figures.Remedies)
            writer.Sample(count, ("outcome", outcome));
        writer.Family("hale_refusals_total", "counter", "Remedies refused, by gate.");
        foreach (var (gate, count) in figures.Refusals)
            writer.Sample(count, ("gate", gate));

        writer.Single("hale_journal_bytes", "gauge", "Size of the journal on disk.", figures.JournalBytes);
        writer.Single("hale_notices_pending", "gauge", "Notices that wait to be delivered.", figures.NoticesPending);
        writer.Single("hale_notices_dead", "gauge", "Notices that were given up and wait for a person.", figures.NoticesDead);
        writer.Single("hale_journal_writable", "gauge", "0 while the journal cannot be written: nothing is healed.", figures.JournalTrouble is null ? 1 : 0);
        if (figures.Configuration is { } configuration)
        {
            writer.Family("hale_config_reloads_total", "counter", "Reloads of the configuration in this run, by what came of them.");
            writer.Sample(configuration.Taken, ("result", "taken"));
            writer.Sample(configuration.Refusals, ("result", "refused"));
            writer.Single("hale_config_swap_seconds", "gauge", "How long the last change to another configuration took; 0 before the first.", configuration.SwapTook.TotalSeconds);
            writer.Single("hale_config_refused", "gauge", "1 while the configuration on disk is refused and an older one is in force.", configuration.Refused is null ? 0 : 1);
            writer.Single("hale_config_loaded_timestamp_seconds", "gauge", "When the configuration in force was taken, in seconds since 1970.", configuration.LoadedAt.ToUnixTimeMilliseconds() / 1000.0);
        }
        writer.Single("process_resident_memory_bytes", "gauge", "Resident memory of the daemon.", Environment.WorkingSet);
        if (OperatingSystem.IsLinux())
            writer.Single("process_cpu_seconds_total", "counter", "Processor time of the daemon.", Environment.CpuUsage.TotalTime.TotalSeconds);
    }

    /// <summary>The API's figures.</summary>
    public static void WriteApi(PrometheusWriter writer, ApiContext api)
    {
        writer.Family("hale_http_turned_away_total", "counter", "Requests turned away: over the rate of their client, without permission, or because too many were being answered.");
        foreach (var (reason, count) in api.Guard.TurnedAway)
            writer.Sample(count, ("reason", reason));
        writer.Single("hale_event_streams", "gauge", "Streams of events that stand.", api.Streams.Taken);
    }
}
