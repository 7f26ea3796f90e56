using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Hale.Benchmarks.Peers;

/// <summary>A program from Debian that runs beside us in a folder of its own, and is ended with us.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Process process;

    private Peer(string name, Process process) => (Name, this.process) = (name, process);

    /// <summary>Its name in the results.</summary>
    public string Name { get; }

    /// <summary>User and system time that it has used.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Resident memory, in bytes.</summary>
    public long Rss
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>Starts a program and waits until it accepts connections.</summary>
    public static async Task<Peer> StartAsync(string name, string file, IEnumerable<string> arguments, int port)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new InvalidOperationException($"{file} is not installed (see benchmarks/packages.txt)");
        }
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var peer = new Peer(name, process);
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return peer;
            }
            catch (SocketException) when (tries < 200 && !process.HasExited)
            {
                await Task.Delay(50);
            }
            catch (SocketException)
            {
                peer.Dispose();
                throw new InvalidOperationException($"{name} did not begin to listen on port {port}");
            }
        }
    }

    /// <summary>A port that nobody listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Ends the program.</summary>
    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }
}
