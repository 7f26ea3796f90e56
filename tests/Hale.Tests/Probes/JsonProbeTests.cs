using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Probes;

public class JsonProbeTests
{
    private static async Task<ProbeResult> TryAsync(string body, string path, string head = "200 OK")
    {
        await using var server = LoopbackServer.Answering($"HTTP/1.1 {head}\r\n\r\n{body}");
        return await new JsonProbe(server.Url("/status.json"), path).TryAsync();
    }

    [Theory]
    [InlineData("a.b[0].c", 42.5)]
    [InlineData("$.a.b[-1].c", 7)]
    [InlineData("list[1]", 2)]
    [InlineData("list", 3)]
    [InlineData("['dotted.name']", 1)]
    [InlineData("a[\"b\"][0].c", 42.5)]
    [InlineData("text", 12)]
    [InlineData("yes", 1)]
    public async Task A_value_is_found_and_measured(string path, double value)
    {
        var result = await TryAsync("""{"a":{"b":[{"c":42.5},{"c":7}]},"list":[1,2,3],"dotted.name":1,"text":"12","yes":true}""", path);
        Assert.Equal(Outcome.Pass, result.Outcome);
        Assert.Equal(new Measurement("value", value), Assert.Single(result.Measurements));
        Assert.NotNull(result.Progress);
    }

    [Fact]
    public async Task Progress_is_the_value_as_it_is_written()
    {
        Assert.Equal("epoch 3", (await TryAsync("""{"at":"epoch 3"}""", "at")).Progress);
        Assert.Equal("17", (await TryAsync("""{"at":17}""", "at")).Progress);
        var first = (await TryAsync($$"""{"at":"{{new string('x', 5000)}}1"}""", "at")).Progress!;
        var second = (await TryAsync($$"""{"at":"{{new string('x', 5000)}}2"}""", "at")).Progress!;
        Assert.NotEqual(first, second);
        Assert.True(first.Length < 100);
    }

    [Fact]
    public async Task A_time_with_a_zone_says_how_old_the_progress_is()
    {
        var at = DateTimeOffset.UtcNow.AddMinutes(-5);
        var age = (await TryAsync($$"""{"at":"{{at:O}}"}""", "at")).ProgressAge;
        Assert.InRange(age!.Value.TotalMinutes, 5, 6);
        Assert.Null((await TryAsync("""{"at":"2026-01-02T03:04:05"}""", "at")).ProgressAge);
    }

    [Theory]
    [InlineData("""{"a":1}""", "b")]
    [InlineData("""{"a":1}""", "a.b")]
    [InlineData("""{"a":[1]}""", "a[1]")]
    [InlineData("""{"a":null}""", "a")]
    public async Task A_value_that_is_not_there_is_inconclusive(string body, string path)
    {
        var result = await TryAsync(body, path);
        Assert.Equal((Outcome.Inconclusive, $"the document has no value at {path}"), (result.Outcome, result.Evidence));
    }

    [Fact]
    public async Task What_is_not_JSON_fails()
    {
        var result = await TryAsync("<html>sorry</html>", "a");
        Assert.Equal((Outcome.Fail, "not a JSON document: '<html>sorry</html>'"), (result.Outcome, result.Evidence));
        Assert.Equal(Outcome.Fail, (await TryAsync(new string('[', 10_000), "a")).Outcome);
    }

    [Fact]
    public async Task A_bad_status_fails() => Assert.Equal("status 500: 'oops'", (await TryAsync("oops", "a", "500 Oops")).Evidence);

    [Fact]
    public async Task A_document_that_is_too_large_is_inconclusive()
    {
        var result = await TryAsync("\"" + new string('x', 2 << 20) + "\"", "");
        Assert.Equal(Outcome.Inconclusive, result.Outcome);
    }

    [Theory]
    [InlineData("a..b")]
    [InlineData("a.")]
    [InlineData("a[x]")]
    [InlineData("a[1")]
    [InlineData("[]")]
    public void A_path_that_is_none_is_refused(string path) =>
        Assert.Equal("path", Assert.Throws<SettingsException>(() => new JsonProbe(new Uri("http://127.0.0.1/"), path)).Key);
}
