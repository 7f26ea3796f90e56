using Hale.Running;
using Xunit;

namespace Hale.Tests.Running;

public class LagHistogramTests
{
    private static readonly long Second = TimeSpan.TicksPerSecond;

    [Fact]
    public void Percentiles_are_at_most_an_eighth_too_high()
    {
        var histogram = new LagHistogram();
        for (var ms = 1; ms <= 1000; ms++)
            histogram.Record(TimeSpan.FromMilliseconds(ms), Second);
        Assert.InRange(histogram.Percentile(0.5, Second), 0.5, 0.5 * 1.13);
        Assert.InRange(histogram.Percentile(0.9, Second), 0.9, 0.9 * 1.13);
        Assert.InRange(histogram.Percentile(0.99, Second), 0.99, 0.99 * 1.13);
    }

    [Fact]
    public void Without_attempts_the_lag_is_zero() => Assert.Equal(0, new LagHistogram().Percentile(0.99, Second));

    [Fact]
    public void Lags_of_more_than_a_minute_ago_are_forgotten()
    {
        var histogram = new LagHistogram();
        histogram.Record(TimeSpan.FromSeconds(9), Second);
        histogram.Record(TimeSpan.FromMilliseconds(1), 40 * Second);
        Assert.True(histogram.Percentile(1, 41 * Second) > 8);
        histogram.Record(TimeSpan.FromMilliseconds(1), 75 * Second);
        Assert.InRange(histogram.Percentile(1, 76 * Second), 0.001, 0.002);
        Assert.Equal(0, histogram.Percentile(1, 1000 * Second));
    }

    [Fact]
    public void Any_lag_has_a_bucket()
    {
        var histogram = new LagHistogram();
        foreach (var lag in (TimeSpan[])[TimeSpan.MinValue, TimeSpan.Zero, new(1), new(7), new(8), new(9), TimeSpan.MaxValue])
            histogram.Record(lag, Second);
        Assert.Equal(0, histogram.Percentile(0.1, Second));
        Assert.True(histogram.Percentile(1, Second) > 0);
    }
}
