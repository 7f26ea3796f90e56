using System.Net;
using Xunit;

namespace Hale.Tests.Web;

public sealed class HeartbeatTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "Success: ")]
    [InlineData("/start", "Start: ")]
    [InlineData("/fail", "Fail: ")]
    [InlineData("/0", "Success: ")]
    [InlineData("/3", "Fail: exit code 3")]
    [InlineData("/255", "Fail: exit code 255")]
    public async Task A_push_says_how_the_work_went(string suffix, string heard)
    {
        await using var web = await WebFixture.StartAsync();
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Post, HttpMethod.Head])
        {
            using var response = await web.Tcp.SendAsync(new HttpRequestMessage(method, $"/api/v1/heartbeat/backup/nightly{suffix}"), Cancel);
            response.EnsureSuccessStatusCode();
            Assert.True(web.Daemon.Heartbeats.TryDequeue(out var heartbeat));
            Assert.Equal($"backup/nightly {heard}", heartbeat);
        }
    }

    [Fact]
    public async Task A_body_becomes_the_message()
    {
        await using var web = await WebFixture.StartAsync();
        using var response = await web.Tcp.PostAsync("/api/v1/heartbeat/backup/nightly/2", new StringContent("disk full\n"), Cancel);
        Assert.Equal("backup/nightly Fail: exit code 2: disk full", Assert.Single(web.Daemon.Heartbeats));
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_also_when_its_length_is_not_told()
    {
        await using var web = await WebFixture.StartAsync();
        using var most = await web.Tcp.PostAsync("/api/v1/heartbeat/backup/nightly", new ByteArrayContent([.. Enumerable.Repeat((byte)'x', 10_240)]), Cancel);
        most.EnsureSuccessStatusCode();
        foreach (var chunked in (bool[])[false, true])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/heartbeat/backup/nightly");
            request.Content = new ByteArrayContent([.. Enumerable.Repeat((byte)'x', 10_241)]);
            request.Headers.TransferEncodingChunked = chunked;
            using var response = await web.Tcp.SendAsync(request, Cancel);
            Assert.Contains("10240", await response.ProblemAsync(HttpStatusCode.RequestEntityTooLarge));
        }
        Assert.Single(web.Daemon.Heartbeats);
    }

    [Fact]
    public async Task A_body_that_is_not_text_is_refused()
    {
        await using var web = await WebFixture.StartAsync();
        using var response = await web.Tcp.PostAsync("/api/v1/heartbeat/backup/nightly", new ByteArrayContent([0xff, 0xfe, 0x80]), Cancel);
        Assert.Contains("UTF-8", await response.ProblemAsync(HttpStatusCode.BadRequest));
        Assert.Empty(web.Daemon.Heartbeats);
    }

    [Theory]
    [InlineData("backup/weekly")]
    [InlineData("nobody/nightly")]
    [InlineData("web/home")]
    [InlineData("backup/nightly/256")]
    [InlineData("backup/nightly/-1")]
    [InlineData("backup/nightly/done")]
    public async Task A_push_to_nothing_is_a_404(string path)
    {
        await using var web = await WebFixture.StartAsync();
        using var response = await web.Tcp.GetAsync($"/api/v1/heartbeat/{path}", Cancel);
        Assert.NotEmpty(await response.ProblemAsync(HttpStatusCode.NotFound));
        Assert.Empty(web.Daemon.Heartbeats);
    }
}
