using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;

namespace Hale.Probes.Http;

/// <summary>
/// A TCP connection that is used once, by an object that is used again: the socket is new each time, the operation and what
/// awaits it are not. One operation at a time. Errors are values, since refused and hanging targets are the daily bread of a probe.
/// </summary>
internal sealed class Connection() : SocketAsyncEventArgs(true), IValueTaskSource<SocketError>
{
    private ManualResetValueTaskSourceCore<SocketError> done;
    private Socket? socket;
    private volatile bool aborted;
    private int connecting;
    private int received;

    /// <summary>The socket, for TLS on top of it.</summary>
    public Socket Socket => socket!;

    /// <summary>
    /// Operations are done by the thread that asks for them rather than begun: for one that has nothing else to do, and would spend more time on
    /// compiling what comes back to an asynchronous method than on the exchange. <see cref="Abort"/> ends them all the same.
    /// </summary>
    public bool IsBlocking { get; set; }

    /// <summary>How many bytes the last receive took; 0 when the other side has closed.</summary>
    public int Received => IsBlocking ? received : BytesTransferred;

    /// <summary>Makes the object ready for a new connection.</summary>
    public void Reset() => aborted = false;

    /// <summary>Connects to one address; <see cref="SocketError.OperationAborted"/> when that takes longer than <paramref name="limit"/>.</summary>
    public async ValueTask<SocketError> ConnectAsync(IPEndPoint address, TimeSpan limit, TimeProvider time)
    {
        connecting = 1;
        await using var timer = time.CreateTimer(static state => ((Connection)state!).GiveUpAddress(), this, limit, Timeout.InfiniteTimeSpan);
        var error = await ConnectAsync(address);
        return Interlocked.Exchange(ref connecting, 0) == 1 ? error : SocketError.OperationAborted;
    }

    /// <summary>Connects to one address. After an error, another may be tried.</summary>
    public ValueTask<SocketError> ConnectAsync(IPEndPoint address)
    {
        Close();
        try
        {
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        }
        catch (SocketException error)
        {
            return new(error.SocketErrorCode);
        }
        if (IsBlocking)
            return new(ConnectNow(address));
        RemoteEndPoint = address;
        SetBuffer(null, 0, 0);
        return Run(static connection => connection.socket!.ConnectAsync(connection));
    }

    /// <summary>Sends all the bytes.</summary>
    public ValueTask<SocketError> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        if (IsBlocking)
            return new(SendNow(bytes));
        SetBuffer(MemoryMarshal.AsMemory(bytes));
        return Run(static connection => connection.socket!.SendAsync(connection));
    }

    /// <summary>Receives some bytes; <see cref="Received"/> says how many.</summary>
    public ValueTask<SocketError> ReceiveAsync(Memory<byte> space)
    {
        if (IsBlocking)
            return new(ReceiveNow(space));
        SetBuffer(space);
        return Run(static connection => connection.socket!.ReceiveAsync(connection));
    }

    /// <summary>
    /// Ends whatever is under way with <see cref="SocketError.OperationAborted"/>, from any thread, and everything begun later until <see cref="Reset"/>.
    /// </summary>
    public void Abort()
    {
        aborted = true;
        // Against Run: of the two, at least one sees what the other has written.
        Interlocked.MemoryBarrier();
        Volatile.Read(ref socket)?.Dispose();
    }

    /// <summary>
    /// Closes with a reset (SO_LINGER 0): a prober that closed in the ordinary way would hold a local port in TIME_WAIT for a
    /// minute per probe, and run out of ports and conntrack entries (kubernetes/kubernetes#89898).
    /// </summary>
    public void Close()
    {
        socket?.Close(0);
        socket = null;
    }

    private void GiveUpAddress()
    {
        // Whoever takes the mark decides: a socket that has been connected in the same moment is left alone.
        if (Interlocked.Exchange(ref connecting, 0) == 1)
            Volatile.Read(ref socket)?.Dispose();
    }

    private ValueTask<SocketError> Run(Func<Connection, bool> begin)
    {
        done.Reset();
        Interlocked.MemoryBarrier();
        try
        {
            if (aborted)
                return new(SocketError.OperationAborted);
            if (begin(this))
                return new(this, done.Version);
        }
        catch (ObjectDisposedException)
        {
            return new(SocketError.OperationAborted);
        }
        return new(SocketError);
    }

    // Each in a method of its own: what it closes over is then made only where it blocks.
    private SocketError ConnectNow(IPEndPoint address) => Now(() => socket!.Connect(address));

    private SocketError SendNow(ReadOnlyMemory<byte> bytes) => Now(() => socket!.Send(bytes.Span));

    private SocketError ReceiveNow(Memory<byte> space) => Now(() => received = socket!.Receive(space.Span));

    private SocketError Now(Action operation)
    {
        Interlocked.MemoryBarrier();
        try
        {
            if (aborted)
                return SocketError.OperationAborted;
            operation();
            return SocketError.Success;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode;
        }
        catch (ObjectDisposedException)
        {
            return SocketError.OperationAborted;
        }
    }

    /// <inheritdoc/>
    protected override void OnCompleted(SocketAsyncEventArgs e) => done.SetResult(SocketError);

    SocketError IValueTaskSource<SocketError>.GetResult(short token) => done.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<SocketError>.GetStatus(short token) => done.GetStatus(token);

    void IValueTaskSource<SocketError>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        done.OnCompleted(continuation, state, token, flags);
}
