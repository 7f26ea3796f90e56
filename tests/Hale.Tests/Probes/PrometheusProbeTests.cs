using Hale.Config;
using Hale.Core.Model;
using Hale.Testing;
using Hale.Testing.Servers;
using Xunit;

namespace Hale.Tests.Probes;

/// <summary>The prometheus probe against a real Prometheus, which scrapes itself and a place where nobody answers.</summary>
public sealed class PrometheusProbeTests(PrometheusProbeTests.Fixture fixture) : IClassFixture<PrometheusProbeTests.Fixture>
{
    private Task<ProbeResult> TryAsync(string query, string more = "") =>
        KindTry.TryAsync($"prometheus: {{ url: 'http://127.0.0.1:{fixture.Server.Port}/', query: '{query}'{more} }}");

    [Theory]
    [InlineData("up{job=\"prometheus\"}", "", Outcome.Pass, 1, "1 at 'instance=127.0.0.1:")]
    [InlineData("up{job=\"absent\"}", ", found: fail", Outcome.Fail, 0, "0 at 'instance=127.0.0.1:1, job=absent'")]
    [InlineData("up", "", Outcome.Pass, 1, "1 at ")]
    [InlineData("up", ", lower_is_worse: true", Outcome.Pass, 0, "0 at 'instance=127.0.0.1:1, job=absent', the worst of 2 series")]
    [InlineData("up", ", lower_is_worse: true, series: best", Outcome.Pass, 1, "1 at ")]
    [InlineData("up", ", series: best", Outcome.Pass, 0, "0 at 'instance=127.0.0.1:1, job=absent', the best of 2 series")]
    [InlineData("sum(up) * 21.5", "", Outcome.Pass, 21.5, "21.5")]
    [InlineData("scalar(sum(up)) + 1", "", Outcome.Pass, 2, "2")]
    public async Task The_value_is_measured(string query, string more, Outcome outcome, double value, string evidence)
    {
        var result = await TryAsync(query, more);
        Assert.Equal(outcome, result.Outcome);
        Assert.StartsWith(evidence, result.Evidence, StringComparison.Ordinal);
        Assert.Equal(value, result.Value("value"));
    }

    [Theory]
    [InlineData("up == 7", "", Outcome.Inconclusive, "the expression gives nothing")]
    [InlineData("up == 7", ", empty: pass, found: fail", Outcome.Pass, "the expression gives nothing")]
    [InlineData("up == 7", ", empty: fail", Outcome.Fail, "the expression gives nothing")]
    [InlineData("up", ", series: one", Outcome.Inconclusive, "the expression gives 2 series where one is wanted")]
    [InlineData("up / 0 * 0", "", Outcome.Inconclusive, "the value at '")]
    [InlineData("up[5m]", "", Outcome.Inconclusive, "the expression gives a 'matrix'")]
    [InlineData("up{", "", Outcome.Inconclusive, "Prometheus refuses the query (status 400, 'bad_data'): '")]
    public async Task What_is_no_value_is_judged_as_written(string query, string more, Outcome outcome, string evidence)
    {
        var result = await TryAsync(query, more);
        Assert.Equal(outcome, result.Outcome);
        Assert.StartsWith(evidence, result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trouble_with_Prometheus_itself_is_no_evidence()
    {
        using var refusing = LoopbackServer.Refusing(out var port);
        var refused = await KindTry.TryAsync($"prometheus: {{ url: 'http://127.0.0.1:{port}', query: up }}");
        Assert.Equal((Outcome.Inconclusive, $"Prometheus: connecting to 127.0.0.1:{port}: connection refused"), (refused.Outcome, refused.Evidence));
        await using var other = LoopbackServer.Answering("HTTP/1.1 200 OK\r\n\r\n{\"status\": \"success\", \"data\": [1]}");
        var odd = await KindTry.TryAsync($"prometheus: {{ url: 'http://127.0.0.1:{other.Port}', query: up }}");
        Assert.Equal(Outcome.Inconclusive, odd.Outcome);
        Assert.StartsWith("not the answer of a Prometheus server (status 200)", odd.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Levels_have_the_direction_that_is_written()
    {
        static LoadResult Load(string check) => new SpecLoader().LoadText($"targets: {{ it: {{ checks: {{ it: {{ prometheus: {{ url: 'http://a', query: up {check} }} }} }} }}", "hale.yaml", "/", _ => null);
        Assert.Equal(new Levels("value", null, 1, true), Load(", lower_is_worse: true }, fail: 1").Plan!.World.Checks[0].Levels);
        Assert.Equal(new Levels("value", 80, 90, false), Load("}, warn: 80, fail: 90").Plan!.World.Checks[0].Levels);
        Assert.Contains("higher is worse here", Load("}, warn: 90, fail: 80").Errors.Single().ToString(), StringComparison.Ordinal);
    }

    /// <summary>One Prometheus for all of them.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        private readonly Scratch folder = new();

        internal PrometheusServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Server = await PrometheusServer.StartAsync(folder.Path);

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            folder.Dispose();
        }
    }
}
