using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hale.Containers;

/// <summary>Connects to an engine.</summary>
internal sealed class EngineDialer(EngineAddress address, TimeProvider time)
{
    private const string NotRunning = "is the engine running? systemctl start docker, or systemctl start podman.socket; DOCKER_HOST names another";

    public async ValueTask<Stream> ConnectAsync(CancellationToken cancel)
    {
        var socket = address.SocketPath is not null
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            if (address.SocketPath is not null)
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(address.SocketPath), cancel);
            else
                await socket.ConnectAsync(address.Host!, address.Port, cancel);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (address.Tls is { } tls)
                stream = await SecureAsync(stream, tls, cancel);
            var connected = stream;
            stream = null;
            return connected;
        }
        catch (SocketException refused)
        {
            throw Told(refused);
        }
        catch (Exception refused) when (refused is AuthenticationException or CryptographicException or UnauthorizedAccessException or ArgumentException || (refused is IOException && address.Tls is not null))
        {
            throw new EngineDialException(EngineTrouble.NotAllowed, $"no TLS with it: {refused.Message.ReplaceLineEndings(" ")}", "look at ca.pem, cert.pem and key.pem of the engine", refused);
        }
        finally
        {
            if (stream is not null)
                await stream.DisposeAsync();
            else if (!socket.Connected)
                socket.Dispose();
        }
    }

    private EngineDialException Told(SocketException refused) => (address.SocketPath, refused.SocketErrorCode) switch
    {
        ({ } path, _) when !Path.Exists(path) => new(EngineTrouble.Unreachable, "there is no such socket", NotRunning, refused),
        ({ }, SocketError.AccessDenied) => new(EngineTrouble.NotAllowed, "this user may not use the socket", "run Hale as root or as a member of the socket's group: usermod -aG docker USER", refused),
        ({ }, SocketError.ConnectionRefused) => new(EngineTrouble.Unreachable, "nobody listens at the socket", NotRunning, refused),
        (null, SocketError.ConnectionRefused) => new(EngineTrouble.Unreachable, "nobody listens there", "is the engine running, and does it listen on TCP?", refused),
        _ => new(EngineTrouble.Unreachable, refused.Message, null, refused),
    };

    private async Task<SslStream> SecureAsync(Stream plain, EngineTls tls, CancellationToken cancel)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = time.GetLocalNow().DateTime,
        };
        policy.CustomTrustStore.ImportFromPemFile(tls.Authority);
        var secure = new SslStream(plain);
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = address.Host,
            CertificateChainPolicy = policy,
            ClientCertificateContext = tls is { Certificate: { } certificate, Key: { } key }
                ? SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(certificate, key), additionalCertificates: null, offline: true)
                : null,
        }, cancel);
        return secure;
    }
}

/// <summary>Why no connection came about; it reaches the caller as the cause of what the HTTP client says.</summary>
internal sealed class EngineDialException(EngineTrouble trouble, string said, string? advice, Exception cause) : IOException(said, cause)
{
    public EngineTrouble Trouble => trouble;

    public string? Advice => advice;
}
