using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Hale.Testing.Servers;

/// <summary>A real server, started for a test as a process of its own, and killed when it is disposed of. What it says goes to a file.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly string log;

    private ServerProcess(Process process, string log) => (this.process, this.log) = (process, log);

    /// <summary>Its process id.</summary>
    public int Pid => process.Id;

    /// <summary>What it has said.</summary>
    public string Said => File.Exists(log) ? File.ReadAllText(log) : "";

    /// <summary>Starts a server and waits until it accepts connections on 127.0.0.1.</summary>
    /// <param name="folder">Where it runs; gets its output, in <c>NAME.log</c>.</param>
    /// <param name="port">The port that it was told to listen on.</param>
    /// <param name="program">The program, by name or path. It must stay in the foreground.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="InvalidOperationException">It ended, or did not listen in time; the message has its last words.</exception>
    public static async Task<ServerProcess> StartAsync(string folder, int port, string program, params string[] arguments)
    {
        var server = Start(folder, program, arguments);
        try
        {
            await Eventually.HoldsAsync(() => server.HasEnded() || Listens(port), $"{program} listens on port {port}");
            return server.HasEnded() ? throw new InvalidOperationException($"{program} ended instead of listening. It said:\n{server.Said}") : server;
        }
        catch (TimeoutException error)
        {
            await server.DisposeAsync();
            throw new InvalidOperationException($"{error.Message}. It said:\n{server.Said}", error);
        }
    }

    /// <summary>Starts a server without waiting for anything.</summary>
    public static ServerProcess Start(string folder, string program, params string[] arguments)
    {
        var log = Path.Combine(folder, Path.GetFileName(program) + ".log");
        // Some servers live where only the PATH of root leads.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "log=$1; shift; PATH=$PATH:/usr/sbin:/sbin exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", log, program, .. arguments])
        {
            WorkingDirectory = folder,
        };
        return new(Process.Start(start)!, log);
    }

    /// <summary>Whether somebody listens on that port of 127.0.0.1.</summary>
    public static bool Listens(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded() => process.HasExited;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
