using System.Net;
using System.Net.Http.Headers;
using Hale.Config;
using Hale.Running;
using Hale.Testing;
using Hale.Web.Access;
using Hale.Web.Api;
using Xunit;

namespace Hale.Tests.Web;

public sealed class AuditTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string[] Audit(WebFixture web) => [.. web.Daemon.History(new HistoryQuery(Kinds: ["audit"], After: 0, Limit: 1000)).Select(entry => $"{entry.Target}|{entry.Text}")];

    private static string PathOf(EndpointRow row) => row.Parameters.Where(parameter => parameter.Place == Place.Path)
        .Aggregate(row.Path, (path, parameter) => path.Replace($"{{{parameter.Name}}}", parameter.Example, StringComparison.Ordinal));

    [Fact]
    public async Task Every_endpoint_that_changes_something_leaves_a_line_when_it_is_taken_and_when_it_is_refused()
    {
        await using var web = await WebFixture.StartAsync();
        var changing = EndpointTable.All.Where(row => row.Need == Need.Change).ToArray();
        Assert.True(changing.Length >= 3, "the endpoints were not found");
        foreach (var row in changing)
        {
            var before = Audit(web).Length;
            using var taken = await web.Socket.PostAsync(PathOf(row), null, Cancel);
            using var misspelt = await web.Socket.PostAsync(PathOf(row) + "?nonsense=1", null, Cancel);
            using var turnedAway = await web.Tcp.PostAsync(PathOf(row), null, Cancel);
            var lines = Audit(web)[before..];
            Assert.True(lines.Length == 3, $"{row.Path} left {lines.Length} lines: {string.Join('\n', lines)}");
            Assert.All(lines, line => Assert.Contains($"POST {PathOf(row)}", line));
            Assert.Contains("refused with 400", lines[1]);
            Assert.Contains("somebody from 127.0.0.1: turned away with 403", lines[2]);
        }
    }

    [Fact]
    public async Task A_line_says_who_what_what_came_of_it_and_the_number_of_the_request()
    {
        await using var web = await WebFixture.StartAsync(change: spec => spec with { Tokens = [new TokenSpec("ci", "secret", TokenRole.Operate)] });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/targets/web/pause");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "secret");
        request.Headers.Add("X-Request-Id", "deploy-4711");
        using var response = await web.Tcp.SendAsync(request, Cancel);
        Assert.Equal("deploy-4711", Assert.Single(response.Headers.GetValues("X-Request-Id")));
        Assert.Equal(["web|POST /api/v1/targets/web/pause by ci (operate) from 127.0.0.1: web: pause accepted [deploy-4711]"], Audit(web));
    }

    [Fact]
    public async Task What_the_daemon_refuses_is_written_with_its_reason()
    {
        await using var web = await WebFixture.StartAsync();
        web.Daemon.Answer = new OrderResult(false, "nothing waits for approval");
        using var response = await web.Socket.PostAsync("/api/v1/targets/web/approve", null, Cancel);
        await response.ProblemAsync(HttpStatusCode.Conflict);
        Assert.Contains("refused with 409: nothing waits for approval", Assert.Single(Audit(web)));
    }

    [Fact]
    public async Task A_number_that_is_no_plain_word_is_not_taken_over()
    {
        await using var web = await WebFixture.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/check");
        request.Headers.TryAddWithoutValidation("X-Request-Id", "a]: root did it [b");
        using var response = await web.Socket.SendAsync(request, Cancel);
        Assert.DoesNotContain("root did it", Assert.Single(Audit(web)));
        Assert.DoesNotContain(' ', Assert.Single(response.Headers.GetValues("X-Request-Id")));
    }

    [Fact]
    public async Task What_the_caller_wrote_cannot_forge_a_line()
    {
        await using var web = await WebFixture.StartAsync();
        using var response = await web.Socket.PostAsync("/api/v1/targets/web%0A%1b[31m/pause?x=a%0Ab", null, Cancel);
        Assert.All(Assert.Single(Audit(web)), c => Assert.False(char.IsControl(c)));
    }

    [Fact]
    public async Task A_flood_of_strangers_leaves_few_lines_and_the_next_one_tells_how_many_there_were()
    {
        var time = new ManualTime();
        await using var web = await WebFixture.StartAsync("secret", time: time);
        for (var i = 0; i < 100; i++)
        {
            using var response = await web.Tcp.GetAsync("/api/v1/status", Cancel);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }
        Assert.Equal(AuditLog.Refusals.Count, Audit(web).Length);
        time.Advance(AuditLog.Refusals.Per / AuditLog.Refusals.Count);
        using var last = await web.Tcp.GetAsync("/api/v1/status", Cancel);
        Assert.Contains($"{100 - AuditLog.Refusals.Count} more before it were not written down", Audit(web)[^1]);
    }

    [Fact]
    public async Task Reads_and_heartbeats_that_are_taken_leave_no_line()
    {
        await using var web = await WebFixture.StartAsync();
        await web.Tcp.GetStringAsync("/api/v1/status", Cancel);
        await web.Tcp.GetStringAsync("/api/v1/heartbeat/backup/nightly", Cancel);
        Assert.Empty(Audit(web));
    }
}
