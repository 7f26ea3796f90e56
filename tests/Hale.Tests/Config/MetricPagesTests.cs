using System.Text.RegularExpressions;
using Hale.Core.Model;
using Hale.Metrics;
using Xunit;

namespace Hale.Tests.Config;

/// <summary>What <c>docs/alarms.md</c> and <c>docs/metrics.md</c> show and claim.</summary>
public sealed partial class MetricPagesTests
{
    [Theory]
    [InlineData("alarms.md", 1)]
    [InlineData("metrics.md", 2)]
    public void The_samples_load_and_fit_the_schema(string page, int count)
    {
        var samples = Sample().Matches(Read(page)).Select(match => match.Groups[1].Value).ToArray();
        Assert.Equal(count, samples.Length);
        Assert.All(samples, GeneratedFilesTests.LoadsAndFitsTheSchema);
    }

    [Fact]
    public void The_table_of_resolutions_is_what_is_kept()
    {
        var page = Read("metrics.md");
        Assert.Contains($"| 1 minute | {Resolution.Minute.Keep.TotalDays} days |", page, StringComparison.Ordinal);
        Assert.Contains($"| 5 minutes | {Resolution.FiveMinutes.Keep.TotalDays} days |", page, StringComparison.Ordinal);
        Assert.Contains($"| 1 hour | {Resolution.Hour.Keep.TotalDays} days |", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_instrument_of_the_meter_stands_on_the_page_and_no_other()
    {
        var instruments = new HashSet<string>();
        using var listener = new System.Diagnostics.Metrics.MeterListener { InstrumentPublished = (instrument, _) => instruments.UnionWith(instrument.Meter.Name == HaleMeter.Name ? [instrument.Name] : []) };
        listener.Start();
        using var meter = new HaleMeter(new Testing.FakeDaemon(Testing.SampleWorld.Mixed));
        Assert.Equal(instruments.Order(), Instrument().Matches(Read("metrics.md")).Select(match => match.Groups[1].Value).Distinct().Order());
        Assert.Contains($"{(int)Health.Impaired} impaired", Read("metrics.md"), StringComparison.Ordinal);
    }

    private static string Read(string page) => File.ReadAllText(Path.Combine(CorpusFiles.Repository, "docs", page));

    [GeneratedRegex("^```yaml\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Sample();

    [GeneratedRegex(@"`(hale\.(?!otlp|keep|yaml)[a-z_.]+)`")]
    private static partial Regex Instrument();
}
