using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Hale.Testing.Servers;

/// <summary>Ports for servers that cannot choose one themselves and tell it.</summary>
public static class Ports
{
    // Below the range that the kernel gives to outgoing connections (32768 and up), so that only other tests compete.
    private const int First = 20_000;
    private const int Last = 32_000;

    private static readonly ConcurrentDictionary<int, bool> Given = [];

    /// <summary>A port of 127.0.0.1 on which nobody listens now. Not given again in this process.</summary>
    public static int Free()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, Last);
            if (!Given.TryAdd(port, true))
                continue;
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it; another one is as good.
            }
        }
    }
}
