using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Hale.Core.Model;

namespace Hale.Probes.Http;

/// <summary>The client's side of TLS on a connected socket, with reasons that name what is wrong with a certificate.</summary>
internal sealed class TlsSession : IAsyncDisposable
{
    private readonly string host;
    private readonly TlsSettings settings;
    private DateTimeOffset now;

    /// <summary>Wraps a connected socket, which stays the caller's.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="host">The name that the certificate must be for unless the settings have another; sent as SNI unless it is an address.</param>
    /// <param name="settings">Whom to trust.</param>
    public TlsSession(Socket socket, string host, TlsSettings settings)
    {
        (this.host, this.settings) = (host, settings);
        Stream = new SslStream(new NetworkStream(socket, ownsSocket: false), leaveInnerStreamOpen: false, Judge);
    }

    /// <summary>The stream of clear text, after the handshake.</summary>
    public SslStream Stream { get; }

    /// <summary>When the server's certificate ends; null before it was seen.</summary>
    public DateTimeOffset? CertificateEnds { get; private set; }

    /// <summary>When the first certificate of the chain ends, the server's own included; null before it was seen.</summary>
    public DateTimeOffset? ChainEnds { get; private set; }

    /// <summary>What is wrong with the certificate, whether or not that ended the handshake.</summary>
    public IReadOnlyList<string> Complaints { get; private set; } = [];

    /// <summary>Shakes hands. Returns why not, or null when that succeeded.</summary>
    /// <param name="at">The other side, for the evidence.</param>
    /// <param name="time">The clock by which certificates are judged.</param>
    /// <param name="protocol">The protocol to ask for within TLS (ALPN), which the server must agree to; null for none.</param>
    /// <param name="cancel">The time-out, or the end of Hale.</param>
    /// <exception cref="IOException">The connection broke.</exception>
    public async ValueTask<ProbeResult?> HandshakeAsync(object at, TimeProvider time, SslApplicationProtocol? protocol, CancellationToken cancel)
    {
        now = time.GetUtcNow();
        if (settings.Prepare(host, now, out var trouble) is not { } options)
            return ProbeResult.Inconclusive($"TLS with {at} was not tried: {trouble}");
        if (protocol is { } wanted)
            options.ApplicationProtocols = [wanted];
        try
        {
            await Stream.AuthenticateAsClientAsync(options, cancel);
            return protocol is null || Stream.NegotiatedApplicationProtocol == protocol ? null : ProbeResult.Fail($"TLS with {at}: {NotOffered(protocol.Value)}");
        }
        catch (AuthenticationException error)
        {
            // A socket that is taken away in the middle of the handshake can look like a refusal.
            cancel.ThrowIfCancellationRequested();
            return ProbeResult.Fail($"TLS with {at}: {(Complaints.Count > 0 ? string.Join("; ", Complaints) : Reason(error, protocol))}");
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

    private static string NotOffered(SslApplicationProtocol protocol) =>
        $"the server does not offer {(protocol == SslApplicationProtocol.Http2 ? "HTTP/2" : protocol.ToString())}";

    private string Reason(AuthenticationException error, SslApplicationProtocol? protocol)
    {
        var words = Words(error);
        if (protocol is { } wanted && words.Contains("no application protocol", StringComparison.Ordinal))
            return NotOffered(wanted);
        // An alert of the server, and the words of OpenSSL for a version of the server's that is refused here.
        var isAboutVersion = words.Contains("protocol version", StringComparison.Ordinal) || words.Contains("unsupported protocol", StringComparison.Ordinal);
        return isAboutVersion ? $"the server speaks no version of TLS that is good enough here{(settings.Versions == SslProtocols.Tls13 ? " (TLS 1.3 or newer)" : "")}" : words;
    }

    private bool Judge(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is X509Certificate2 seen)
        {
            CertificateEnds = ChainEnds = seen.NotAfter;
            if (chain?.ChainElements.Select(element => element.Certificate.NotAfter).DefaultIfEmpty(seen.NotAfter).Min() is { } first && first < ChainEnds)
                ChainEnds = first;
        }
        if (errors == SslPolicyErrors.None)
            return true;
        Complaints = CertificateComplaints.Of(certificate as X509Certificate2, chain, errors, settings.Name ?? host, now);
        return !settings.Verify;
    }
}
