using System.Net;
using System.Net.Sockets;

namespace Hale.Testing;

/// <summary>A UDP server on the loopback that answers each datagram with as many as it is told to.</summary>
public sealed class DatagramServer : IAsyncDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly CancellationTokenSource stop = new();
    private readonly Task answering;

    /// <summary>Starts it on a port of its own.</summary>
    public DatagramServer(Func<byte[], IEnumerable<byte[]>> answers)
    {
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        answering = AnswerAsync(answers);
    }

    /// <summary>Its port.</summary>
    public int Port => ((IPEndPoint)socket.LocalEndPoint!).Port;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await answering;
        socket.Dispose();
        stop.Dispose();
    }

    private async Task AnswerAsync(Func<byte[], IEnumerable<byte[]>> answers)
    {
        var buffer = new byte[65536];
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var asked = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), stop.Token);
                foreach (var answer in answers(buffer[..asked.ReceivedBytes]))
                    await socket.SendToAsync(answer, asked.RemoteEndPoint, stop.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException)
            {
                // The test is over, or the other side is gone.
            }
        }
    }
}
