using System.Globalization;
using Hale.Config;
using Hale.Metrics;
using Hale.Web.Access;
using Hale.Web.Api;
using Hale.Web.Contract;
using Microsoft.AspNetCore.Http;

namespace Hale.Web.Endpoints;

/// <summary>The metrics that are kept.</summary>
internal static class MetricReads
{
    private static readonly Parameter Limit = Parameter.Number("limit", 1, 10_000, "At most so many.", 1000);
    private static readonly Parameter Metric = Parameter.Text("metric", "A published name, or a reference such as `host/disk.used`, `web/http.took`, `web/http`, `web`.", "host/disk.used");
    private static readonly Parameter Since = Parameter.Text("since", "From when on: a span back from now, or a time. Default `1h`.", "1h");
    private static readonly Parameter Until = Parameter.Text("until", "Until when, likewise. Default: now.", "2026-01-01T12:00:00Z");
    private static readonly Parameter Period = Parameter.Text("period", "Length of a datapoint, such as `5m`. Default: as fits.", "5m");
    private static readonly Parameter Statistic = Parameter.Text("statistic", "`average`, `sum`, `minimum`, `maximum`, `count`, or a percentile such as `p95`. Default `average`.", "average");

    public static EndpointRow[] Rows { get; } =
    [
        new(HttpMethods.Get, "/api/v1/metrics", Need.Read, "listMetrics", "The series of numbers that are kept")
        {
            Tag = "Metrics",
            Parameters = [Reads.OnlyTarget, Limit],
            Replies = [Reply.Of<MetricsDto>("The series.")],
            Handle = List,
        },
        new(HttpMethods.Get, "/api/v1/metrics/query", Need.Read, "queryMetric", "The datapoints of one series")
        {
            Tag = "Metrics",
            Details = "Minutes are kept for 15 days, five minutes for 63, hours for 455. Percentiles and periods below a minute are read from single samples, which are kept for a day.",
            Parameters = [Metric, Since, Until, Period, Statistic],
            Replies =
            [
                Reply.Of<MetricDto>("The datapoints."),
                Reply.Problem(StatusCodes.Status400BadRequest, "A parameter cannot be read, or the answer would be too long."),
                Reply.Problem(StatusCodes.Status404NotFound, "There is no such metric; the nearest one is suggested."),
            ],
            Handle = Query,
        },
    ];

    private static Task List(ApiContext api, HttpContext context, CancellationToken cancel)
    {
        var target = context.Text(Reads.OnlyTarget);
        var all = api.Daemon.Metrics().Where(info => target is null || info.Series.Target == target).OrderBy(info => info.Series.Reference, StringComparer.Ordinal).ToArray();
        return Answer.Json(
            context,
            new MetricsDto(all.Length, [.. all.Take((int)context.Number(Limit)!.Value).Select(info =>
                new SeriesDto(info.Series.Reference, info.Series.Target, info.Series.Check, info.Series.Name, info.Series.Unit, info.Published))]),
            WireJson.Default.MetricsDto);
    }

    private static Task Query(ApiContext api, HttpContext context, CancellationToken cancel)
    {
        var now = api.Time.GetUtcNow();
        var metric = context.Text(Metric) ?? throw Bad("'metric' is missing. GET /api/v1/metrics lists them.");
        var period = context.Text(Period) is not { } text ? TimeSpan.Zero
            : Duration.TryParse(text, out var span) && span >= TimeSpan.FromSeconds(1) ? span
            : throw Bad("'period' must be a duration of a second or more, such as 5m.");
        if (!MetricStatistic.TryParse(context.Text(Statistic) ?? "average", out var statistic))
            throw Bad($"'statistic' must be one of {string.Join(", ", MetricStatistic.Names)}, or a percentile such as p95.");
        var answer = api.Daemon.Metric(new(metric, Moment(context, Since, now) ?? now - TimeSpan.FromHours(1), Moment(context, Until, now) ?? now, period, statistic));
        if (answer is not { Problem: null, Series: { } info })
            throw answer.IsUnknown ? Unknown(api, metric) : Bad($"{char.ToUpperInvariant(answer.Problem![0])}{answer.Problem[1..]}.");
        return Answer.Json(
            context,
            new MetricDto(info.Series.Reference, info.Series.Unit, statistic.Name, answer.Period.TotalSeconds, [.. answer.Points.Select(point => new DatapointDto(point.At, point.Value))]),
            WireJson.Default.MetricDto);
    }

    private static DateTimeOffset? Moment(HttpContext context, Parameter parameter, DateTimeOffset now)
    {
        if (context.Text(parameter) is not { } text)
            return null;
        if (Duration.TryParse(text, out var span))
            return now - span;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
            : throw Bad($"'{parameter.Name}' must be a span such as 2h, or a time such as 2026-01-01T12:00Z.");
    }

    private static ProblemException Unknown(ApiContext api, string metric)
    {
        var known = api.Daemon.Metrics().SelectMany(info => info.Published.Append(info.Series.Reference));
        var guess = Spelling.Closest(metric, known);
        return new ProblemException(
            StatusCodes.Status404NotFound,
            $"There is no metric '{Answer.Quote(metric)}'.{(guess is null ? " GET /api/v1/metrics lists them." : $" Did you mean '{guess}'?")}");
    }

    private static ProblemException Bad(string detail) => new(StatusCodes.Status400BadRequest, detail);
}
