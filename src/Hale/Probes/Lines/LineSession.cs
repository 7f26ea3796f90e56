using System.Net.Sockets;
using System.Text;
using Hale.Core.Model;
using Hale.Probes.Http;

namespace Hale.Probes.Lines;

/// <summary>
/// A connection of one attempt on which both sides speak in lines: what redis, SMTP and SSH have in common. Each step returns null, or what the
/// attempt came to; what was read stands in <see cref="Line"/>.
/// </summary>
internal sealed class LineSession : IDisposable
{
    /// <summary>The longest line that is read, in bytes. RFC 5321 asks for 512 and RFC 4253 for 255; redis has no limit, and long errors.</summary>
    public const int LineLimit = 8 << 10;

    private readonly Connection connection = new();
    private readonly Endpoint endpoint;
    private readonly Phase phase;
    private readonly CancellationToken cancel;
    private readonly byte[] buffer = new byte[2 * LineLimit];
    private TlsSession? tls;
    private int start, end;

    private LineSession(Endpoint endpoint, Phase phase, CancellationToken cancel) => (this.endpoint, this.phase, this.cancel) = (endpoint, phase, cancel);

    /// <summary>The line that was read last, without its end; bytes beyond ASCII one to one.</summary>
    public string Line { get; private set; } = "";

    /// <summary>Time since the attempt began.</summary>
    public TimeSpan Elapsed => phase.Elapsed;

    /// <summary>Whether there is more than was read so far.</summary>
    public bool HasMore => end > start;

    /// <summary>When the server's certificate ends; null without TLS.</summary>
    public DateTimeOffset? CertificateEnds => tls?.CertificateEnds;

    /// <summary>Connects, lets <paramref name="talk"/> speak, and closes; a time-out says what was being waited for.</summary>
    public static async ValueTask<ProbeResult> RunAsync(Endpoint endpoint, ProbeContext context, Func<LineSession, ValueTask<ProbeResult>> talk, CancellationToken cancel)
    {
        var phase = new Phase();
        phase.Start(context.Timeout, context.Time);
        using var session = new LineSession(endpoint, phase, cancel);
        var abort = cancel.UnsafeRegister(static connection => ((Connection)connection!).Abort(), session.connection);
        try
        {
            return await Dialer.DialAsync(session.connection, endpoint, phase, cancel) ?? await talk(session);
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException && cancel.IsCancellationRequested)
        {
            return phase.OnCancelled(cancel);
        }
        finally
        {
            // Waits for a running Abort, so that it does not meet a closed connection.
            abort.Dispose();
            session.connection.Close();
        }
    }

    /// <summary>Begins TLS. Text that came before the handshake must have been read: a stranger in the middle could have put it there.</summary>
    public async ValueTask<ProbeResult?> SecureAsync(TlsSettings settings)
    {
        if (HasMore)
            return ProbeResult.Fail($"{endpoint} sent more than its answer before TLS began");
        phase.Enter(Phase.Name.Handshake, endpoint);
        tls = new TlsSession(connection.Socket, endpoint.Host, settings);
        try
        {
            return await tls.HandshakeAsync(endpoint, phase.Time, null, cancel);
        }
        catch (IOException error)
        {
            return Broken(error, $"TLS with {endpoint}");
        }
    }

    /// <summary>Sends text, one byte for each character.</summary>
    public ValueTask<ProbeResult?> SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Sends bytes.</summary>
    public async ValueTask<ProbeResult?> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        phase.Enter(Phase.Name.Send, endpoint);
        try
        {
            if (tls is not null)
                await tls.Stream.WriteAsync(bytes, cancel);
            else if (await connection.SendAsync(bytes) is not SocketError.Success and var error)
                return Broken(error, $"sending to {endpoint}");
            return null;
        }
        catch (IOException error)
        {
            return Broken(error, $"sending to {endpoint}");
        }
    }

    /// <summary>Reads a line into <see cref="Line"/>.</summary>
    /// <param name="what">What it is, for the evidence: <c>greeting</c>, <c>answer to PING</c>.</param>
    public async ValueTask<ProbeResult?> ReadLineAsync(string what)
    {
        for (var seen = 0; ;)
        {
            var there = buffer.AsSpan(start, end - start);
            if (there[seen..].IndexOf((byte)'\n') is >= 0 and var more)
            {
                var line = there[..(seen + more)];
                start += line.Length + 1;
                Line = Encoding.Latin1.GetString(line is [.., (byte)'\r'] ? line[..^1] : line);
                return null;
            }
            seen = there.Length;
            if (seen >= LineLimit)
                return ProbeResult.Fail($"{endpoint} sends a line without end: {Excerpt.Of(there)}");
            if (await FillAsync(what) is { } trouble)
                return trouble;
        }
    }

    /// <summary>Reads that many bytes; they are in <see cref="Line"/> then.</summary>
    public async ValueTask<ProbeResult?> ReadBytesAsync(int count, string what)
    {
        var bytes = new byte[count];
        for (var length = 0; ;)
        {
            var taken = Math.Min(count - length, end - start);
            buffer.AsSpan(start, taken).CopyTo(bytes.AsSpan(length));
            (start, length) = (start + taken, length + taken);
            if (length == count)
                break;
            if (await FillAsync(what) is { } trouble)
                return trouble;
        }
        Line = Encoding.Latin1.GetString(bytes);
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        connection.Dispose();
        tls?.Stream.Dispose();
    }

    private async ValueTask<ProbeResult?> FillAsync(string what)
    {
        phase.Enter(Phase.Name.Reply, new Reply(what, endpoint));
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }
        var space = buffer.AsMemory(end);
        int count;
        try
        {
            if (tls is not null)
                count = await tls.Stream.ReadAsync(space, cancel);
            else if (await connection.ReceiveAsync(space) is not SocketError.Success and var error)
                return Broken(error, phase.Describe());
            else
                count = connection.Received;
        }
        catch (IOException error)
        {
            return Broken(error, phase.Describe());
        }
        if (count > 0)
        {
            end += count;
            return null;
        }
        return ProbeResult.Fail(end > start
            ? $"{endpoint} closed the connection in the middle of the {what}: {Excerpt.Of(buffer.AsSpan(start, Math.Min(end - start, 500)))}"
            : $"{endpoint} closed the connection before the {what}");
    }

    private ProbeResult Broken(IOException error, string doing) =>
        error.InnerException is SocketException inner ? Broken(inner.SocketErrorCode, doing) : Failed(error, doing);

    private ProbeResult Failed(IOException error, string doing)
    {
        cancel.ThrowIfCancellationRequested();
        return ProbeResult.Fail($"{doing}: {TlsSession.Words(error)}");
    }

    private ProbeResult Broken(SocketError error, string doing)
    {
        cancel.ThrowIfCancellationRequested();
        return Blame.For(error, doing);
    }

    private sealed record Reply(string What, Endpoint From)
    {
        public override string ToString() => $"{What} from {From}";
    }
}
