using System.Diagnostics.Metrics;
using Hale.Core.Alarming;
using Hale.Core.Model;
using Hale.Running;

namespace Hale.Metrics;

/// <summary>
/// The meter <c>Hale</c>: the daemon's figures and what its checks measure, for whatever listens to .NET meters (Hale's own export by OTLP, or that of
/// the application which Hale runs in). Nothing is reckoned unless somebody listens. Tags are bounded by the configuration.
/// </summary>
internal sealed class HaleMeter : IDisposable
{
    /// <summary>What to listen to.</summary>
    public const string Name = "Hale";

    private readonly Meter meter = new(Name);
    private readonly IDaemon daemon;

    /// <param name="daemon">Whose figures they are.</param>
    public HaleMeter(IDaemon daemon)
    {
        this.daemon = daemon;
        meter.CreateObservableGauge("hale.schedule.lag", Lag, "s", "How late attempts began over the last minute or so, by quantile.");
        meter.CreateObservableGauge("hale.backlog", () => daemon.Figures.Backlog, "{fact}", "Facts waiting for the engine.");
        meter.CreateObservableGauge("hale.probes.in_flight", () => daemon.Figures.ProbesInFlight, "{attempt}", "Attempts under way.");
        meter.CreateObservableGauge("hale.probes.abandoned", () => daemon.Figures.ProbesAbandoned, "{attempt}", "Attempts that ignored their time-out and are still running.");
        meter.CreateObservableCounter("hale.probes.started", () => daemon.Figures.ProbesStarted, "{attempt}", "Attempts begun.");
        meter.CreateObservableCounter("hale.probes.timed_out", () => daemon.Figures.ProbesTimedOut, "{attempt}", "Attempts ended by their time-out.");
        meter.CreateObservableCounter("hale.slots.missed", () => daemon.Figures.SlotsMissed, "{slot}", "Times at which a check was due and not tried.");
        meter.CreateObservableCounter("hale.observations", () => daemon.Current.Observations, "{observation}", "Observations taken in.");
        meter.CreateObservableCounter("hale.observations.dropped", () => daemon.Current.Dropped, "{observation}", "Observations dropped because they were about an old life.");
        meter.CreateObservableCounter("hale.remedies", () => Counts(daemon.Figures.Remedies, "outcome"), "{remedy}", "Remedies by outcome.");
        meter.CreateObservableCounter("hale.refusals", () => Counts(daemon.Figures.Refusals, "gate"), "{refusal}", "Remedies refused, by gate.");
        meter.CreateObservableGauge("hale.journal.size", () => daemon.Figures.JournalBytes, "By", "Size of the journal on disk.");
        meter.CreateObservableGauge("hale.journal.writable", () => daemon.Figures.JournalTrouble is null ? 1 : 0, null, "0 while the journal cannot be written.");
        meter.CreateObservableGauge("hale.doubt", () => daemon.Current.Doubt is null ? 0 : 1, null, "1 while Hale doubts itself.");
        meter.CreateObservableGauge("hale.target.health", Targets, null, "0 not applicable, 1 ok, 2 degraded, 3 initializing, 4 insufficient data, 5 impaired.");
        meter.CreateObservableGauge("hale.alarm.state", Alarms, null, "0 ok, 1 in alarm, 2 insufficient data.");
        meter.CreateObservableGauge("hale.check.duration", Durations, "s", "How long the last attempt took.");
        meter.CreateObservableGauge("hale.check.measurement", Measurements, null, "What the last attempt measured, in the unit that the tag names.");
    }

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    private IEnumerable<Measurement<double>> Lag()
    {
        var (p50, p90, p99) = daemon.Figures.Lag;
        yield return new(p50, Tag("quantile", "0.5"));
        yield return new(p90, Tag("quantile", "0.9"));
        yield return new(p99, Tag("quantile", "0.99"));
    }

    private static IEnumerable<Measurement<long>> Counts(IReadOnlyDictionary<string, long> counts, string tag) =>
        counts.Select(count => new Measurement<long>(count.Value, Tag(tag, count.Key)));

    private IEnumerable<Measurement<int>> Targets() =>
        daemon.Current.Targets.Select(target => new Measurement<int>((int)target.Health, Tag("target", target.Name)));

    private IEnumerable<Measurement<int>> Alarms() => daemon.Current.Alarms.Select(alarm =>
        new Measurement<int>(alarm.Value switch { AlarmValue.Ok => 0, AlarmValue.Alarm => 1, _ => 2 }, Tag("alarm", alarm.Name)));

    private IEnumerable<Measurement<double>> Durations()
    {
        foreach (var target in daemon.Current.Targets)
            foreach (var check in target.Checks)
                if (check.LastOutcome is not null)
                    yield return new(check.Took.TotalSeconds, Tag("target", target.Name), Tag("check", check.Name));
    }

    private IEnumerable<Measurement<double>> Measurements()
    {
        foreach (var target in daemon.Current.Targets)
            foreach (var check in target.Checks)
                for (var i = 0; i < Math.Min(check.Measurements.Count, MetricRecorder.MaxMeasurements); i++)
                    if (double.IsFinite(check.Measurements[i].Value))
                        yield return new(check.Measurements[i].Value,
                            Tag("target", target.Name), Tag("check", check.Name), Tag("name", check.Measurements[i].Name), Tag("unit", UnitName(check.Measurements[i].Unit)));
    }

    private static string UnitName(Unit unit) => unit == Unit.None ? "" : unit.ToString().ToLowerInvariant();

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
