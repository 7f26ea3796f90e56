using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Hale.Core.Model;
using Hale.Testing;
using Hale.Web.Access;
using Hale.Web.Endpoints;
using Xunit;

namespace Hale.Tests.Web;

public sealed class LimitsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Over_its_rate_a_client_is_turned_away_and_told_when_to_come_again_while_the_socket_is_served()
    {
        await using var web = await WebFixture.StartAsync(change: spec => spec with { Rate = new Budget(5, TimeSpan.FromHours(1)) });
        for (var i = 0; i < 5; i++)
            await web.Tcp.GetStringAsync("/api/v1/status", Cancel);
        using var response = await web.Tcp.GetAsync("/api/v1/status", Cancel);
        Assert.Contains("hale.rate", await response.ProblemAsync(HttpStatusCode.TooManyRequests));
        Assert.InRange(response.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(12));
        Assert.Contains("hale_http_turned_away_total{reason=\"rate\"} 1\n", await web.Socket.GetStringAsync("/metrics", Cancel));
    }

    [Fact]
    public void A_bucket_fills_up_evenly_and_no_higher_than_the_budget()
    {
        var time = new ManualTime();
        var rate = new RequestRate(new Budget(10, TimeSpan.FromSeconds(10)), time);
        var client = IPAddress.Parse("10.0.0.7");
        Assert.Equal(10, Allowed(20));
        Assert.Equal(TimeSpan.FromSeconds(1), rate.Refuse(client));
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(3, Allowed(20));
        time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(10, Allowed(20));
        Assert.Null(rate.Refuse(IPAddress.Parse("10.0.0.8")));

        int Allowed(int tries) => Enumerable.Range(0, tries).Count(_ => rate.Refuse(client) is null);
    }

    [Fact]
    public void An_ipv6_network_is_one_client()
    {
        var rate = new RequestRate(new Budget(2, TimeSpan.FromSeconds(10)), new ManualTime());
        var allowed = Enumerable.Range(1, 50).Count(i => rate.Refuse(IPAddress.Parse($"2001:db8:0:1::{i:x}")) is null);
        Assert.Equal(2, allowed);
        Assert.Null(rate.Refuse(IPAddress.Parse("2001:db8:0:2::1")));
    }

    [Fact]
    public void More_clients_than_are_told_apart_share_one_bucket_until_others_are_forgotten()
    {
        var time = new ManualTime();
        var rate = new RequestRate(new Budget(1, TimeSpan.FromSeconds(10)), time);
        var allowed = Enumerable.Range(0, 10_000).Count(i => rate.Refuse(new IPAddress(BitConverter.GetBytes(0x0a000000 + (i << 8)))) is null);
        Assert.InRange(allowed, 4096, 4097);
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Null(rate.Refuse(IPAddress.Parse("192.0.2.1")));
        Assert.Null(rate.Refuse(IPAddress.Parse("192.0.2.2")));
    }

    [Fact]
    public async Task Beyond_so_many_at_once_a_request_is_turned_away_and_the_socket_is_served()
    {
        await using var web = await WebFixture.StartAsync("secret");
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = 0;
        web.Daemon.BeforeOrder = async cancel =>
        {
            Interlocked.Increment(ref waiting);
            await release.Task.WaitAsync(cancel);
        };
        web.Tcp.DefaultRequestHeaders.Authorization = new("Bearer", "secret");
        var held = Enumerable.Range(0, Guard.MaxAtOnce).Select(_ => web.Tcp.PostAsync("/api/v1/targets/web/pause", null, Cancel)).ToArray();
        await Eventually.HoldsAsync(() => Volatile.Read(ref waiting) == Guard.MaxAtOnce, "all of them are being answered");
        using var response = await web.Tcp.GetAsync("/api/v1/status", Cancel);
        await response.ProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.NotEmpty(await web.Socket.GetStringAsync("/api/v1/status", Cancel));
        release.SetResult();
        foreach (var answer in await Task.WhenAll(held))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            answer.Dispose();
        }
        Assert.NotEmpty(await web.Tcp.GetStringAsync("/api/v1/status", Cancel));
    }

    [Fact]
    public async Task A_long_address_is_refused()
    {
        await using var web = await WebFixture.StartAsync();
        using var response = await web.Tcp.GetAsync($"/api/v1/status?target={new string('a', 5000)}", Cancel);
        Assert.Equal(HttpStatusCode.RequestUriTooLong, response.StatusCode);
    }

    [Theory]
    [InlineData("GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\nX: ", "a", "a header that never ends")]
    [InlineData("POST /api/v1/heartbeat/backup/nightly HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\n", "a", "a body that trickles")]
    public async Task Who_sends_a_byte_now_and_then_is_cut_off(string start, string more, string what)
    {
        await using var web = await WebFixture.StartAsync();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, web.Port, Cancel);
        await socket.SendAsync(Encoding.ASCII.GetBytes(start), Cancel);
        var clock = Stopwatch.StartNew();
        var ended = Task.Run(async () =>
        {
            var buffer = new byte[4096];
            try
            {
                while (await socket.ReceiveAsync(buffer, Cancel) > 0)
                    continue;
            }
            catch (SocketException)
            {
                // Reset, which is an end as well.
            }
        }, Cancel);
        while (!ended.IsCompleted && clock.Elapsed < TimeSpan.FromSeconds(60))
        {
            await Task.WhenAny(ended, Task.Delay(500, Cancel));
            try
            {
                await socket.SendAsync(Encoding.ASCII.GetBytes(more), Cancel);
            }
            catch (SocketException)
            {
                break;
            }
        }
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"{what} was listened to for a minute");
        Assert.Empty(web.Daemon.Heartbeats);
        await ended;
    }
}
