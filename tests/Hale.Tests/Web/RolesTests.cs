using System.Net;
using System.Net.Http.Headers;
using Hale.Config;
using Hale.Web.Access;
using Hale.Web.Api;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Hale.Tests.Web;

public sealed class RolesTests
{
    private static readonly TokenSpec[] Tokens =
    [
        new("grafana", "read-secret", TokenRole.Read),
        new("cron", "push-secret", TokenRole.Push),
        new("ci", "operate-secret", TokenRole.Operate),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Task<WebFixture> StartAsync(string? token = null, params TokenSpec[] tokens) =>
        WebFixture.StartAsync(token, change: spec => spec with { Tokens = tokens.Length == 0 ? Tokens : tokens });

    private static async Task<HttpStatusCode> SendAsync(WebFixture web, HttpMethod method, string path, string? token)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await web.Tcp.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        return response.StatusCode;
    }

    [Theory]
    [InlineData(null, 401, 200, 403)]
    [InlineData("wrong", 401, 200, 403)]
    [InlineData("read-secret", 200, 200, 403)]
    [InlineData("push-secret", 403, 200, 403)]
    [InlineData("operate-secret", 200, 200, 200)]
    [InlineData("the old one", 200, 200, 200)]
    public async Task A_role_allows_what_it_says_and_no_more(string? token, int read, int push, int change)
    {
        await using var web = await StartAsync("the old one");
        Assert.Equal(read, (int)await SendAsync(web, HttpMethod.Get, "/api/v1/status", token));
        Assert.Equal(push, (int)await SendAsync(web, HttpMethod.Post, "/api/v1/heartbeat/backup/nightly", token));
        Assert.Equal(change, (int)await SendAsync(web, HttpMethod.Post, "/api/v1/targets/web/pause", token));
        Assert.Equal(change == 200 ? 1 : 0, web.Daemon.Orders.Count);
    }

    [Fact]
    public async Task Every_endpoint_asks_for_what_its_row_says()
    {
        await using var web = await StartAsync();
        foreach (var row in EndpointTable.All)
        {
            var path = row.Parameters.Where(parameter => parameter.Place == Place.Path)
                .Aggregate(row.Path, (path, parameter) => path.Replace($"{{{parameter.Name}}}", parameter.Example, StringComparison.Ordinal));
            foreach (var token in (TokenSpec?[])[null, .. Tokens])
            {
                var allowed = row.Need switch
                {
                    Need.Nothing or Need.Push => true,
                    Need.Read => token?.Role is TokenRole.Read or TokenRole.Operate,
                    _ => token?.Role is TokenRole.Operate,
                };
                var status = await SendAsync(web, new HttpMethod(row.Method), path, token?.Text);
                Assert.True(allowed != (status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden), $"{row.Method} {path} as {token?.Name ?? "nobody"}: {status}");
            }
        }
    }

    [Fact]
    public async Task The_history_tells_tokens_apart_by_name()
    {
        await using var web = await StartAsync("the old one");
        await SendAsync(web, HttpMethod.Post, "/api/v1/targets/web/pause", "operate-secret");
        await SendAsync(web, HttpMethod.Post, "/api/v1/targets/web/resume", "the old one");
        Assert.Equal(["pause web by ci (operate) from 127.0.0.1", "resume web by token (operate) from 127.0.0.1"], web.Daemon.Orders);
    }

    [Fact]
    public async Task A_token_of_another_role_is_told_so()
    {
        await using var web = await StartAsync();
        web.Tcp.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "read-secret");
        using var response = await web.Tcp.PostAsync("/api/v1/check", null, Cancel);
        var words = await response.ProblemAsync(HttpStatusCode.Forbidden);
        Assert.Contains("grafana", words);
        Assert.Contains("hale.tokens", words);
    }

    [Fact]
    public async Task Without_a_token_that_may_operate_commands_go_over_the_socket_only()
    {
        await using var web = await StartAsync(null, Tokens[0]);
        web.Tcp.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "read-secret");
        using var refused = await web.Tcp.PostAsync("/api/v1/check", null, Cancel);
        Assert.Contains("unix socket", await refused.ProblemAsync(HttpStatusCode.Forbidden));
        using var taken = await web.Socket.PostAsync("/api/v1/check", null, Cancel);
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
    }

    [Fact]
    public async Task Off_loopback_a_heartbeat_needs_a_token_that_may_push()
    {
        await using var web = await WebFixture.StartAsync(change: spec => spec with { Listen = "0.0.0.0:0", Tokens = Tokens });
        var address = System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(each => each.GetIPProperties().UnicastAddresses)
            .Select(each => each.Address)
            .FirstOrDefault(each => each.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && !IPAddress.IsLoopback(each));
        Assert.SkipWhen(address is null, "this machine has no address but loopback");
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://{address}:{web.Port}") };
        var statuses = new List<HttpStatusCode>();
        foreach (var token in (string?[])[null, "read-secret", "push-secret", "operate-secret"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/heartbeat/backup/nightly");
            request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
            using var response = await client.SendAsync(request, Cancel);
            statuses.Add(response.StatusCode);
        }
        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden, HttpStatusCode.OK, HttpStatusCode.OK], statuses);
    }

    [Theory]
    [InlineData("127.0.0.1", false, null)]
    [InlineData("10.0.0.1", false, 403)]
    [InlineData("10.0.0.1", true, null)]
    [InlineData("::ffff:10.0.0.1", false, 403)]
    [InlineData("2001:db8::1", false, 403)]
    public void Without_any_token_only_this_machine_may_read_unless_the_application_says_otherwise(string local, bool allowed, int? status)
    {
        var context = new DefaultHttpContext();
        context.Connection.LocalIpAddress = IPAddress.Parse(local);
        context.Request.Host = new HostString("localhost");
        var gatekeeper = new Gatekeeper([], allowed);
        Assert.Equal(status, gatekeeper.Refuse(context, Need.Read)?.Status);
        Assert.Equal(status, gatekeeper.Refuse(context, Need.Push)?.Status);
        Assert.Equal(403, gatekeeper.Refuse(context, Need.Change)?.Status);
        Assert.Null(gatekeeper.Refuse(context, Need.Nothing));
    }
}
