using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Probes.Http;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Probes;

public class HttpsProbeTests
{
    private static X509Certificate2 Certificate(string name, DateTimeOffset ends)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(ends.AddDays(-90), ends);
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }

    private static LoopbackServer Serve(X509Certificate2 certificate) => LoopbackServer.Start(async visit =>
    {
        await using var tls = new SslStream(new NetworkStream(visit.Socket));
        try
        {
            await tls.AuthenticateAsServerAsync(certificate);
            _ = await tls.ReadAsync(new byte[4096], visit.Stop);
            await tls.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray(), visit.Stop);
            await visit.HangAsync();
        }
        catch (Exception error) when (error is IOException or System.Security.Authentication.AuthenticationException)
        {
            // The probe did not like the certificate.
        }
    });

    private static HttpProbe For(LoopbackServer server, bool verify, string host = "localhost") =>
        new(new HttpProbe.Options { Url = new Uri($"https://{host}:{server.Port}/"), Tls = verify ? TlsSettings.Default : TlsSettings.Unverified, Timing = true, ConnectTo = new Endpoint("127.0.0.1", server.Port) });

    [Fact]
    public async Task TLS_is_spoken_and_the_end_of_the_certificate_is_measured()
    {
        using var certificate = Certificate("localhost", DateTimeOffset.UtcNow.AddDays(30));
        await using var server = Serve(certificate);
        var result = await For(server, verify: false).TryAsync();
        Assert.Equal((Outcome.Pass, "status 200"), (result.Outcome, result.Evidence));
        Assert.Equal(["latency", "dns", "connect", "tls", "first_byte", "certificate"], result.Measurements.Select(m => m.Name));
        Assert.InRange(result.Measurements[^1].Value / 86400, 29, 30);
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts_fails_with_that_reason()
    {
        using var certificate = Certificate("localhost", DateTimeOffset.UtcNow.AddDays(30));
        await using var server = Serve(certificate);
        var result = await For(server, verify: true).TryAsync();
        Assert.Equal(Outcome.Fail, result.Outcome);
        Assert.Contains("the certificate is not trusted", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_certificate_fails_with_its_date()
    {
        using var certificate = Certificate("localhost", new DateTimeOffset(2024, 5, 6, 12, 0, 0, TimeSpan.Zero));
        await using var server = Serve(certificate);
        Assert.Contains("the certificate expired on 2024-05-06", (await For(server, verify: true).TryAsync()).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_for_another_name_fails_with_both_names()
    {
        using var certificate = Certificate("other.example", DateTimeOffset.UtcNow.AddDays(30));
        await using var server = Serve(certificate);
        Assert.Contains("the certificate is not for localhost but for 'other.example'", (await For(server, verify: true).TryAsync()).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_speak_TLS_fails()
    {
        await using var server = LoopbackServer.Start(visit => visit.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"));
        var result = await For(server, verify: true).TryAsync();
        Assert.Equal(Outcome.Fail, result.Outcome);
        Assert.Contains($"TLS with 127.0.0.1:{server.Port}", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handshake_that_hangs_fails_at_the_time_out()
    {
        await using var server = LoopbackServer.Start(visit => visit.HangAsync());
        var result = await For(server, verify: true).TryAsync(Attempts.Short);
        Assert.Equal((Outcome.Fail, $"connected to 127.0.0.1:{server.Port}, but the TLS handshake did not end within 300ms"), (result.Outcome, result.Evidence));
    }
}
