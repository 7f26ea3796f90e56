using Hale.Core.Model;

namespace Hale.Web.Contract;

/// <summary>The answer of <c>GET /api/v1/metrics</c>.</summary>
/// <param name="Total">How many series there are, whatever the limit.</param>
/// <param name="Series">The series, by reference.</param>
public sealed record MetricsDto(int Total, IReadOnlyList<SeriesDto> Series);

/// <summary>A series of numbers that is kept.</summary>
/// <param name="Metric">As the configuration and queries refer to it: <c>host/disk.used</c>.</param>
/// <param name="Target">The target.</param>
/// <param name="Check">The check; null for the health of the target.</param>
/// <param name="Name">The measurement, or <c>passed</c>, <c>took</c>, <c>healthy</c>.</param>
/// <param name="Unit">What it is measured in.</param>
/// <param name="Published">Names under which it is published, each behind its namespace: <c>Shop/Web/Latency</c>.</param>
public sealed record SeriesDto(string Metric, string Target, string? Check, string Name, Unit Unit, IReadOnlyList<string> Published);

/// <summary>The answer of <c>GET /api/v1/metrics/query</c>.</summary>
/// <param name="Metric">The series, as <see cref="SeriesDto.Metric"/> has it.</param>
/// <param name="Unit">What it is measured in.</param>
/// <param name="Statistic">How samples became datapoints.</param>
/// <param name="PeriodSeconds">Length of a datapoint; longer than asked for where finer numbers are no longer kept.</param>
/// <param name="Datapoints">Oldest first; periods without samples are left out.</param>
public sealed record MetricDto(string Metric, Unit Unit, string Statistic, double PeriodSeconds, IReadOnlyList<DatapointDto> Datapoints);
