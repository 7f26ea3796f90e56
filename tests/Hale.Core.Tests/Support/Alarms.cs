using Hale.Core.Alarming;
using Hale.Core.Model;
using static Hale.Core.Tests.Support.Spans;

namespace Hale.Core.Tests.Support;

/// <summary>Alarms as a test writes them.</summary>
internal static class Alarms
{
    /// <summary>An alarm over a measurement, <c>target/check.measurement</c>, or over <c>target/check</c> passing or <c>target</c> being healthy.</summary>
    public static AlarmSpec Over(this WorldSpec spec, string metric, string name = "a", Statistic statistic = Statistic.Average, Comparison comparison = Comparison.GreaterThan,
        double threshold = 0, string period = "1m", int periods = 1, int? datapoints = null, MissingData missing = MissingData.Missing, double percentile = 0, bool ignoreFew = false) =>
        new()
        {
            Name = name,
            Condition = new AlarmCondition
            {
                Source = SourceOf(spec, metric),
                Metric = metric,
                Statistic = statistic,
                Percentile = percentile,
                Comparison = comparison,
                Threshold = threshold,
                Period = Span(period),
                Periods = periods,
                Datapoints = datapoints ?? periods,
                Missing = missing,
                IgnoreFewSamples = ignoreFew,
            },
        };

    public static WorldSpec With(this WorldSpec spec, params AlarmSpec[] alarms) => spec with { Alarms = alarms };

    private static MetricSource SourceOf(WorldSpec spec, string metric)
    {
        var slash = metric.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return new(MetricField.Healthy, Array.FindIndex(spec.Targets, t => t.Name == metric));
        var dot = metric.IndexOf('.', slash);
        var check = Enumerable.Range(0, spec.Checks.Length).First(c => spec.NameOf(c) == (dot < 0 ? metric : metric[..dot]));
        return dot < 0 ? new(MetricField.Passed, spec.Checks[check].Target, check) : new(MetricField.Measurement, spec.Checks[check].Target, check, metric[(dot + 1)..]);
    }
}
