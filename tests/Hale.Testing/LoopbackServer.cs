using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hale.Testing;

/// <summary>What the server does with one connection. When the task ends, the connection is closed in peace, whatever of it was read.</summary>
public delegate Task Behaviour(Visit visit);

/// <summary>A TCP server on the loopback that behaves as badly as it is told to.</summary>
public sealed class LoopbackServer : IAsyncDisposable
{
    private readonly Socket listener;
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentBag<Task> visits = [];
    private readonly Task accepting;
    private int connections;

    private LoopbackServer(Socket listener, Behaviour behaviour)
    {
        this.listener = listener;
        accepting = AcceptAsync(behaviour);
    }

    /// <summary>The port that it listens on.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndPoint!).Port;

    /// <summary>Connections that it has accepted.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary>The heads of the requests that <see cref="Visit.ReadRequestAsync"/> has read, in the order of arrival.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Its address as a URL on 127.0.0.1.</summary>
    public Uri Url(string path = "/") => new($"http://127.0.0.1:{Port}{path}");

    /// <summary>Starts a server on 127.0.0.1, or on the given address.</summary>
    public static LoopbackServer Start(Behaviour behaviour, IPAddress? address = null)
    {
        address ??= IPAddress.Loopback;
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen(512);
        return new(listener, behaviour);
    }

    /// <summary>A server that reads the request, answers with these very bytes and closes.</summary>
    public static LoopbackServer Answering(string response, IPAddress? address = null) => Start(
        async visit =>
        {
            await visit.ReadRequestAsync();
            await visit.WriteAsync(response);
        },
        address);

    /// <summary>A port that refuses: bound, so that nobody else gets it, and not listening. Dispose of the socket to give it up.</summary>
    public static Socket Refusing(out int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        return socket;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting;
        await Task.WhenAll(visits);
        stop.Dispose();
    }

    private async Task AcceptAsync(Behaviour behaviour)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptAsync(stop.Token);
                Interlocked.Increment(ref connections);
                visits.Add(ServeAsync(socket, behaviour));
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket socket, Behaviour behaviour)
    {
        using (socket)
        {
            try
            {
                await behaviour(new Visit(this, socket, stop.Token));
                await HangUpAsync(socket, stop.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The other side went away, or the test is over.
            }
        }
    }

    // To close over bytes that nobody read is to reset (RFC 2525, 2.17), and by chance the reset would overtake the answer.
    private static async Task HangUpAsync(Socket socket, CancellationToken stop)
    {
        socket.Shutdown(SocketShutdown.Send);
        var unread = new byte[4096];
        while (await socket.ReceiveAsync(unread, stop) > 0)
        {
        }
    }
}

/// <summary>One connection to a <see cref="LoopbackServer"/>.</summary>
public sealed class Visit(LoopbackServer server, Socket socket, CancellationToken stop)
{
    /// <summary>The connected socket.</summary>
    public Socket Socket => socket;

    /// <summary>The test is over.</summary>
    public CancellationToken Stop => stop;

    /// <summary>Reads up to the empty line after the header; returns what was read, the beginning of a body included.</summary>
    public async Task<string> ReadRequestAsync()
    {
        var buffer = new byte[64 * 1024];
        var length = 0;
        while (!Encoding.Latin1.GetString(buffer, 0, length).Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await socket.ReceiveAsync(buffer.AsMemory(length), stop);
            if (count == 0)
                throw new SocketException((int)SocketError.ConnectionReset);
            length += count;
        }
        var request = Encoding.Latin1.GetString(buffer, 0, length);
        server.Requests.Enqueue(request);
        return request;
    }

    /// <summary>Sends text.</summary>
    public async Task WriteAsync(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var sent = 0; sent < bytes.Length;)
            sent += await socket.SendAsync(bytes.AsMemory(sent), stop);
    }

    /// <summary>Keeps the connection open and says nothing until the test is over.</summary>
    public Task HangAsync() => Task.Delay(Timeout.InfiniteTimeSpan, stop);

    /// <summary>Breaks the connection off with a reset.</summary>
    public void Reset() => socket.Close(0);
}
