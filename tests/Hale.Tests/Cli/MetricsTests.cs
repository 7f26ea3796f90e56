using Hale.Core.Model;
using Hale.Metrics;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Cli;

public sealed class MetricsTests
{
    private static readonly SeriesInfo Latency = new(new Series("web", "http", "latency", Unit.Seconds), ["Shop/Latency"]);

    private static readonly SeriesInfo Passed = new(new Series("web", "http", "passed", Unit.None), []);

    [Fact]
    public async Task Series_are_listed_with_the_names_that_they_are_published_under()
    {
        await using var cli = await Serve();
        var result = await cli.RunAsync("metrics");
        Assert.Equal(
            """
            METRIC            UNIT     PUBLISHED AS
            web/http          none
            web/http.latency  seconds  Shop/Latency

            """,
            result.Out);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Nothing has been measured", (await cli.RunAsync("metrics", "--target", "db")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_series_is_shown_over_time_in_its_unit()
    {
        await using var cli = await Serve();
        MetricQuery? asked = null;
        cli.Daemon.Measured = query =>
        {
            asked = query;
            return new MetricAnswer(Latency, TimeSpan.FromMinutes(5), [new(SampleWorld.At.ToUtc(), 0.0123), new(SampleWorld.At.ToUtc().AddMinutes(5), 1.5)]);
        };
        var result = await cli.RunAsync("metrics", "get", "Latency", "--since", "2h", "--period", "5m", "--statistic", "p95");
        Assert.Equal(
            """
            web/http.latency, p95 of 5m
            TIME                  VALUE
            2025-11-22 12:00:00Z  12.3ms
            2025-11-22 12:05:00Z  1.5s

            """,
            result.Out);
        Assert.Equal(("Latency", TimeSpan.FromMinutes(5), 95, 120), (asked!.Metric, asked.Period, asked.Statistic.Percentile, Math.Round((asked.To - asked.From).TotalMinutes)));
    }

    [Theory]
    [InlineData("Did you mean 'web/http.latency'?", "web/http.latenzy")]
    [InlineData("must be a duration", "web/http", "--period", "soon")]
    [InlineData("must be one of average", "web/http", "--statistic", "mean")]
    [InlineData("must be a span such as 2h", "web/http", "--since", "yesterday")]
    public async Task What_cannot_be_asked_says_what_would_do(string words, params string[] args)
    {
        await using var cli = await Serve();
        var result = await cli.RunAsync(["metrics", "get", .. args]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(words, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_samples_it_could_not_tell()
    {
        await using var cli = await Serve();
        cli.Daemon.Measured = _ => new MetricAnswer(Passed, TimeSpan.FromMinutes(1), []);
        Assert.Equal(3, (await cli.RunAsync("metrics", "get", "web/http")).ExitCode);
    }

    private static async Task<CliFixture> Serve()
    {
        var cli = await new CliFixture().ServeAsync();
        cli.Daemon.Series = [Latency, Passed];
        return cli;
    }
}
