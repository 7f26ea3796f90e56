using System.Net;
using System.Net.Sockets;

namespace Hale.Testing.Servers;

/// <summary>A real chronyd that serves time on the loopback and leaves this machine's clock alone (<c>-x</c>).</summary>
public sealed class Chrony : IAsyncDisposable
{
    private readonly ServerProcess process;

    private Chrony(ServerProcess process, int port) => (this.process, Port) = (process, port);

    /// <summary>Its port.</summary>
    public int Port { get; }

    /// <summary>Starts it in a folder, which gets its files.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="isSynchronised">Whether it takes its own clock for true.</param>
    public static async Task<Chrony> StartAsync(string folder, bool isSynchronised = true)
    {
        var port = Ports.Free();
        var file = Path.Combine(folder, "chrony.conf");
        File.WriteAllText(file, $"""
            port {port}
            bindaddress 127.0.0.1
            allow 127.0.0.1
            cmdport 0
            bindcmdaddress /
            pidfile {folder}/chrony.pid
            {(isSynchronised ? "local stratum 8" : "")}

            """);
        var process = ServerProcess.Start(folder, "chronyd", "-x", "-d", "-u", Environment.UserName, "-f", file);
        try
        {
            await Eventually.HoldsAsync(() => process.HasEnded() || Answers(port), "chronyd answers");
        }
        catch (TimeoutException)
        {
            await process.DisposeAsync();
            throw;
        }
        return process.HasEnded() ? throw new InvalidOperationException($"chronyd ended instead of answering. It said:\n{process.Said}") : new(process, port);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => process.DisposeAsync();

    private static bool Answers(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 200 };
        try
        {
            socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
            socket.Send([0x23, .. new byte[47]]);
            return socket.Receive(new byte[100]) >= 48;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
