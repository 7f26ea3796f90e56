using System.Net;
using System.Net.Http.Json;
using Hale.Core.Model;
using Hale.Testing;
using Hale.Web.Contract;
using Xunit;

namespace Hale.Tests.Web;

public sealed class PagesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Snapshot Many(int count) => SampleWorld.World(
        [.. Enumerable.Range(0, count).Select(i => (i % 3 == 0 ? SampleWorld.Orchestrator : SampleWorld.Web) with { Name = $"t{i:000}", Group = i % 2 == 0 ? "even" : "odd" })]);

    private static async Task<List<string>> WalkAsync(WebFixture web, string path)
    {
        var names = new List<string>();
        for (string? next = path; next is not null;)
        {
            var page = await web.Tcp.GetFromJsonAsync(next, WireJson.Default.TargetsDto, Cancel);
            Assert.True(page!.Next is null || page.Targets.Count > 0);
            names.AddRange(page.Targets.Select(target => target.Name));
            next = page.Next;
        }
        return names;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(50)]
    [InlineData(100)]
    [InlineData(500)]
    public async Task The_pages_together_are_all_targets_each_once_in_order(int limit)
    {
        await using var web = await WebFixture.StartAsync(world: Many(100));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"t{i:000}"), await WalkAsync(web, $"/api/v1/targets?limit={limit}"));
    }

    [Fact]
    public async Task Filters_hold_on_every_page()
    {
        await using var web = await WebFixture.StartAsync(world: Many(100));
        Assert.Equal(Enumerable.Range(0, 100).Where(i => i % 6 == 0).Select(i => $"t{i:000}"), await WalkAsync(web, "/api/v1/targets?limit=4&health=impaired,degraded&group=even"));
        Assert.Equal(Enumerable.Range(0, 100).Where(i => i % 10 == 7).Select(i => $"t{i:000}"), (await WalkAsync(web, "/api/v1/targets?limit=3&q=7")).Where(name => name[^1] == '7'));
        Assert.Equal(["t042"], await WalkAsync(web, "/api/v1/targets?q=T042"));
        Assert.Empty(await WalkAsync(web, "/api/v1/targets?group=nobody"));
    }

    [Fact]
    public async Task A_full_last_page_has_no_next()
    {
        await using var web = await WebFixture.StartAsync(world: Many(10));
        Assert.Null((await web.Tcp.GetFromJsonAsync("/api/v1/targets?limit=10", WireJson.Default.TargetsDto, Cancel))!.Next);
    }

    [Fact]
    public async Task A_configuration_that_changes_between_two_pages_loses_and_doubles_nothing_that_stayed()
    {
        await using var web = await WebFixture.StartAsync(world: Many(10));
        var first = await web.Tcp.GetFromJsonAsync("/api/v1/targets?limit=4", WireJson.Default.TargetsDto, Cancel);
        web.Daemon.Publish(world => world with { Targets = [.. world.Targets.Skip(2)] });
        Assert.Equal(["t004", "t005", "t006", "t007", "t008", "t009"], await WalkAsync(web, first!.Next!));
        web.Daemon.Publish(world => world with { Targets = [.. world.Targets.Where(target => target.Name != "t003")] });
        using var gone = await web.Tcp.GetAsync(first.Next, Cancel);
        Assert.Contains("Begin again", await gone.ProblemAsync(HttpStatusCode.Gone));
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=501")]
    [InlineData("health=bad")]
    [InlineData("after=3")]
    [InlineData("after=~")]
    [InlineData("after=-1~t001")]
    [InlineData("before=3")]
    public async Task A_query_that_is_not_understood_is_refused(string query)
    {
        await using var web = await WebFixture.StartAsync();
        using var response = await web.Tcp.GetAsync($"/api/v1/targets?{query}", Cancel);
        Assert.NotEmpty(await response.ProblemAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task The_history_links_its_pages_with_its_filters()
    {
        await using var web = await WebFixture.StartAsync();
        for (var i = 0; i < 25; i++)
            web.Daemon.Record(i % 2 == 0 ? "life" : "order", "web", $"event {i}");
        var told = new List<long>();
        for (string? next = "/api/v1/history?limit=4&kind=life&target=web"; next is not null;)
        {
            var page = await web.Tcp.GetFromJsonAsync(next, WireJson.Default.HistoryDto, Cancel);
            told.AddRange(page!.Entries.Select(entry => entry.Id));
            next = page.Next;
        }
        Assert.Equal(Enumerable.Range(0, 13).Select(i => 25L - (2 * i)), told);
    }
}
