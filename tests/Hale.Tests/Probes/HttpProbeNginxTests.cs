using Hale.Core.Model;
using Hale.Testing.Servers;
using Xunit;

namespace Hale.Tests.Probes;

/// <summary>The http probe against a real nginx, from what a person writes.</summary>
public sealed class HttpProbeNginxTests(NginxFixture fixture) : IClassFixture<NginxFixture>
{
    private readonly Nginx nginx = fixture.Nginx;

    [Theory]
    [InlineData("url: /, status: 200, contains: works", Outcome.Pass, "status 200")]
    [InlineData("url: /, matches: '^It works, \\w+ nginx'", Outcome.Pass, "status 200")]
    [InlineData("url: /, contains: broken", Outcome.Fail, "status 200, but the body does not contain the text: 'It works, says nginx.'")]
    [InlineData("url: /down", Outcome.Fail, "status 503: 'the database is gone'")]
    [InlineData("url: /down, status: 5xx", Outcome.Pass, "status 503")]
    [InlineData("url: /old, status: 200", Outcome.Fail, "status 301")]
    [InlineData("url: /old, status: 200, follow: true, json: status", Outcome.Pass, "status 200")]
    [InlineData("url: /health, json: status == ok", Outcome.Pass, "status 200")]
    [InlineData("url: /health, json: ['status == ok', 'queue.length < 4', 'queue.length >= 3.0', 'workers[0].name != b', 'workers[-1].name == \"a\"']", Outcome.Pass, "status 200")]
    [InlineData("url: /health, json: ['status == ok', 'queue.length < 3']", Outcome.Fail, "status 200, but queue.length is '3', which is not < 3")]
    [InlineData("url: /health, json: 'status > 3'", Outcome.Fail, "status 200, but status is 'ok', which is not > 3")]
    [InlineData("url: /health, json: 'uptime'", Outcome.Fail, "status 200, but the document has no value at uptime")]
    [InlineData("url: /, json: status", Outcome.Fail, "status 200, but the body is not a JSON document: 'It works, says nginx.'")]
    [InlineData("url: /private", Outcome.Fail, "status 401")]
    [InlineData("url: /private, user: watcher, password: let me in, contains: welcome watcher", Outcome.Pass, "status 200")]
    [InlineData("url: /echo, bearer: abc, method: put, body: hi, headers: { X-Test: '7' }, contains: PUT 7 Bearer abc HTTP/1.1", Outcome.Pass, "status 200")]
    public async Task Plain_HTTP(string settings, Outcome outcome, string evidence)
    {
        var result = await KindTry.TryAsync($"http: {{ {settings.Replace("url: /", $"url: http://127.0.0.1:{nginx.Plain}/", StringComparison.Ordinal)} }}");
        Assert.Equal(outcome, result.Outcome);
        Assert.StartsWith(evidence, result.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", Outcome.Fail, "the certificate is not trusted: its issuer 'CN=Hale test authority' was neither sent by the server nor is it known here")]
    [InlineData("tls_verify: false", Outcome.Pass, "status 200")]
    [InlineData("tls_ca: CA, contains: HTTP/1.1 TLSv1.3 localhost", Outcome.Pass, "status 200")]
    [InlineData("tls_ca: CA, tls_min: tls1.3", Outcome.Pass, "status 200")]
    [InlineData("tls_ca: CA, version: 2, contains: HTTP/2.0 TLSv1.3 localhost", Outcome.Pass, "status 200")]
    [InlineData("tls_ca: CA, version: 2, method: POST, body: hi, bearer: abc, headers: { X-Test: '7', Content-Type: text/plain }, contains: POST 7 Bearer abc", Outcome.Pass, "status 200")]
    [InlineData("version: 2", Outcome.Fail, "the certificate is not trusted: its issuer 'CN=Hale test authority' was neither sent by the server nor is it known here")]
    [InlineData("tls_ca: CA, tls_name: other.example", Outcome.Fail, "the certificate is not for other.example but for 'localhost', '127.0.0.1'")]
    public async Task TLS(string settings, Outcome outcome, string evidence)
    {
        var result = await KindTry.TryAsync($"http: {{ url: 'https://localhost:{nginx.Secure}/', {settings.Replace("tls_ca: CA", $"tls_ca: {nginx.Authority}", StringComparison.Ordinal)} }}");
        Assert.Equal(outcome, result.Outcome);
        Assert.Contains(evidence, result.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("version: 1.1, timing: true")]
    [InlineData("version: 2, timing: true")]
    public async Task Each_phase_is_measured_and_they_add_up(string settings)
    {
        var result = await KindTry.TryAsync($"http: {{ url: 'https://localhost:{nginx.Secure}/', tls_ca: {nginx.Authority}, {settings} }}");
        Assert.Equal(Outcome.Pass, result.Outcome);
        Assert.Equal(["latency", "dns", "connect", "tls", "first_byte", "certificate"], result.Measurements.Select(each => each.Name));
        Assert.All(["connect", "tls", "first_byte"], name => Assert.True(result.Value(name) > 0, name));
        Assert.InRange(result.Value("first_byte"), result.Value("dns") + result.Value("connect") + result.Value("tls"), result.Value("latency"));
        Assert.InRange(result.Value("certificate") / 86400, 59, 60);
    }

    [Fact]
    public async Task A_certificate_is_shown_to_a_server_that_asks_for_one()
    {
        var url = $"url: 'https://127.0.0.1:{nginx.Mutual}/', tls_ca: {nginx.Authority}";
        var without = await KindTry.TryAsync($"http: {{ {url} }}");
        Assert.Equal(Outcome.Fail, without.Outcome);
        Assert.Contains("No required SSL certificate was sent", without.Evidence, StringComparison.Ordinal);
        var with = await KindTry.TryAsync($"http: {{ {url}, tls_cert: {nginx.ClientCertificate}, tls_key: {nginx.ClientKey}, contains: TLSv1.2 CN=client }}");
        Assert.Equal((Outcome.Pass, "status 200"), (with.Outcome, with.Evidence));
    }

    [Fact]
    public async Task A_server_that_speaks_only_older_versions_of_TLS_fails_with_that_reason()
    {
        var result = await KindTry.TryAsync($"http: {{ url: 'https://127.0.0.1:{nginx.Mutual}/', tls_verify: false, tls_min: tls1.3 }}");
        Assert.Equal(Outcome.Fail, result.Outcome);
        Assert.Contains("the server speaks no version of TLS that is good enough here (TLS 1.3 or newer)", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HTTP_2_needs_no_TLS_where_the_server_knows_beforehand()
    {
        var good = await KindTry.TryAsync($"http: {{ url: 'http://127.0.0.1:{nginx.PlainHttp2}/', version: 2, contains: HTTP/2.0 }}");
        Assert.Equal((Outcome.Pass, "status 200"), (good.Outcome, good.Evidence));
        var bad = await KindTry.TryAsync($"http: {{ url: 'http://127.0.0.1:{nginx.Plain}/', version: 2 }}");
        Assert.Equal(Outcome.Fail, bad.Outcome);
    }

    [Fact]
    public async Task A_server_that_does_not_offer_HTTP_2_within_TLS_fails_with_that_reason()
    {
        var result = await KindTry.TryAsync($"http: {{ url: 'https://127.0.0.1:{nginx.Mutual}/', tls_verify: false, version: 2 }}");
        Assert.Equal((Outcome.Fail, $"TLS with 127.0.0.1:{nginx.Mutual}: the server does not offer HTTP/2"), (result.Outcome, result.Evidence));
    }

    [Fact]
    public async Task A_file_of_our_own_that_cannot_be_read_is_no_evidence()
    {
        var result = await KindTry.TryAsync($"http: {{ url: 'https://127.0.0.1:{nginx.Secure}/', tls_ca: /no/such/file.pem }}");
        Assert.Equal(Outcome.Inconclusive, result.Outcome);
        Assert.Contains("/no/such/file.pem", result.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tls_cert: /a", "needs tls_key beside it")]
    [InlineData("password: x", "needs user beside it")]
    [InlineData("bearer: x, user: y", "write one of them")]
    [InlineData("bearer: x, headers: { authorization: y }", "one of them is enough")]
    [InlineData("json: 'a..b == 3'", "'a..b == 3' is not a condition")]
    [InlineData("json: 'a < b'", "'a < b' is not a condition")]
    [InlineData("tls_min: 1.3", "is not one of tls1.2, tls1.3")]
    public void What_does_not_go_together_is_refused(string settings, string error) =>
        Assert.Contains(error, KindTry.Error($"http: {{ url: 'http://localhost/', {settings} }}"), StringComparison.Ordinal);
}
