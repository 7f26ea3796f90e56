using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hale.Containers;

namespace Hale.SystemTests.Containers;

/// <summary>An engine over TCP and TLS with certificates on both sides: Docker behind a door that does what its own <c>--tlsverify</c> does.</summary>
[Collection(nameof(DockerEngine))]
public sealed class EngineTlsTests(DockerEngine engine)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_shows_the_right_certificate_is_let_in_and_who_does_not_is_told()
    {
        engine.Require();
        var folder = Directory.CreateDirectory(Path.Combine(engine.Folder, engine.Unique("tls"))).FullName;
        using var authority = Authority("CN=engine authority");
        using var stranger = Authority("CN=another authority");
        using var own = Issue(authority, "CN=127.0.0.1", folder, "server");
        using var _ = Issue(authority, "CN=hale", folder, "cert");
        File.Move(Path.Combine(folder, "cert.key"), Path.Combine(folder, "key.pem"));
        await File.WriteAllTextAsync(Path.Combine(folder, "ca.pem"), authority.ExportCertificatePem(), Cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "other.pem"), stranger.ExportCertificatePem(), Cancel);
        await using var door = new TlsDoor(own, authority, Path.Combine(engine.Folder, "engine.sock"));
        var right = EngineTls.In(folder);

        using var good = At(door, right);
        var version = await good.VersionAsync(Cancel);
        using var distrusting = At(door, right with { Authority = Path.Combine(folder, "other.pem") });
        var distrusted = await Assert.ThrowsAsync<ContainerEngineException>(() => distrusting.VersionAsync(Cancel));
        using var anonymous = At(door, right with { Certificate = null, Key = null });
        var turnedAway = await Assert.ThrowsAsync<ContainerEngineException>(() => anonymous.VersionAsync(Cancel));
        using var lacking = At(door, EngineTls.In("/no/such/folder"));
        var unreadable = await Assert.ThrowsAsync<ContainerEngineException>(() => lacking.VersionAsync(Cancel));

        Assert.Equal((await engine.Api.VersionAsync(Cancel)).Version, version.Version);
        Assert.Equal(EngineTrouble.NotAllowed, distrusted.Trouble);
        Assert.Contains("certificate", distrusted.Said, StringComparison.Ordinal);
        Assert.True(turnedAway.IsOfTheEngine, turnedAway.Message);
        Assert.Equal(EngineTrouble.NotAllowed, unreadable.Trouble);
        Assert.Contains("/no/such/folder/ca.pem", unreadable.Message, StringComparison.Ordinal);
    }

    private static ContainerEngine At(TlsDoor door, EngineTls tls) => new(EngineAddress.Parse($"tcp://127.0.0.1:{door.Port}", tls));

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    /// <summary>A certificate, also as <c>NAME.pem</c> and <c>NAME.key</c>.</summary>
    private static X509Certificate2 Issue(X509Certificate2 authority, string name, string folder, string file)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(12), RandomNumberGenerator.GetBytes(8));
        using var whole = issued.CopyWithPrivateKey(key);
        File.WriteAllText(Path.Combine(folder, $"{file}.pem"), whole.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, $"{file}.key"), key.ExportPkcs8PrivateKeyPem());
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>Takes TLS with a certificate of the authority, and passes on what comes to a socket.</summary>
    private sealed class TlsDoor : IAsyncDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource stop = new();
        private readonly List<Task> visits = [];
        private readonly Task accepting;

        public TlsDoor(X509Certificate2 own, X509Certificate2 authority, string target)
        {
            listener.Start();
            accepting = AcceptAsync(own, authority, target);
        }

        public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await accepting;
            await Task.WhenAll(visits);
            listener.Dispose();
            stop.Dispose();
        }

        private async Task AcceptAsync(X509Certificate2 own, X509Certificate2 authority, string target)
        {
            try
            {
                while (true)
                    visits.Add(ServeAsync(await listener.AcceptSocketAsync(stop.Token), own, authority, target));
            }
            catch (OperationCanceledException)
            {
                // The test is over.
            }
        }

        private async Task ServeAsync(Socket socket, X509Certificate2 own, X509Certificate2 authority, string target)
        {
            try
            {
                await using var near = new SslStream(new NetworkStream(socket, ownsSocket: true));
                var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
                policy.CustomTrustStore.Add(authority);
                await near.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = own, ClientCertificateRequired = true, CertificateChainPolicy = policy }, stop.Token);
                using var far = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await far.ConnectAsync(new UnixDomainSocketEndPoint(target), stop.Token);
                await using var engine = new NetworkStream(far);
                await Task.WhenAny(near.CopyToAsync(engine, stop.Token), engine.CopyToAsync(near, stop.Token));
            }
            catch (Exception over) when (over is OperationCanceledException or IOException or SocketException or System.Security.Authentication.AuthenticationException)
            {
                // Turned away, or the test is over.
            }
        }
    }
}
