using System.Globalization;

namespace Hale.Metrics;

/// <summary>What to read of a metric.</summary>
/// <param name="Metric">A published name (<c>DiskUsage</c>, <c>AiVideoCodec/Orchestrator/DiskUsage</c>) or a reference (<c>host/disk.used</c>).</param>
/// <param name="From">From when on.</param>
/// <param name="To">Until when.</param>
/// <param name="Period">Length of one datapoint; longer ones are taken where finer numbers are no longer kept. Zero: as fits.</param>
/// <param name="Statistic">How samples become a datapoint.</param>
public sealed record MetricQuery(string Metric, DateTimeOffset From, DateTimeOffset To, TimeSpan Period, MetricStatistic Statistic)
{
    /// <summary>Datapoints of one answer at most, as in CloudWatch.</summary>
    public const int MaxPoints = 1440;
}

/// <summary>What came of a query.</summary>
/// <param name="Series">The series; null when the query was refused.</param>
/// <param name="Period">The period of the datapoints.</param>
/// <param name="Points">The datapoints, oldest first; periods without samples are left out.</param>
/// <param name="Problem">Why the query was refused and what would do; null when it was not.</param>
/// <param name="IsUnknown">It was refused because there is no such metric.</param>
public sealed record MetricAnswer(SeriesInfo? Series, TimeSpan Period, IReadOnlyList<MetricPoint> Points, string? Problem = null, bool IsUnknown = false);

/// <summary>One datapoint.</summary>
/// <param name="At">Beginning of its period.</param>
/// <param name="Value">The statistic.</param>
public readonly record struct MetricPoint(DateTimeOffset At, double Value);

/// <summary>A series that is kept.</summary>
/// <param name="Series">What it is of.</param>
/// <param name="Published">Names under which it is published, each with its namespace: <c>AiVideoCodec/Orchestrator/DiskUsage</c>.</param>
public sealed record SeriesInfo(Series Series, IReadOnlyList<string> Published);

/// <summary>A statistic as it is written: <c>average</c>, <c>sum</c>, <c>minimum</c>, <c>maximum</c>, <c>count</c>, <c>p95</c>.</summary>
/// <param name="Name">As written.</param>
/// <param name="Percentile">For a percentile: above 0, at most 100; 0 for the others.</param>
public readonly record struct MetricStatistic(string Name, double Percentile)
{
    /// <summary>The statistics that every resolution has.</summary>
    public static readonly string[] Names = ["average", "sum", "minimum", "maximum", "count"];

    /// <summary>The mean.</summary>
    public static readonly MetricStatistic Average = new("average", 0);

    /// <summary>Reads a statistic.</summary>
    public static bool TryParse(string text, out MetricStatistic statistic)
    {
        statistic = new(text, 0);
        if (Names.Contains(text))
            return true;
        var isPercentile = text.StartsWith('p') && double.TryParse(text.AsSpan(1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percentile) && percentile is > 0 and <= 100;
        if (isPercentile)
            statistic = new(text, double.Parse(text.AsSpan(1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture));
        return isPercentile;
    }

    internal double Of(in Bucket bucket) => Name switch
    {
        "sum" => bucket.Sum,
        "minimum" => bucket.Minimum,
        "maximum" => bucket.Maximum,
        "count" => bucket.Count,
        _ => bucket.Sum / bucket.Count,
    };
}
