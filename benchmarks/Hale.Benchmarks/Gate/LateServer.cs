using System.Net;
using System.Net.Sockets;

namespace Hale.Benchmarks.Gate;

/// <summary>A port that refuses, and from a moment on answers 200 to everything.</summary>
internal sealed class LateServer : IDisposable
{
    private static readonly byte[] Answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"u8.ToArray();

    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public LateServer() => listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public int Port => ((IPEndPoint)listener.LocalEndPoint!).Port;

    /// <summary>Answers from now on.</summary>
    public void Begin()
    {
        listener.Listen(64);
        _ = ServeAsync();
    }

    /// <summary>Accepts from now on, and never says anything.</summary>
    public void BeginSilent() => listener.Listen(64);

    public void Dispose() => listener.Dispose();

    private async Task ServeAsync()
    {
        var request = new byte[4096];
        while (true)
        {
            try
            {
                using var visit = await listener.AcceptAsync();
                _ = await visit.ReceiveAsync(request);
                await visit.SendAsync(Answer);
                visit.Shutdown(SocketShutdown.Both);
            }
            catch (SocketException error) when (error.SocketErrorCode != SocketError.OperationAborted)
            {
                // The other side went away; the next may come.
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
