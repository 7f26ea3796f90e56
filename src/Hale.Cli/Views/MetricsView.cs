using Hale.Cli.Output;
using Hale.Config;
using Hale.Web.Contract;

namespace Hale.Cli.Views;

/// <summary>Shows series and their datapoints.</summary>
internal static class MetricsView
{
    public static void Write(Screen screen, MetricsDto metrics)
    {
        if (metrics.Series.Count == 0)
        {
            screen.Line("Nothing has been measured yet.");
            return;
        }
        screen.Table(["METRIC", "UNIT", "PUBLISHED AS"],
            [.. metrics.Series.Select(series => new Piece[] { new(series.Metric, Tone.Strong), Words.Of(series.Unit), string.Join(", ", series.Published) })]);
        if (metrics.Total > metrics.Series.Count)
            screen.Line(new Piece($"… and {metrics.Total - metrics.Series.Count} more; name a target to narrow this down", Tone.Dim));
    }

    public static void Write(Screen screen, MetricDto metric)
    {
        screen.Line(new Piece(metric.Metric, Tone.Strong), $", {metric.Statistic} of {Duration.Format(TimeSpan.FromSeconds(metric.PeriodSeconds))}");
        if (metric.Datapoints.Count == 0)
        {
            screen.Line("no samples in this time");
            return;
        }
        var unit = metric.Statistic == "count" ? Core.Model.Unit.None : metric.Unit;
        screen.Table(["TIME", "VALUE"], [.. metric.Datapoints.Select(point => new Piece[] { new(Words.Moment(point.At), Tone.Dim), Words.Number(point.Value, unit) })]);
    }
}
