using Hale.Core.Model;
using Hale.Testing;
using Hale.Testing.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;
using HttpProtocols = Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols;

namespace Hale.Tests.Probes;

/// <summary>The http probe in HTTP/2, against Kestrel and against what only looks like a server.</summary>
public sealed class Http2ProbeTests : IAsyncLifetime
{
    private KestrelServer server = null!;

    public async ValueTask InitializeAsync() => server = await KestrelServer.StartAsync(HttpProtocols.Http2, _ => { }, app =>
    {
        app.MapGet("/", () => "ok");
        app.MapGet("/a", () => Results.Redirect("/b"));
        app.MapGet("/b", () => Results.Redirect("/"));
        app.MapGet("/loop", () => Results.Redirect("/loop"));
        app.MapGet("/big", () => Results.Text(new string('x', 3 << 20)));
        app.MapGet("/abort", (HttpContext context) => context.Abort());
        app.MapGet("/hang", (HttpContext context) => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted));
        app.MapGet("/half", async (HttpContext context) =>
        {
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        });
    });

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private Task<ProbeResult> TryAsync(string path, string settings = "", TimeSpan? timeout = null) =>
        KindTry.TryAsync($"http: {{ url: 'http://127.0.0.1:{server.Port}{path}', version: 2{settings} }}", timeout);

    [Theory]
    [InlineData("/", "", Outcome.Pass, "status 200")]
    [InlineData("/", ", method: HEAD", Outcome.Fail, "status 405")]
    [InlineData("/a", "", Outcome.Pass, "status 302")]
    [InlineData("/a", ", follow: true, contains: ok", Outcome.Pass, "status 200")]
    [InlineData("/a", ", follow: true, max_redirects: 1", Outcome.Fail, "more than 1 redirects")]
    [InlineData("/loop", ", follow: true", Outcome.Fail, "more than 10 redirects")]
    [InlineData("/big", "", Outcome.Pass, "status 200")]
    [InlineData("/big", ", max_body: 10KB, matches: '^x+$'", Outcome.Pass, "status 200")]
    [InlineData("/big", ", max_body: 4MB, json: a", Outcome.Inconclusive, "status 200, but the document is larger than what is read of it (1MB)")]
    [InlineData("/nowhere", "", Outcome.Fail, "status 404")]
    public async Task Answers_are_judged_as_those_of_HTTP_1(string path, string settings, Outcome outcome, string evidence)
    {
        var result = await TryAsync(path, settings);
        Assert.Equal((outcome, evidence), (result.Outcome, result.Evidence));
    }

    [Fact]
    public async Task A_stream_that_breaks_off_fails()
    {
        var result = await TryAsync("/abort");
        Assert.Equal(Outcome.Fail, result.Outcome);
        Assert.StartsWith($"connected to 127.0.0.1:{server.Port}, waiting for the answer: ", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_hangs_fails_at_the_time_out_and_says_where()
    {
        var limit = TimeSpan.FromSeconds(4);
        Assert.Equal(ProbeResult.Fail($"connected to 127.0.0.1:{server.Port}, but no answer within 4s").Evidence, (await TryAsync("/hang", "", limit)).Evidence);
        Assert.Equal(ProbeResult.Fail($"127.0.0.1:{server.Port} answered, but the body did not end within 4s").Evidence, (await TryAsync("/half", "", limit)).Evidence);
    }

    [Fact]
    public async Task Nothing_is_tried_a_second_time()
    {
        await using var closing = LoopbackServer.Start(async visit => await visit.Socket.ReceiveAsync(new byte[1024], visit.Stop));
        var result = await KindTry.TryAsync($"http: {{ url: '{closing.Url()}', version: 2 }}");
        Assert.Equal(Outcome.Fail, result.Outcome);
        Assert.Equal(1, closing.Connections);
    }

    [Fact]
    public async Task A_server_of_HTTP_1_fails()
    {
        await using var old = LoopbackServer.Answering("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal(Outcome.Fail, (await KindTry.TryAsync($"http: {{ url: '{old.Url()}', version: 2 }}")).Outcome);
    }

    [Fact]
    public async Task Neither_name_nor_certificate_nor_secrets_are_carried_to_another_origin()
    {
        using var folder = new Scratch();
        await using var nginx = await Nginx.StartAsync(folder.Path);
        // The first server is the other one's neighbour: the redirect leads to the TLS server that asks for a certificate.
        await using var first = LoopbackServer.Answering($"HTTP/1.1 302 Found\r\nLocation: https://localhost:{nginx.Mutual}/\r\nContent-Length: 0\r\n\r\n");
        var result = await KindTry.TryAsync(
            $"http: {{ url: '{first.Url()}', follow: true, status: 400, bearer: secret, tls_ca: {nginx.Authority}, tls_name: other.example, tls_cert: {nginx.ClientCertificate}, tls_key: {nginx.ClientKey}, contains: No required SSL certificate was sent }}");
        Assert.Equal((Outcome.Pass, "status 400"), (result.Outcome, result.Evidence));
        Assert.Contains("secret", first.Requests.Single(), StringComparison.Ordinal);
    }
}
