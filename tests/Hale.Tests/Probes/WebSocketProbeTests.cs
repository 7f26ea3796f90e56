using Hale.Core.Model;
using Hale.Testing;
using Hale.Testing.Servers;
using Xunit;

namespace Hale.Tests.Probes;

/// <summary>The websocket probe against the WebSockets of ASP.NET Core.</summary>
public sealed class WebSocketProbeTests : IAsyncLifetime
{
    private KestrelServer server = null!;

    public async ValueTask InitializeAsync() => server = await WebSocketServer.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData("/echo", "", Outcome.Pass, "open")]
    [InlineData("/echo", "send: ping, expect: ping", Outcome.Pass, "open, and the answer is as expected")]
    [InlineData("/hello", "expect: hello Bearer abc, bearer: abc", Outcome.Pass, "open, and the answer is as expected")]
    [InlineData("/echo", "protocol: chat", Outcome.Pass, "open")]
    [InlineData("/close", "expect: ping", Outcome.Fail, "open, but what is expected did not come before the server closed (1008 'go away'); the answer was empty")]
    [InlineData("/flood", "expect: ping", Outcome.Fail, "open, but what is expected did not come within 64 KiB; the answer was 'xxx")]
    [InlineData("/plain", "", Outcome.Fail, "status 200 instead of a WebSocket")]
    [InlineData("/nowhere", "", Outcome.Fail, "status 404 instead of a WebSocket")]
    public async Task What_comes_is_what_is_said(string path, string settings, Outcome outcome, string evidence)
    {
        var result = await KindTry.TryAsync($"websocket: {{ url: 'ws://127.0.0.1:{server.Port}{path}', {settings} }}");
        Assert.Equal(outcome, result.Outcome);
        Assert.StartsWith(evidence, result.Evidence, StringComparison.Ordinal);
        if (outcome == Outcome.Pass)
            Assert.InRange(result.Value("latency"), 0, Attempts.Long.TotalSeconds);
    }

    [Fact]
    public async Task A_protocol_that_the_server_does_not_agree_to_fails()
    {
        var result = await KindTry.TryAsync($"websocket: {{ url: 'ws://127.0.0.1:{server.Port}/echo', protocol: other }}");
        Assert.Equal(Outcome.Fail, result.Outcome);
    }

    [Fact]
    public async Task Silence_fails_at_the_time_out()
    {
        var result = await KindTry.TryAsync($"websocket: {{ url: 'ws://127.0.0.1:{server.Port}/silent', expect: ping }}", TimeSpan.FromSeconds(4));
        Assert.Equal((Outcome.Fail, $"connected to 127.0.0.1:{server.Port}, but no answer within 4s"), (result.Outcome, result.Evidence));
    }

    [Fact]
    public async Task A_connection_that_breaks_or_is_refused_fails()
    {
        await using var breaking = LoopbackServer.Start(async visit =>
        {
            await visit.ReadRequestAsync();
            visit.Reset();
        });
        var broken = await KindTry.TryAsync($"websocket: ws://127.0.0.1:{breaking.Port}/");
        Assert.Equal(Outcome.Fail, broken.Outcome);
        Assert.Equal(1, breaking.Connections);
        using var refusing = LoopbackServer.Refusing(out var port);
        var refused = await KindTry.TryAsync($"websocket: ws://127.0.0.1:{port}/");
        Assert.Equal((Outcome.Fail, $"connecting to 127.0.0.1:{port}: connection refused"), (refused.Outcome, refused.Evidence));
    }

    [Fact]
    public async Task It_works_within_TLS()
    {
        using var folder = new Scratch();
        using var certificates = new TestCertificates(folder.Path);
        await using var secure = await WebSocketServer.StartAsync(certificates.Sign("server"));
        var url = $"url: 'wss://localhost:{secure.Port}/echo', send: ping, expect: ping";
        Assert.Equal(Outcome.Pass, (await KindTry.TryAsync($"websocket: {{ {url}, tls_ca: {certificates.Authority} }}")).Outcome);
        var untrusted = await KindTry.TryAsync($"websocket: {{ {url} }}");
        Assert.Equal(Outcome.Fail, untrusted.Outcome);
        Assert.Contains("the certificate is not trusted", untrusted.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("websocket: http://localhost/", "'http://localhost/' is not ws://HOST/PATH or wss://HOST/PATH")]
    [InlineData("websocket: { url: 'ws://localhost/', headers: { Upgrade: x } }", "Upgrade is set by Hale itself")]
    [InlineData("websocket: { url: 'ws://localhost/', headers: { 'a b': x } }", "'a b' is not a header name")]
    public void What_makes_no_sense_is_refused(string check, string error) => Assert.Contains(error, KindTry.Error(check), StringComparison.Ordinal);
}
