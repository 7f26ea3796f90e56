using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using Hale.Core.Model;

namespace Hale.Probes.Http;

/// <summary>
/// One HTTP/1.1 exchange over a connection of its own. Probing is what Hale is for, and a fresh connection per attempt is what a probe
/// wants to see; <see cref="System.Net.Http.HttpClient"/> does the same at twice the processor time and several times the memory.
/// </summary>
internal sealed class HttpCall : IDisposable
{
    // More than are ever in flight in an ordinary configuration; beyond that the collector may have them.
    private const int PoolLimit = 512;
    private static readonly ConcurrentQueue<HttpCall> Pool = new();

    private readonly Connection connection = new();
    private readonly Phase phase = new();
    private TimeSpan begun;
    private TimeSpan connected;
    private TimeSpan secured;
    private TimeSpan firstByte;
    private DateTimeOffset? certificateEnds;

    private HttpCall()
    {
    }

    /// <summary>The response, after an exchange has returned null.</summary>
    public ResponseReader Response { get; } = new();

    /// <summary>Time since the exchange began.</summary>
    public TimeSpan Elapsed => phase.Elapsed;

    /// <summary>The response as an answer of any version of HTTP.</summary>
    public HttpAnswer Answer => new()
    {
        Status = Response.Status,
        Body = Response.BodyMemory,
        IsCut = Response.IsCut,
        Location = Response.Location,
        Times = new(begun, phase.LookedUp, connected, secured, firstByte, phase.Elapsed),
        CertificateEnds = certificateEnds,
    };

    /// <summary>A call from the pool, to be disposed of by the caller. The limit starts now.</summary>
    public static HttpCall Rent(ProbeContext context) => Rent(context.Timeout, context.Time, context.IsAlone);

    /// <inheritdoc cref="Rent(ProbeContext)"/>
    public static HttpCall Rent(TimeSpan limit, TimeProvider time, bool isAlone = false)
    {
        if (!Pool.TryDequeue(out var call))
            call = new();
        call.connection.IsBlocking = isAlone;
        call.phase.Start(limit, time);
        return call;
    }

    /// <summary>Gives the call back to the pool: its response is not to be looked at any more.</summary>
    public void Dispose()
    {
        if (Pool.Count < PoolLimit)
            Pool.Enqueue(this);
        else
            connection.Dispose();
    }

    /// <summary>Sends a request and reads the response, trusting the authorities of the system, or anybody.</summary>
    public ValueTask<ProbeResult?> ExchangeAsync(HttpRequest request, bool verify, int keep, long bodyLimit, CancellationToken cancel) =>
        ExchangeAsync(request, verify ? TlsSettings.Default : TlsSettings.Unverified, keep, bodyLimit, cancel);

    /// <summary>Sends a request and reads the response.</summary>
    /// <param name="request">The request.</param>
    /// <param name="tls">Whom to trust.</param>
    /// <param name="keep">How much of the body to keep, in bytes.</param>
    /// <param name="bodyLimit">How much of the body to read, in bytes.</param>
    /// <param name="cancel">The time-out, or the end of Hale.</param>
    /// <returns>Null when there is a whole response; otherwise what the attempt came to.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ProbeResult?> ExchangeAsync(HttpRequest request, TlsSettings tls, int keep, long bodyLimit, CancellationToken cancel)
    {
        begun = phase.Elapsed;
        Response.Reset(request.IsHead, keep, bodyLimit);
        connection.Reset();
        certificateEnds = null;
        var abort = cancel.UnsafeRegister(static connection => ((Connection)connection!).Abort(), connection);
        try
        {
            if (await Dialer.DialAsync(connection, request.Endpoint, phase, cancel) is { } trouble)
                return trouble;
            connected = secured = phase.Elapsed;
            return request.TlsName is null ? await PlainAsync(request, cancel) : await SecureAsync(request, tls, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return phase.OnCancelled(cancel);
        }
        finally
        {
            // Waits for a running Abort, so that it cannot hit the next use of this connection.
            abort.Dispose();
            connection.Close();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ProbeResult?> PlainAsync(HttpRequest request, CancellationToken cancel)
    {
        phase.Enter(Phase.Name.Send);
        if (await connection.SendAsync(request.Bytes) is not SocketError.Success and var sending)
            return Broken(sending, cancel);
        phase.Enter(Phase.Name.Answer);
        while (!Response.IsDone)
        {
            if (await connection.ReceiveAsync(Response.Space) is not SocketError.Success and var receiving)
                return Broken(receiving, cancel);
            Take(connection.Received);
        }
        return Malformed();
    }

    private async ValueTask<ProbeResult?> SecureAsync(HttpRequest request, TlsSettings settings, CancellationToken cancel)
    {
        phase.Enter(Phase.Name.Handshake);
        await using var tls = new TlsSession(connection.Socket, request.TlsName!, settings);
        try
        {
            if (await tls.HandshakeAsync(request.Endpoint, phase.Time, protocol: null, cancel) is { } refused)
                return refused;
            secured = phase.Elapsed;
            certificateEnds = tls.CertificateEnds;
            phase.Enter(Phase.Name.Send);
            await tls.Stream.WriteAsync(request.Bytes, cancel);
            phase.Enter(Phase.Name.Answer);
            while (!Response.IsDone)
                Take(await tls.Stream.ReadAsync(Response.Space, cancel));
            return Malformed();
        }
        catch (IOException error) when (error.InnerException is SocketException inner)
        {
            return Broken(inner.SocketErrorCode, cancel);
        }
        catch (IOException error)
        {
            cancel.ThrowIfCancellationRequested();
            return ProbeResult.Fail($"TLS with {request.Endpoint}: {TlsSession.Words(error)}");
        }
        catch (ObjectDisposedException) when (cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancel);
        }
    }

    private void Take(int count)
    {
        if (Response.Status == 0 && count > 0)
            firstByte = phase.Elapsed;
        if (count > 0)
            Response.Advance(count);
        else
            Response.Close();
        if (Response.IsInBody)
            phase.Enter(Phase.Name.Body);
    }

    private ProbeResult? Malformed() => Response.Error is { } error
        ? ProbeResult.Fail(Response.IsInBody ? $"status {Response.Status}, but {error}" : error)
        : null;

    private ProbeResult Broken(SocketError error, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return Blame.For(error, phase.Describe());
    }
}
