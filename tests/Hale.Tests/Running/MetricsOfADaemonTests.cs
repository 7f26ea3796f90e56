using Hale.Metrics;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Running;

public sealed class MetricsOfADaemonTests
{
    [Fact]
    public async Task What_a_check_measures_can_be_asked_for_at_once_and_after_a_restart()
    {
        const string Yaml = """
            metrics: { Host: { DiskUsage: host/disk.used } }
            targets: { host: { checks: { disk: { path: /, every: 200ms } } } }
            """;
        await using var fixture = new DaemonFixture();
        await fixture.StartAsync(Yaml);
        await Eventually.HoldsAsync(() => Count(fixture) >= 3, "three samples were taken");
        Assert.Contains(fixture.Daemon.Metrics(), info => info is { Series.Reference: "host/disk.used", Published: ["Host/DiskUsage"] });
        var used = Ask(fixture, "Host/DiskUsage", MetricStatistic.Average);
        Assert.InRange(used.Points[^1].Value, 0.01, 100);
        await fixture.StopAsync();
        await fixture.StartAsync(Yaml);
        Assert.True(Count(fixture) >= 3, "samples from before the restart are gone");
        Assert.True(Ask(fixture, "nobody", MetricStatistic.Average).IsUnknown);
        await Eventually.HoldsAsync(() => Ask(fixture, "host/disk.took", new("p50", 50)).Points.Count > 0, "single samples can be read");
    }

    private static double Count(DaemonFixture fixture) => Ask(fixture, "DiskUsage", new("count", 0)).Points.Sum(point => point.Value);

    private static MetricAnswer Ask(DaemonFixture fixture, string metric, MetricStatistic statistic) =>
        fixture.Daemon.Metric(new(metric, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddMinutes(1), TimeSpan.Zero, statistic));
}
