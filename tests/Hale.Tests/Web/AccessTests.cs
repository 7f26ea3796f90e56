using System.Net;
using System.Net.Http.Headers;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Web;

public sealed class AccessTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_a_token_commands_over_tcp_are_refused_and_told_to_use_the_socket()
    {
        await using var web = await WebFixture.StartAsync();
        foreach (var path in (string[])["/api/v1/targets/web/pause", "/api/v1/check", "/api/v1/targets/web/rehearse"])
        {
            using var response = await web.Tcp.PostAsync(path, null, Cancel);
            var words = await response.ProblemAsync(HttpStatusCode.Forbidden);
            Assert.Contains("unix socket", words);
            Assert.Contains("hale.token", words);
        }
        Assert.Empty(web.Daemon.Orders);
    }

    [Theory]
    [InlineData("Bearer secret", true)]
    [InlineData("bearer secret", true)]
    [InlineData("Bearer secret2", false)]
    [InlineData("Bearer secre", false)]
    [InlineData("Bearer ", false)]
    [InlineData("Basic secret", false)]
    [InlineData("secret", false)]
    public async Task With_a_token_a_command_needs_exactly_it(string authorization, bool allowed)
    {
        await using var web = await WebFixture.StartAsync("secret");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/targets/web/pause");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await web.Tcp.SendAsync(request, Cancel);
        Assert.Equal(allowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal(allowed ? 1 : 0, web.Daemon.Orders.Count);
    }

    [Fact]
    public async Task With_a_token_reads_need_it_but_livez_and_heartbeats_do_not()
    {
        await using var web = await WebFixture.StartAsync("secret");
        foreach (var path in (string[])["/metrics", "/api/v1/status", "/api/v1/history", "/api/v1/targets/web"])
        {
            using var refused = await web.Tcp.GetAsync(path, Cancel);
            Assert.Contains("hale.token", await refused.ProblemAsync(HttpStatusCode.Unauthorized));
            Assert.Equal("Bearer", Assert.Single(refused.Headers.WwwAuthenticate).Scheme);
        }
        foreach (var path in (string[])["/livez", "/", "/api/v1/heartbeat/backup/nightly"])
        {
            using var answered = await web.Tcp.GetAsync(path, Cancel);
            Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        }
        web.Tcp.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "secret");
        Assert.NotEmpty(await web.Tcp.GetStringAsync("/metrics", Cancel));
    }

    [Fact]
    public async Task Readyz_tells_its_reasons_only_to_who_may_read()
    {
        await using var web = await WebFixture.StartAsync("secret", SampleWorld.World(SampleWorld.Unseen));
        using var blind = await web.Tcp.GetAsync("/readyz", Cancel);
        using var seeing = await web.Socket.GetAsync("/readyz", Cancel);
        Assert.DoesNotContain("port", await blind.Content.ReadAsStringAsync(Cancel));
        Assert.Contains("port", await seeing.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData("evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("127.0.0.1.evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("10.0.0.1", HttpStatusCode.MisdirectedRequest)]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("LOCALHOST:80", HttpStatusCode.OK)]
    [InlineData("[::1]:7411", HttpStatusCode.OK)]
    public async Task A_foreign_host_header_is_refused_on_loopback(string host, HttpStatusCode status)
    {
        await using var web = await WebFixture.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/status");
        request.Headers.Host = host;
        using var response = await web.Tcp.SendAsync(request, Cancel);
        Assert.Equal(status, response.StatusCode);
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task A_page_of_another_site_cannot_push_a_heartbeat(string header, string value)
    {
        await using var web = await WebFixture.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/heartbeat/backup/nightly");
        request.Headers.Add(header, value);
        using var response = await web.Tcp.SendAsync(request, Cancel);
        await response.ProblemAsync(HttpStatusCode.Forbidden);
        Assert.Empty(web.Daemon.Heartbeats);
    }
}
