using System.Net.Security;
using System.Net.Sockets;
using Hale.Core.Model;

namespace Hale.Probes.Http;

/// <summary>
/// One exchange in a protocol that <see cref="HttpCall"/> does not speak (HTTP/2, and what is built on it or on an upgrade), through
/// <see cref="SocketsHttpHandler"/>. The connection is still dialled here and used once: so reasons and timings are the same, there is
/// no proxy, and nothing is tried a second time.
/// </summary>
internal sealed class FreshClient : IAsyncDisposable
{
    private readonly Endpoint endpoint;
    private readonly string? tlsHost;
    private readonly TlsSettings tls;
    private readonly Connection connection = new();
    private readonly SocketsHttpHandler handler;
    private CancellationTokenRegistration abort;
    private TlsSession? session;
    private Stream? stream;

    /// <summary>Makes a client for one exchange. The limit starts now.</summary>
    /// <param name="endpoint">Where to connect.</param>
    /// <param name="tlsHost">The host for TLS; null for none.</param>
    /// <param name="tls">Whom to trust.</param>
    /// <param name="limit">The limit on the attempt.</param>
    /// <param name="time">The clock.</param>
    public FreshClient(Endpoint endpoint, string? tlsHost, TlsSettings tls, TimeSpan limit, TimeProvider time)
    {
        (this.endpoint, this.tlsHost, this.tls) = (endpoint, tlsHost, tls);
        Phase.Start(limit, time);
        handler = new()
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            MaxResponseDrainSize = 0,
            MaxResponseHeadersLength = 64,
            ConnectTimeout = Timeout.InfiniteTimeSpan,
            ActivityHeadersPropagator = null,
            ConnectCallback = (_, _) => Interlocked.Exchange(ref stream, null) is { } dialled
                ? ValueTask.FromResult(dialled)
                : throw new IOException("the server ended the connection before it answered"),
        };
        Invoker = new(handler, disposeHandler: false);
    }

    /// <summary>How far the attempt has come.</summary>
    public Phase Phase { get; } = new();

    /// <summary>What sends the request, over the connection that was dialled.</summary>
    public HttpMessageInvoker Invoker { get; }

    /// <summary>When the connection stood, counted from the beginning.</summary>
    public TimeSpan Connected { get; private set; }

    /// <summary>When TLS stood, counted from the beginning; equal to <see cref="Connected"/> without TLS.</summary>
    public TimeSpan Secured { get; private set; }

    /// <summary>When the server's certificate ends; null without TLS.</summary>
    public DateTimeOffset? CertificateEnds => session?.CertificateEnds;

    /// <summary>Connects and secures the connection.</summary>
    /// <param name="protocol">The protocol to ask for within TLS, which the server must then agree to; null for none.</param>
    /// <param name="cancel">The time-out, or the end of Hale.</param>
    /// <returns>Null when the connection stands; otherwise what the attempt came to.</returns>
    public async ValueTask<ProbeResult?> DialAsync(SslApplicationProtocol? protocol, CancellationToken cancel)
    {
        // For as long as the client lives: what is read after an upgrade does not end by its token, but only with the socket.
        abort = cancel.UnsafeRegister(static connection => ((Connection)connection!).Abort(), connection);
        try
        {
            if (await Dialer.DialAsync(connection, endpoint, Phase, cancel) is { } trouble)
                return trouble;
            Connected = Secured = Phase.Elapsed;
            if (tlsHost is null)
            {
                stream = new NetworkStream(connection.Socket, ownsSocket: false);
            }
            else
            {
                Phase.Enter(Phase.Name.Handshake);
                session = new TlsSession(connection.Socket, tlsHost, tls);
                if (await session.HandshakeAsync(endpoint, Phase.Time, protocol, cancel) is { } refused)
                    return refused;
                Secured = Phase.Elapsed;
                stream = session.Stream;
            }
            Phase.Enter(Phase.Name.Answer);
            return null;
        }
        catch (Exception error) when (IsExpected(error))
        {
            return Explain(error, cancel);
        }
    }

    /// <summary>Whether an exception of the exchange is the daily bread of a probe.</summary>
    public static bool IsExpected(Exception error) =>
        error is OperationCanceledException or HttpRequestException or IOException or SocketException or ObjectDisposedException or System.Net.WebSockets.WebSocketException;

    /// <summary>What the attempt came to with such an exception.</summary>
    /// <exception cref="OperationCanceledException">Nobody wants to know any more.</exception>
    public ProbeResult Explain(Exception error, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested)
            return Phase.OnCancelled(cancel);
        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            if (inner is SocketException socket)
                return Blame.For(socket.SocketErrorCode, Phase.Describe());
        }
        return ProbeResult.Fail($"{Phase.Describe()}: {TlsSession.Words(error)}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await abort.DisposeAsync();
        Invoker.Dispose();
        handler.Dispose();
        if (session is not null)
            await session.DisposeAsync();
        connection.Close();
        connection.Dispose();
    }
}
