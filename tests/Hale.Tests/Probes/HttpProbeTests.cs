using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Probes.Http;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Probes;

public class HttpProbeTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

    private static HttpProbe For(Uri url) => new(new HttpProbe.Options { Url = url });

    private static async Task<ProbeResult> TryAsync(string response)
    {
        await using var server = LoopbackServer.Answering(response);
        return await For(server.Url()).TryAsync();
    }

    [Fact]
    public async Task A_whole_answer_with_a_good_status_passes()
    {
        await using var server = LoopbackServer.Answering(Ok);
        var result = await For(server.Url("/health?deep=1")).TryAsync();
        Assert.Equal((Outcome.Pass, "status 200"), (result.Outcome, result.Evidence));
        var latency = Assert.Single(result.Measurements);
        Assert.Equal(("latency", Unit.Seconds), (latency.Name, latency.Unit));
        Assert.InRange(latency.Value, 0, Attempts.Long.TotalSeconds);
        Assert.True(server.Requests.TryDequeue(out var request));
        Assert.StartsWith($"GET /health?deep=1 HTTP/1.1\r\nHost: 127.0.0.1:{server.Port}\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", request, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(204, true)]
    [InlineData(301, true)]
    [InlineData(399, true)]
    [InlineData(400, false)]
    [InlineData(404, false)]
    [InlineData(503, false)]
    public async Task The_status_is_judged_as_Kubernetes_judges_it(int status, bool good)
    {
        var result = await TryAsync($"HTTP/1.1 {status} Whatever\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal(good ? Outcome.Pass : Outcome.Fail, result.Outcome);
        Assert.Contains($"status {status}", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_status_shows_the_beginning_of_the_body_on_one_line()
    {
        var result = await TryAsync("HTTP/1.1 503 Service Unavailable\r\n\r\ndatabase\r\n\tis  down\u0007" + new string('x', 5000));
        Assert.Equal(Outcome.Fail, result.Outcome);
        Assert.StartsWith("status 503: 'database is down x", result.Evidence, StringComparison.Ordinal);
        Assert.True(result.Evidence.Length < 200);
    }

    /// <summary>Every shape of a valid response that RFC 9112 allows and servers use.</summary>
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;ext=\"x\"\r\nde\r\n0\r\nTrailer: t\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\nContent-Length: 99\r\n\r\n3\r\nabc\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nuntil the end")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 2\n\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nX-Folded: a\r\n  b\r\nCONTENT-LENGTH:\t2 \r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")]
    public async Task Valid_answers_pass(string response) => Assert.Equal((Outcome.Pass, "status 200"), Both(await TryAsync(response)));

    [Theory]
    [InlineData("", "the server closed the connection without an answer")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le", "in the middle of the header")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort", "status 200, but the server closed the connection after 5 of 50 bytes of body")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "malformed Content-Length: '-1'")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", "malformed Content-Length")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "two different Content-Lengths, 1 and 2")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon here\r\n\r\n", "malformed header field: 'no colon here'")]
    [InlineData("HTTP/1.1 200 OK\r\nSpace : x\r\n\r\n", "malformed header field")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "malformed chunk size: 'zz'")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", "malformed chunk size")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n", "malformed chunk")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab", "in the middle of a chunked body, after 2 bytes")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n", "in the middle of a chunked body")]
    [InlineData("HTTP/2 200\r\n\r\n", "not an HTTP response: 'HTTP/2 200'")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "not an HTTP response: 'SSH-2.0-OpenSSH_9.2'")]
    [InlineData("HTTP/1.1 2OO OK\r\n\r\n", "not an HTTP response")]
    [InlineData("<html>", "in the middle of the header")]
    public async Task Broken_answers_fail_and_say_what_was_seen(string response, string evidence)
    {
        var result = await TryAsync(response);
        Assert.Equal(Outcome.Fail, result.Outcome);
        Assert.Contains(evidence, result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interim_answers_without_end_fail()
    {
        var result = await TryAsync(string.Concat(Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 20)));
        Assert.Equal((Outcome.Fail, "more than 8 interim responses"), Both(result));
    }

    [Fact]
    public async Task A_huge_header_fails_without_filling_memory()
    {
        var fields = await TryAsync("HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("X: y\r\n", 1000)) + "\r\n");
        Assert.Equal((Outcome.Fail, "more than 256 header fields"), Both(fields));
        await using var server = LoopbackServer.Start(async visit =>
        {
            await visit.ReadRequestAsync();
            await visit.WriteAsync("HTTP/1.1 200 OK\r\nX: ");
            while (!visit.Stop.IsCancellationRequested)
                await visit.WriteAsync(new string('x', 10_000));
        });
        Assert.Equal((Outcome.Fail, "header larger than 65536 bytes"), Both(await For(server.Url()).TryAsync()));
    }

    [Fact]
    public async Task An_answer_that_comes_byte_by_byte_is_read()
    {
        const string Response = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
        await using var server = LoopbackServer.Start(async visit =>
        {
            await visit.ReadRequestAsync();
            visit.Socket.NoDelay = true;
            foreach (var character in Response)
            {
                await visit.WriteAsync(character.ToString());
                await Task.Yield();
            }
        });
        var probe = new HttpProbe(new HttpProbe.Options { Url = server.Url(), Contains = "hello" });
        Assert.Equal((Outcome.Pass, "status 200"), Both(await probe.TryAsync()));
    }

    [Fact]
    public async Task A_body_without_end_is_read_up_to_its_limit()
    {
        await using var server = LoopbackServer.Start(async visit =>
        {
            await visit.ReadRequestAsync();
            await visit.WriteAsync("HTTP/1.1 200 OK\r\n\r\n");
            while (!visit.Stop.IsCancellationRequested)
                await visit.WriteAsync(new string('x', 10_000));
        });
        Assert.Equal((Outcome.Pass, "status 200"), Both(await For(server.Url()).TryAsync()));
    }

    [Fact]
    public async Task A_body_that_stops_coming_fails_at_the_time_out()
    {
        await using var server = LoopbackServer.Start(async visit =>
        {
            await visit.ReadRequestAsync();
            await visit.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            await visit.HangAsync();
        });
        var result = await For(server.Url()).TryAsync(Attempts.Short);
        Assert.Equal((Outcome.Fail, $"127.0.0.1:{server.Port} answered, but the body did not end within 300ms"), Both(result));
    }

    [Fact]
    public async Task A_target_that_accepts_and_never_answers_fails_at_the_time_out()
    {
        await using var server = LoopbackServer.Start(visit => visit.HangAsync());
        var result = await For(server.Url()).TryAsync(Attempts.Short);
        Assert.Equal((Outcome.Fail, $"connected to 127.0.0.1:{server.Port}, but no answer within 300ms"), Both(result));
    }

    [Fact]
    public async Task Being_stopped_early_is_no_evidence()
    {
        await using var server = LoopbackServer.Start(visit => visit.HangAsync());
        using var stop = new CancellationTokenSource();
        var attempt = For(server.Url()).ProbeAsync(
            new ProbeContext("t", "c", Incarnation.None, null, TimeSpan.FromHours(1), TimeProvider.System), stop.Token).AsTask();
        await Eventually.HoldsAsync(() => server.Connections == 1, "the probe connected");
        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => attempt);
    }

    [Fact]
    public async Task A_refused_connection_fails_with_that_reason()
    {
        using var refusing = LoopbackServer.Refusing(out var port);
        var result = await For(new Uri($"http://127.0.0.1:{port}/")).TryAsync();
        Assert.Equal((Outcome.Fail, $"connecting to 127.0.0.1:{port}: connection refused"), Both(result));
    }

    [Fact]
    public async Task A_reset_fails_and_says_how_far_it_came()
    {
        await using var atOnce = LoopbackServer.Start(visit =>
        {
            visit.Reset();
            return Task.CompletedTask;
        });
        var early = await For(atOnce.Url()).TryAsync();
        Assert.Equal(Outcome.Fail, early.Outcome);
        Assert.Contains("connection reset", early.Evidence, StringComparison.Ordinal);

        await using var inBody = LoopbackServer.Start(async visit =>
        {
            await visit.ReadRequestAsync();
            await visit.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
            visit.Reset();
        });
        // The reset may overtake the bytes before it.
        var late = await For(inBody.Url()).TryAsync();
        Assert.Equal(Outcome.Fail, late.Outcome);
        Assert.EndsWith("connection reset", late.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_not_taken_for_a_broken_resolver()
    {
        var result = await For(new Uri("http://no-such-host.invalid/")).TryAsync();
        // Without any resolver, getaddrinfo cannot tell, and neither can the probe.
        Assert.True(
            Both(result) is (Outcome.Fail, "looking up no-such-host.invalid: the name does not exist") || result.Outcome == Outcome.Inconclusive,
            result.ToString());
        Assert.StartsWith("looking up no-such-host.invalid: ", result.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SocketError.TooManyOpenSockets)]
    [InlineData(SocketError.AddressNotAvailable)]
    [InlineData(SocketError.NetworkDown)]
    [InlineData(SocketError.NetworkUnreachable)]
    [InlineData(SocketError.AccessDenied)]
    [InlineData(SocketError.NoBufferSpaceAvailable)]
    [InlineData(SocketError.TryAgain)]
    [InlineData(SocketError.Fault)]
    public void What_this_machine_could_not_do_is_inconclusive(SocketError error) => Assert.Equal(Outcome.Inconclusive, Blame.For(error, "connecting").Outcome);

    [Fact]
    public async Task IPv6_literals_are_probed()
    {
        if (!Socket.OSSupportsIPv6)
            Assert.Skip("this machine has no IPv6");
        await using var server = LoopbackServer.Answering(Ok, IPAddress.IPv6Loopback);
        Assert.Equal((Outcome.Pass, "status 200"), Both(await For(new Uri($"http://[::1]:{server.Port}/")).TryAsync()));
        Assert.Contains($"\r\nHost: [::1]:{server.Port}\r\n", server.Requests.First(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Localhost_is_tried_on_both_loopback_addresses()
    {
        if (!Socket.OSSupportsIPv6)
            Assert.Skip("this machine has no IPv6");
        await using var server = LoopbackServer.Answering(Ok, IPAddress.IPv6Loopback);
        Assert.Equal((Outcome.Pass, "status 200"), Both(await For(new Uri($"http://localhost:{server.Port}/")).TryAsync()));
    }

    [Fact]
    public async Task An_address_that_does_not_answer_leaves_time_for_the_next()
    {
        if (!Socket.OSSupportsIPv6)
            Assert.Skip("this machine has no IPv6");
        await using var server = LoopbackServer.Answering(Ok, IPAddress.IPv6Loopback);
        // With its queue full, the kernel drops every further SYN to this one.
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, server.Port));
        full.Listen(0);
        using var filler = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await filler.ConnectAsync(IPAddress.Loopback, server.Port, TestContext.Current.CancellationToken);
        var result = await For(new Uri($"http://localhost:{server.Port}/")).TryAsync(TimeSpan.FromSeconds(6));
        Assert.Equal((Outcome.Pass, "status 200"), Both(result));
        var hanging = await For(new Uri($"http://127.0.0.1:{server.Port}/")).TryAsync(Attempts.Short);
        Assert.Equal((Outcome.Fail, $"connecting to 127.0.0.1:{server.Port}: no answer within 300ms"), Both(hanging));
    }

    [Fact]
    public async Task The_body_is_searched()
    {
        await using var server = LoopbackServer.Answering("HTTP/1.1 200 OK\r\n\r\n" + new string('.', 60_000) + "state: ready");
        HttpProbe With(string? contains = null, string? matches = null) => new(new HttpProbe.Options
        {
            Url = server.Url(),
            Contains = contains,
            Matches = matches is null ? null : new Regex(matches),
        });
        Assert.Equal(Outcome.Pass, (await With(contains: "ready").TryAsync()).Outcome);
        Assert.Equal(Outcome.Pass, (await With(matches: "state: (ready|warm)").TryAsync()).Outcome);
        Assert.StartsWith("status 200, but the body does not contain the text: '...", (await With(contains: "warm").TryAsync()).Evidence, StringComparison.Ordinal);
        Assert.StartsWith("status 200, but the body does not match", (await With(matches: "^ready").TryAsync()).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirects_are_followed_only_when_asked_and_not_for_ever()
    {
        await using var server = LoopbackServer.Start(async visit =>
        {
            var request = await visit.ReadRequestAsync();
            await visit.WriteAsync(request.StartsWith("GET /a ", StringComparison.Ordinal) ? "HTTP/1.1 302 Found\r\nLocation: b\r\n\r\n"
                : request.StartsWith("GET /b ", StringComparison.Ordinal) ? Ok
                : "HTTP/1.1 301 Moved\r\nLocation: /loop\r\n\r\n");
        });
        HttpProbe Following(string path) => new(new HttpProbe.Options { Url = server.Url(path), Follow = true });
        Assert.Equal("status 302", (await For(server.Url("/a")).TryAsync()).Evidence);
        Assert.Equal("status 200", (await Following("/a").TryAsync()).Evidence);
        Assert.Equal((Outcome.Fail, "more than 10 redirects"), Both(await Following("/loop").TryAsync()));
    }

    [Fact]
    public async Task Secrets_are_not_carried_to_another_origin()
    {
        await using var other = LoopbackServer.Answering(Ok);
        await using var first = LoopbackServer.Answering($"HTTP/1.1 307 Temporary\r\nLocation: {other.Url("/there")}\r\n\r\n");
        var probe = new HttpProbe(new HttpProbe.Options
        {
            Url = first.Url(),
            Method = "POST",
            Body = "secret body",
            Follow = true,
            Headers = new Dictionary<string, string> { ["Authorization"] = "Bearer secret" },
        });
        Assert.Equal("status 200", (await probe.TryAsync()).Evidence);
        Assert.Contains("secret", first.Requests.Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", other.Requests.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_goes_to_the_address_that_is_given()
    {
        await using var server = LoopbackServer.Answering(Ok);
        var probe = new HttpProbe(new HttpProbe.Options
        {
            Url = new Uri("http://no-such-host.invalid/"),
            ConnectTo = Endpoint.TryParse($"127.0.0.1:{server.Port}"),
        });
        Assert.Equal("status 200", (await probe.TryAsync()).Evidence);
        Assert.Contains("\r\nHost: no-such-host.invalid\r\n", "\r\n" + server.Requests.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_answer_to_HEAD_has_no_body_whatever_it_says()
    {
        await using var server = LoopbackServer.Start(async visit =>
        {
            await visit.ReadRequestAsync();
            await visit.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
            await visit.HangAsync();
        });
        var probe = new HttpProbe(new HttpProbe.Options { Url = server.Url(), Method = "HEAD" });
        Assert.Equal("status 200", (await probe.TryAsync()).Evidence);
    }

    [Fact]
    public async Task No_local_port_is_left_waiting()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("reads /proc/net/tcp");
        await using var server = LoopbackServer.Start(async visit =>
        {
            await visit.ReadRequestAsync();
            await visit.WriteAsync(Ok);
            await visit.HangAsync();
        });
        for (var i = 0; i < 50; i++)
            Assert.Equal(Outcome.Pass, (await For(server.Url()).TryAsync()).Outcome);
        // "06" is TIME_WAIT; the remote address is the server's.
        var remote = $"0100007F:{server.Port:X4} 06";
        Assert.DoesNotContain(File.ReadLines("/proc/net/tcp"), line => line.Contains(remote, StringComparison.Ordinal));
    }

    [Fact]
    public void Statuses_are_read_as_single_ones_families_and_ranges()
    {
        var set = StatusSet.Parse(["200, 204", "3xx", "500-502"]);
        Assert.Equal([200, 204, .. Enumerable.Range(300, 100), 500, 501, 502], Enumerable.Range(0, 1000).Where(set.Contains));
        foreach (var wrong in (string[])["", "20", "abc", "300-200", "2xy", "1-2-3", "99", "1000"])
        {
            if (wrong is not "")
                Assert.Equal("status", Assert.Throws<SettingsException>(() => StatusSet.Parse([wrong])).Key);
        }
    }

    [Theory]
    [InlineData("Bad Name", "x")]
    [InlineData("X", "a\r\nInjected: b")]
    [InlineData("Content-Length", "5")]
    public void Headers_that_cannot_be_sent_are_refused(string name, string value) =>
        Assert.Equal("headers", Assert.Throws<SettingsException>(() => new HttpProbe(new HttpProbe.Options
        {
            Url = new Uri("http://127.0.0.1/"),
            Headers = new Dictionary<string, string> { [name] = value },
        })).Key);

    private static (Outcome, string) Both(ProbeResult result) => (result.Outcome, result.Evidence);
}
