using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Hale.Core.Model;
using Hale.Testing;
using Hale.Web.Contract;
using Xunit;

namespace Hale.Tests.Web;

public sealed class ReadsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Status_carries_the_snapshot_in_the_wire_shape()
    {
        await using var web = await WebFixture.StartAsync();
        using var json = JsonDocument.Parse(await web.Tcp.GetStringAsync("/api/v1/status", Cancel));
        var root = json.RootElement;
        Assert.Equal("2025-11-22T12:00:00.000Z", root.GetProperty("at").GetString());
        Assert.Equal("impaired", root.GetProperty("health").GetString());
        var target = root.GetProperty("targets").EnumerateArray().Single(each => each.GetProperty("name").GetString() == "orchestrator");
        Assert.Equal("backOff", target.GetProperty("refusal").GetProperty("gate").GetString());
        Assert.Equal("restart", target.GetProperty("refusal").GetProperty("remedy").GetString());
        Assert.Equal("percent", target.GetProperty("checks")[1].GetProperty("measurements")[0].GetProperty("unit").GetString());
        Assert.Equal(0.0032, target.GetProperty("checks")[0].GetProperty("tookSeconds").GetDouble(), 6);
        var backup = root.GetProperty("targets").EnumerateArray().Single(each => each.GetProperty("name").GetString() == "backup");
        Assert.Equal(JsonValueKind.Null, backup.GetProperty("checks")[0].GetProperty("lastAt").ValueKind);
    }

    [Fact]
    public async Task What_is_written_reads_back_as_the_same_shape()
    {
        await using var web = await WebFixture.StartAsync();
        var status = await web.Tcp.GetFromJsonAsync("/api/v1/status", WireJson.Default.StatusDto, Cancel);
        var again = JsonSerializer.Serialize(status, WireJson.Default.StatusDto);
        Assert.Equal(await web.Tcp.GetStringAsync("/api/v1/status", Cancel), again);
    }

    [Fact]
    public async Task A_pause_without_an_end_has_no_end_on_the_wire()
    {
        await using var web = await WebFixture.StartAsync();
        web.Daemon.Publish("web", target => target with { PausedUntil = Instant.Distant });
        var target = await web.Tcp.GetFromJsonAsync("/api/v1/targets/web", WireJson.Default.TargetDto, Cancel);
        Assert.True(target!.Paused);
        Assert.Null(target.PausedUntil);
    }

    [Fact]
    public async Task A_number_that_json_cannot_hold_becomes_null()
    {
        await using var web = await WebFixture.StartAsync();
        web.Daemon.Publish("web", target => target with { Checks = [target.Checks[0] with { Measurements = [new("x", double.NaN), new("y", double.PositiveInfinity)] }] });
        var target = await web.Tcp.GetFromJsonAsync("/api/v1/targets/web", WireJson.Default.TargetDto, Cancel);
        Assert.All(target!.Checks[0].Measurements, measurement => Assert.Null(measurement.Value));
    }

    [Fact]
    public async Task An_unknown_target_is_a_404_that_suggests_the_nearest()
    {
        await using var web = await WebFixture.StartAsync();
        foreach (var path in (string[])["/api/v1/status?target=orchestrater", "/api/v1/targets/orchestrater", "/api/v1/targets/orchestrater/explain"])
        {
            using var response = await web.Tcp.GetAsync(path, Cancel);
            Assert.Contains("'orchestrator'", await response.ProblemAsync(HttpStatusCode.NotFound));
        }
    }

    [Fact]
    public async Task History_pages_from_the_newest_to_the_oldest()
    {
        await using var web = await WebFixture.StartAsync();
        for (var i = 0; i < 5; i++)
            web.Daemon.Record("transition", "web", $"event {i}");
        var page = await web.Tcp.GetFromJsonAsync("/api/v1/history?limit=3", WireJson.Default.HistoryDto, Cancel);
        Assert.Equal([5, 4, 3], page!.Entries.Select(entry => entry.Id));
        page = await web.Tcp.GetFromJsonAsync($"/api/v1/history?limit=3&before={page.Before}", WireJson.Default.HistoryDto, Cancel);
        Assert.Equal([2, 1], page!.Entries.Select(entry => entry.Id));
        Assert.Null(page.Before);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=1001")]
    [InlineData("limit=ten")]
    [InlineData("limit=1&limit=2")]
    [InlineData("before=-1")]
    [InlineData("before=99999999999999999999")]
    [InlineData("kind=transitions")]
    [InlineData("targt=web")]
    [InlineData("target=")]
    public async Task A_query_that_is_not_understood_is_refused(string query)
    {
        await using var web = await WebFixture.StartAsync();
        using var response = await web.Tcp.GetAsync($"/api/v1/history?{query}", Cancel);
        Assert.NotEmpty(await response.ProblemAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task Kinds_may_be_repeated_or_listed()
    {
        await using var web = await WebFixture.StartAsync();
        web.Daemon.Record("life", "web", "began");
        web.Daemon.Record("order", "web", "pause");
        web.Daemon.Record("doubt", null, "stalled");
        foreach (var query in (string[])["kind=life,order", "kind=life&kind=order"])
        {
            var page = await web.Tcp.GetFromJsonAsync($"/api/v1/history?{query}", WireJson.Default.HistoryDto, Cancel);
            Assert.Equal(["order", "life"], page!.Entries.Select(entry => entry.Kind));
        }
    }

    [Fact]
    public async Task The_index_lists_the_endpoints_and_other_paths_point_to_it()
    {
        await using var web = await WebFixture.StartAsync();
        Assert.Contains("/readyz", await web.Tcp.GetStringAsync("/", Cancel));
        using var response = await web.Tcp.GetAsync("/api/v2/status", Cancel);
        Assert.Contains("GET /", await response.ProblemAsync(HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task A_wrong_method_is_refused_with_the_right_one()
    {
        await using var web = await WebFixture.StartAsync();
        using var response = await web.Tcp.DeleteAsync("/api/v1/status", Cancel);
        Assert.Contains("GET", await response.ProblemAsync(HttpStatusCode.MethodNotAllowed));
    }
}
