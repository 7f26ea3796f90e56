using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Hale.Probes.Http;

/// <summary>The client's side of TLS on a connected socket, with reasons that name what is wrong with a certificate.</summary>
internal sealed class TlsSession : IAsyncDisposable
{
    private readonly string name;
    private readonly bool verify;
    private string? refused;
    private DateTimeOffset now;

    /// <summary>Wraps a connected socket, which stays the caller's.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="name">The name that the certificate must be for; sent as SNI unless it is an address.</param>
    /// <param name="verify">Whether the certificate must be trusted.</param>
    public TlsSession(Socket socket, string name, bool verify)
    {
        (this.name, this.verify) = (name, verify);
        Stream = new SslStream(new NetworkStream(socket, ownsSocket: false), leaveInnerStreamOpen: false, Judge);
    }

    /// <summary>The stream of clear text, after the handshake.</summary>
    public SslStream Stream { get; }

    /// <summary>When the server's certificate ends; null before it was seen.</summary>
    public DateTimeOffset? CertificateEnds { get; private set; }

    /// <summary>Shakes hands. Returns why not, or null when that succeeded.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public async ValueTask<string?> HandshakeAsync(TimeProvider time, CancellationToken cancel)
    {
        now = time.GetUtcNow();
        try
        {
            await Stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = name }, cancel);
            return null;
        }
        catch (AuthenticationException error)
        {
            return refused ?? Words(error);
        }
    }

    /// <summary>The innermost message: the TLS library's own reason.</summary>
    public static string Words(Exception error)
    {
        while (error.InnerException is not null)
            error = error.InnerException;
        return error.Message.ReplaceLineEndings(" ");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Stream.DisposeAsync();

    private bool Judge(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is X509Certificate2 seen)
            CertificateEnds = seen.NotAfter;
        if (errors == SslPolicyErrors.None || !verify)
            return true;
        refused = certificate is not X509Certificate2 subject ? "the server sent no certificate"
            : subject.NotAfter < now ? $"the certificate expired on {subject.NotAfter.ToUniversalTime():yyyy-MM-dd}"
            : subject.NotBefore > now ? $"the certificate is valid only from {subject.NotBefore.ToUniversalTime():yyyy-MM-dd}"
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? $"the certificate is not for {name} ({subject.Subject})"
            : $"the certificate is not trusted ({ChainWords(chain)})";
        return false;
    }

    private static string ChainWords(X509Chain? chain) =>
        chain is null || chain.ChainStatus.Length == 0 ? "no chain to a trusted root"
        : string.Join(", ", chain.ChainStatus.Select(status => status.Status).Distinct());
}
