using System.Diagnostics;

namespace Hale.Testing.Servers;

/// <summary>
/// A real PostgreSQL with a cluster of its own: the superuser is <c>postgres</c> with the password <c>let me in</c>. It refuses to run as root, so
/// where the test does, it runs as the user that its package made.
/// </summary>
public sealed class Postgres : IAsyncDisposable
{
    /// <summary>The password of <c>postgres</c>.</summary>
    public const string Password = "let me in";

    private readonly ServerProcess process;

    private Postgres(ServerProcess process, int port, string folder) => (this.process, Port, Folder) = (process, port, folder);

    /// <summary>Its port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Where its socket is.</summary>
    public string Folder { get; }

    /// <summary>Starts it in a folder, which gets its files, with further lines of its configuration.</summary>
    /// <param name="folder">A folder that exists.</param>
    /// <param name="asStandby">Wait for a primary that never comes, and take no connections.</param>
    /// <param name="lines">Lines of postgresql.conf.</param>
    public static async Task<Postgres> StartAsync(string folder, bool asStandby = false, params string[] lines)
    {
        var programs = Directory.GetDirectories("/usr/lib/postgresql").OrderBy(path => path.Length).ThenBy(path => path, StringComparer.Ordinal).Last() + "/bin/";
        var (port, data) = (Ports.Free(), Path.Combine(folder, "data"));
        Directory.CreateDirectory(data);
        File.WriteAllText(Path.Combine(folder, "password"), Password);
        string[] before = [];
        if (Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows())
        {
            // The folder is root's own: others may go through it, and no more.
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
            await RunAsync("chown", "postgres:", data, Path.Combine(folder, "password"));
            before = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"];
        }
        await RunAsync([.. before, programs + "initdb", "-D", data, "-U", "postgres", "-A", "scram-sha-256", "--pwfile", Path.Combine(folder, "password"), "--no-sync", "-E", "UTF8", "--locale=C"]);
        File.AppendAllText(Path.Combine(data, "postgresql.conf"), $"""

            listen_addresses = '127.0.0.1'
            port = {port}
            unix_socket_directories = '{data}'
            fsync = off
            {(asStandby ? "hot_standby = off" : "")}
            {string.Join('\n', lines)}
            """ + "\n");
        if (asStandby)
            File.WriteAllText(Path.Combine(data, "standby.signal"), "");
        string[] command = [.. before, programs + "postgres", "-D", data];
        return new(await ServerProcess.StartAsync(folder, port, command[0], command[1..]), port, data);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => process.DisposeAsync();

    private static async Task RunAsync(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}: {await said}{await complained}");
    }
}
