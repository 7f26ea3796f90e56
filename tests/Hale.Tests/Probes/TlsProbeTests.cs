using Hale.Config;
using Hale.Core.Model;
using Hale.Testing;
using Hale.Testing.Servers;
using Hale.Tests.Config;
using Xunit;

namespace Hale.Tests.Probes;

/// <summary>The tls probe against the TLS of a real nginx and of <c>openssl s_server</c> with certificates of every sort.</summary>
public sealed class TlsProbeTests(NginxFixture fixture) : IClassFixture<NginxFixture>, IDisposable
{
    private readonly Scratch folder = new();

    public void Dispose() => folder.Dispose();

    private static (Outcome, string) Both(ProbeResult result) => (result.Outcome, result.Evidence);

    private async Task<ServerProcess> ServeAsync(int port, (string Certificate, string Key) files, params string[] more) =>
        await ServerProcess.StartAsync(folder.Path, port, "openssl", ["s_server", "-accept", $"127.0.0.1:{port}", "-cert", files.Certificate, "-key", files.Key, "-quiet", .. more]);

    [Fact]
    public async Task A_certificate_in_order_passes_and_is_measured()
    {
        var result = await KindTry.TryAsync($"tls: {{ address: 'localhost:{fixture.Nginx.Secure}', tls_ca: {fixture.Nginx.Authority} }}");
        Assert.Equal(Outcome.Pass, result.Outcome);
        Assert.Matches(@"^TLS 1\.3, the certificate is good until \d{4}-\d\d-\d\d \(59 days\)$", result.Evidence);
        Assert.Equal(["left", "chain_left", "latency"], result.Measurements.Select(each => each.Name));
        Assert.InRange(result.Value("left") / 86400, 59, 60);
        Assert.InRange(result.Value("chain_left"), 0, result.Value("left"));
    }

    [Fact]
    public void The_time_that_is_left_is_the_level_and_less_of_it_is_worse()
    {
        var loaded = new SpecLoader().LoadText("targets: { it: { checks: { it: { tls: example.org, warn: 21d, fail: 7d } } } }", "hale.yaml", "/", _ => null);
        Assert.Empty(loaded.Errors);
        Assert.Equal(new Levels("left", 21 * 86400, 7 * 86400, true), loaded.Plan!.World.Checks[0].Levels);
    }

    [Theory]
    [InlineData("http: { url: 'https://a/' }, measure: certificate, fail: 7d", 7 * 86400)]
    [InlineData("tls: a, measure: chain_left, fail: 2w", null)]
    [InlineData("tls: a, measure: chain_left, fail: 14d", 14 * 86400)]
    public void A_single_level_has_the_direction_of_its_measurement(string check, int? fail)
    {
        var loaded = new SpecLoader().LoadText($"targets: {{ it: {{ checks: {{ it: {{ {check} }} }} }} }}", "hale.yaml", "/", _ => null);
        if (fail is null)
            Assert.Contains("is not a duration", loaded.Errors.Single().ToString(), StringComparison.Ordinal);
        else
            Assert.Equal((fail, true), ((int?)loaded.Plan!.World.Checks[0].Levels!.Fail, loaded.Plan.World.Checks[0].Levels!.Below));
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_a_certificate_is_named()
    {
        using var certificates = new TestCertificates(folder.Path);
        var ended = new DateTimeOffset(2024, 5, 6, 12, 0, 0, TimeSpan.Zero);
        var begins = new DateTimeOffset(DateTimeOffset.UtcNow.Year + 1, 2, 3, 12, 0, 0, TimeSpan.Zero);
        (string What, (string, string) Files, string Trust, string Evidence)[] cases =
        [
            ("expired", certificates.Sign("expired", ended.AddDays(-90), ended), $", tls_ca: {certificates.Authority}", "the certificate expired on 2024-05-06"),
            ("early", certificates.Sign("early", begins, begins.AddDays(90)), $", tls_ca: {certificates.Authority}", $"the certificate is valid only from {begins.Year}-02-03"),
            ("name", certificates.Sign("name", null, null, "a.example", "*.b.example"), $", tls_ca: {certificates.Authority}", "the certificate is not for localhost but for 'a.example', '*.b.example'"),
            ("self", certificates.SelfSigned("self"), "", "the certificate is not trusted: it is self-signed"),
            ("issuer", certificates.Sign("issuer"), "", "the certificate is not trusted: its issuer 'CN=Hale test authority' was neither sent by the server nor is it known here"),
            ("both", certificates.Sign("both", ended.AddDays(-90), ended, "a.example"), $", tls_ca: {certificates.Authority}", "the certificate expired on 2024-05-06; the certificate is not for localhost but for 'a.example'"),
        ];
        foreach (var (what, files, trust, evidence) in cases)
        {
            var port = Ports.Free();
            await using var server = await ServeAsync(port, files);
            var result = await KindTry.TryAsync($"tls: {{ address: 'localhost:{port}'{trust} }}");
            Assert.Equal((what, Outcome.Fail, $"TLS with localhost:{port}: {evidence}"), (what, result.Outcome, result.Evidence));
            Assert.Contains(result.Measurements, each => each.Name == "left");
        }
    }

    [Fact]
    public async Task An_authority_that_the_server_sends_along_is_not_trusted_for_that()
    {
        using var certificates = new TestCertificates(folder.Path);
        var port = Ports.Free();
        await using var server = await ServeAsync(port, certificates.Sign("chain"), "-cert_chain", certificates.Authority);
        Assert.Equal(
            (Outcome.Fail, $"TLS with localhost:{port}: the certificate is not trusted: it comes from the unknown authority 'CN=Hale test authority'"),
            Both(await KindTry.TryAsync($"tls: 'localhost:{port}'")));
    }

    [Fact]
    public async Task A_name_of_its_own_can_be_asked_for()
    {
        using var certificates = new TestCertificates(folder.Path);
        var port = Ports.Free();
        await using var server = await ServeAsync(port, certificates.Sign("name", null, null, "a.example"));
        var result = await KindTry.TryAsync($"tls: {{ address: 'localhost:{port}', tls_name: a.example, tls_ca: {certificates.Authority} }}");
        Assert.Equal(Outcome.Pass, result.Outcome);
    }

    [Fact]
    public async Task An_older_version_than_wanted_fails_with_that_reason()
    {
        var result = await KindTry.TryAsync($"tls: {{ address: '127.0.0.1:{fixture.Nginx.Mutual}', tls_ca: {fixture.Nginx.Authority}, tls_min: tls1.3 }}");
        Assert.Equal((Outcome.Fail, $"TLS with 127.0.0.1:{fixture.Nginx.Mutual}: the server speaks no version of TLS that is good enough here (TLS 1.3 or newer)"), Both(result));
    }

    [Fact]
    public async Task A_server_without_TLS_and_one_that_hangs_fail()
    {
        var plain = await KindTry.TryAsync($"tls: 127.0.0.1:{fixture.Nginx.Plain}");
        Assert.Equal(Outcome.Fail, plain.Outcome);
        await using var server = LoopbackServer.Start(visit => visit.HangAsync());
        Assert.Equal(
            (Outcome.Fail, $"connected to 127.0.0.1:{server.Port}, but the TLS handshake did not end within 300ms"),
            Both(await KindTry.TryAsync($"tls: 127.0.0.1:{server.Port}", Attempts.Short)));
        using var refusing = LoopbackServer.Refusing(out var port);
        Assert.Equal((Outcome.Fail, $"connecting to 127.0.0.1:{port}: connection refused"), Both(await KindTry.TryAsync($"tls: 127.0.0.1:{port}")));
    }

    [Fact]
    public async Task TLS_is_asked_for_in_the_words_of_SMTP()
    {
        using var certificates = new TestCertificates(folder.Path);
        var (certificate, key) = certificates.Sign("mail");
        var port = Ports.Free();
        var script = Path.Combine(CorpusFiles.Repository, "tests/Hale.Testing/Servers/smtp_server.py");
        await using var mail = await ServerProcess.StartAsync(folder.Path, port, "/usr/bin/python3", script, $"{port}", "starttls", folder.Path, certificate, key);
        var good = await KindTry.TryAsync($"tls: {{ address: 'localhost:{port}', starttls: smtp, tls_ca: {certificates.Authority} }}");
        Assert.Equal(Outcome.Pass, good.Outcome);
        Assert.InRange(good.Value("left") / 86400, 59, 60);
        var untrusted = await KindTry.TryAsync($"tls: {{ address: 'localhost:{port}', starttls: smtp }}");
        Assert.Equal(Outcome.Fail, untrusted.Outcome);
        Assert.Contains("the certificate is not trusted", untrusted.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_server_that_will_not_speak_TLS_fails_with_its_words()
    {
        var unready = LoopbackServer.Start(async visit =>
        {
            await visit.WriteAsync("220 mail ready\r\n");
            await visit.Socket.ReceiveAsync(new byte[1024], visit.Stop);
            await visit.WriteAsync("250-mail\r\n250 SIZE 1000\r\n");
            await visit.Socket.ReceiveAsync(new byte[1024], visit.Stop);
            await visit.WriteAsync("454 TLS not available\r\n");
        });
        await using (unready)
        {
            var result = await KindTry.TryAsync($"tls: {{ address: '127.0.0.1:{unready.Port}', starttls: smtp }}");
            Assert.Equal((Outcome.Fail, "its answer to STARTTLS is '454 TLS not available', not 220"), Both(result));
        }
    }
}
