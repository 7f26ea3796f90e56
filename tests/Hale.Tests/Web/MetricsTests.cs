using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using Hale.Core.Model;
using Hale.Testing;
using Hale.Web.Metrics;
using Xunit;

namespace Hale.Tests.Web;

public sealed partial class MetricsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [GeneratedRegex("""^[a-z_]+(\{[a-z_]+="([^"\\\n]|\\["\\n])*"(,[a-z_]+="([^"\\\n]|\\["\\n])*")*\})? (NaN|[+-]Inf|-?[0-9.]+(E[+-]?[0-9]+)?)$""")]
    private static partial Regex Sample();

    [Fact]
    public async Task Every_line_is_well_formed_and_belongs_to_the_family_above_it()
    {
        await using var web = await WebFixture.StartAsync();
        web.Daemon.Figures = web.Daemon.Figures with { Remedies = new Dictionary<string, long> { ["Done"] = 3 }, Refusals = new Dictionary<string, long> { ["BackOff"] = 7 } };
        using var response = await web.Tcp.GetAsync("/metrics", Cancel);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.EndsWith("\n", text);
        var family = "";
        var families = new HashSet<string>();
        var series = new HashSet<string>();
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                family = line.Split(' ')[2];
                Assert.True(families.Add(family), $"{family} appears twice");
            }
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                Assert.Equal(family, line.Split(' ')[2]);
                Assert.Equal(family.EndsWith("_total", StringComparison.Ordinal), line.EndsWith(" counter", StringComparison.Ordinal));
            }
            else
            {
                Assert.Matches(Sample(), line);
                Assert.Equal(family, line.Split('{', ' ')[0]);
                Assert.True(series.Add(line[..line.LastIndexOf(' ')]), $"the same series twice: {line}");
            }
        }
        Assert.Contains("hale_target_health{target=\"orchestrator\",group=\"site\"} 4", text);
        Assert.Contains("hale_check_outcome{target=\"orchestrator\",check=\"disk\"} 1", text);
        Assert.DoesNotContain("hale_check_outcome{target=\"backup\"", text);
        Assert.Contains("hale_measurement{target=\"orchestrator\",check=\"disk\",name=\"used\",unit=\"percent\"} 87", text);
        Assert.Contains("hale_remedies_total{outcome=\"Done\"} 3", text);
        Assert.Contains("hale_refusals_total{gate=\"BackOff\"} 7", text);
    }

    [Fact]
    public async Task Measurements_of_a_plugin_are_bounded_escaped_and_never_doubled()
    {
        await using var web = await WebFixture.StartAsync();
        Measurement[] odd = [new("a\"b\\c\nd", 1), new("twice", 2), new("twice", 3), new("nan", double.NaN), new("inf", double.NegativeInfinity)];
        Measurement[] many = [.. Enumerable.Range(0, 1000).Select(i => new Measurement($"m{i}", i))];
        web.Daemon.Publish("web", target => target with { Checks = [target.Checks[0] with { Measurements = [.. odd, .. many] }] });
        var lines = (await web.Tcp.GetStringAsync("/metrics", Cancel)).Split('\n')
            .Where(line => line.StartsWith("hale_measurement{target=\"web\"", StringComparison.Ordinal)).ToArray();
        Assert.Equal(MetricsPage.MaxMeasurements - 1, lines.Length);
        Assert.All(lines, line => Assert.Matches(Sample(), line));
        Assert.Contains("""hale_measurement{target="web",check="home",name="a\"b\\c\nd",unit=""} 1""", lines);
        Assert.Contains("""hale_measurement{target="web",check="home",name="twice",unit=""} 2""", lines);
    }

    [Fact]
    public void An_unpaired_surrogate_does_not_break_the_encoding()
    {
        var output = new ArrayBufferWriter<byte>();
        new PrometheusWriter(output).Sample(1, ("name", "a\ud800b"));
        Assert.Equal(" {name=\"".TrimStart() + "a\ufffdb\"} 1\n", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public async Task Thousands_of_checks_are_streamed()
    {
        var many = Enumerable.Range(0, 5000).Select(i => SampleWorld.Web with { Name = $"web{i}" });
        await using var web = await WebFixture.StartAsync(world: SampleWorld.World([.. many]));
        var text = await web.Tcp.GetStringAsync("/metrics", Cancel);
        Assert.Equal(5000, Regex.Count(text, "^hale_check_health\\{", RegexOptions.Multiline));
        Assert.Equal(5000, Regex.Count(text, "^hale_measurement\\{", RegexOptions.Multiline));
    }
}
