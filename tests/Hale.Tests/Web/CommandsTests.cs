using System.Net;
using System.Net.Http.Json;
using System.Text;
using Hale.Running;
using Hale.Web.Contract;
using Xunit;

namespace Hale.Tests.Web;

public sealed class CommandsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    [Fact]
    public async Task An_order_over_the_socket_carries_who_why_and_how_long()
    {
        await using var web = await WebFixture.StartAsync();
        using var response = await web.Socket.PostAsync("/api/v1/targets/web/pause", Json("""{"why":"deploy","for":"30m"}"""), Cancel);
        response.EnsureSuccessStatusCode();
        Assert.True(web.Daemon.Orders.TryDequeue(out var order));
        var by = Environment.IsPrivilegedProcess ? "root" : "uid ";
        Assert.StartsWith($"pause web by {by}", order);
        Assert.EndsWith(": deploy (30m)", order);
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    [InlineData("stop")]
    [InlineData("start")]
    [InlineData("restart")]
    [InlineData("approve")]
    [InlineData("reject")]
    public async Task Every_order_is_taken_without_a_body(string order)
    {
        await using var web = await WebFixture.StartAsync();
        using var response = await web.Socket.PostAsync($"/api/v1/targets/web/{order}", null, Cancel);
        response.EnsureSuccessStatusCode();
        Assert.StartsWith($"{order} web", Assert.Single(web.Daemon.Orders));
    }

    [Theory]
    [InlineData("explode", "", HttpStatusCode.NotFound)]
    [InlineData("3", "", HttpStatusCode.NotFound)]
    [InlineData("Pause", "", HttpStatusCode.NotFound)]
    [InlineData("pause", "{", HttpStatusCode.BadRequest)]
    [InlineData("pause", "[]", HttpStatusCode.BadRequest)]
    [InlineData("pause", "null", HttpStatusCode.BadRequest)]
    [InlineData("pause", """{"fro":"1m"}""", HttpStatusCode.BadRequest)]
    [InlineData("pause", """{"for":"soon"}""", HttpStatusCode.BadRequest)]
    [InlineData("pause", """{"for":"0s"}""", HttpStatusCode.BadRequest)]
    [InlineData("pause", """{"for":30}""", HttpStatusCode.BadRequest)]
    [InlineData("resume", """{"for":"1m"}""", HttpStatusCode.BadRequest)]
    public async Task An_order_that_is_not_understood_is_refused_and_not_carried_out(string order, string body, HttpStatusCode status)
    {
        await using var web = await WebFixture.StartAsync();
        using var response = await web.Socket.PostAsync($"/api/v1/targets/web/{order}", Json(body), Cancel);
        Assert.NotEmpty(await response.ProblemAsync(status));
        Assert.Empty(web.Daemon.Orders);
    }

    [Fact]
    public async Task A_long_reason_is_refused()
    {
        await using var web = await WebFixture.StartAsync();
        using var long501 = await web.Socket.PostAsync("/api/v1/targets/web/pause", Json($$"""{"why":"{{new string('x', 501)}}"}"""), Cancel);
        await long501.ProblemAsync(HttpStatusCode.BadRequest);
        using var huge = await web.Socket.PostAsync("/api/v1/targets/web/pause", Json($$"""{"why":"{{new string('x', 5000)}}"}"""), Cancel);
        await huge.ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task An_order_that_the_daemon_refuses_is_a_conflict_with_its_words()
    {
        await using var web = await WebFixture.StartAsync();
        web.Daemon.Answer = new OrderResult(false, "nothing waits for approval");
        using var response = await web.Socket.PostAsync("/api/v1/targets/web/approve", null, Cancel);
        Assert.Equal("nothing waits for approval", await response.ProblemAsync(HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task An_order_to_an_unknown_target_is_a_404()
    {
        await using var web = await WebFixture.StartAsync();
        using var response = await web.Socket.PostAsync("/api/v1/targets/wep/pause", null, Cancel);
        Assert.Contains("'web'", await response.ProblemAsync(HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task An_error_in_the_daemon_is_a_500_and_the_next_request_is_answered()
    {
        await using var web = await WebFixture.StartAsync();
        web.Daemon.BeforeOrder = _ => throw new InvalidOperationException("broken");
        using var response = await web.Socket.PostAsync("/api/v1/targets/web/pause", null, Cancel);
        Assert.Contains("broken", await response.ProblemAsync(HttpStatusCode.InternalServerError));
        Assert.NotEmpty(await web.Socket.GetStringAsync("/api/v1/status", Cancel));
    }

    [Fact]
    public async Task Check_tries_one_target_or_all()
    {
        await using var web = await WebFixture.StartAsync();
        using var all = await web.Socket.PostAsync("/api/v1/check", null, Cancel);
        using var one = await web.Socket.PostAsync("/api/v1/check?target=web", null, Cancel);
        using var none = await web.Socket.PostAsync("/api/v1/check?target=nobody", null, Cancel);
        Assert.Equal(["*", "web"], web.Daemon.Checks);
        await none.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_rehearsal_tells_every_rung()
    {
        await using var web = await WebFixture.StartAsync();
        using var response = await web.Socket.PostAsync("/api/v1/targets/orchestrator/rehearse", null, Cancel);
        var rehearsal = await response.Content.ReadFromJsonAsync(WireJson.Default.RehearsalDto, Cancel);
        Assert.Equal(["clean", "restart"], rehearsal!.Rungs.Select(rung => rung.Remedy));
        Assert.Empty(web.Daemon.Orders);
    }
}
