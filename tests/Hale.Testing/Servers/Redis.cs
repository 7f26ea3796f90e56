using System.Net.Sockets;
using System.Text;

namespace Hale.Testing.Servers;

/// <summary>A real redis-server with a private configuration.</summary>
public sealed class Redis : IAsyncDisposable
{
    private readonly ServerProcess process;

    private Redis(ServerProcess process, int port) => (this.process, Port) = (process, port);

    /// <summary>Its port.</summary>
    public int Port { get; }

    /// <summary>Its process.</summary>
    public int Pid => process.Pid;

    /// <summary>Starts it in a folder, which gets its files, with further options as on its command line.</summary>
    public static async Task<Redis> StartAsync(string folder, params string[] options)
    {
        var port = Ports.Free();
        string[] fixedOptions = ["--port", $"{port}", "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--daemonize", "no"];
        return new(await ServerProcess.StartAsync(folder, port, "redis-server", [.. fixedOptions, .. options]), port);
    }

    /// <summary>Sends a command in its short form, and returns the first bytes of what it answers.</summary>
    public string Tell(string command)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect("127.0.0.1", Port);
        socket.Send(Encoding.UTF8.GetBytes(command + "\r\n"));
        var answer = new byte[4096];
        return Encoding.UTF8.GetString(answer, 0, socket.Receive(answer));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => process.DisposeAsync();
}
