using System.Diagnostics;

namespace Hale.Testing.Servers;

/// <summary>A real sshd with a private configuration and a host key of its own.</summary>
public sealed class Sshd : IAsyncDisposable
{
    private readonly ServerProcess process;

    private Sshd(ServerProcess process, int port) => (this.process, Port) = (process, port);

    /// <summary>Its port.</summary>
    public int Port { get; }

    /// <summary>Starts it in a folder, which gets its files, with further lines of its configuration.</summary>
    public static async Task<Sshd> StartAsync(string folder, params string[] lines)
    {
        var port = Ports.Free();
        var key = Path.Combine(folder, "host_key");
        using (var make = Process.Start("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]))
            await make.WaitForExitAsync();
        File.WriteAllText(Path.Combine(folder, "sshd_config"), $"""
            ListenAddress 127.0.0.1
            Port {port}
            HostKey {key}
            PidFile none
            UsePAM no
            {string.Join('\n', lines)}
            """ + "\n");
        // Its parts without privileges live in an empty folder that Debian's own service makes.
        if (Environment.IsPrivilegedProcess)
            Directory.CreateDirectory("/run/sshd");
        return new(await ServerProcess.StartAsync(folder, port, "/usr/sbin/sshd", "-D", "-e", "-f", Path.Combine(folder, "sshd_config")), port);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => process.DisposeAsync();
}
