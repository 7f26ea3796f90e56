namespace Hale.Benchmarks.Peers;

/// <summary>The target that everybody probes: one nginx worker that answers 200 at once and counts its requests.</summary>
internal sealed class Nginx : IDisposable
{
    private readonly HttpClient client = new();
    private readonly Peer peer;

    private Nginx(Peer peer, int port) => (this.peer, Port) = (peer, port);

    /// <summary>Where it answers, on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>User and system time that it has used.</summary>
    public TimeSpan CpuTime => peer.CpuTime;

    /// <summary>Starts it.</summary>
    public static async Task<Nginx> StartAsync(string folder)
    {
        var port = Peer.FreePort();
        var file = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(file, $$"""
            daemon off;
            master_process off;
            worker_processes 1;
            pid {{folder}}/nginx.pid;
            error_log /dev/null crit;
            events { worker_connections 8192; }
            http {
                access_log off;
                server {
                    listen 127.0.0.1:{{port}} backlog=8192;
                    location / { return 200 "ok\n"; }
                    location = /status { stub_status; }
                }
            }
            """);
        return new(await Peer.StartAsync("nginx", "nginx", ["-c", file, "-p", folder, "-e", "/dev/null"], port), port);
    }

    /// <summary>Requests that it has answered, without those of this method.</summary>
    public async Task<long> RequestsAsync()
    {
        var lines = (await client.GetStringAsync($"http://127.0.0.1:{Port}/status")).Split('\n');
        return long.Parse(lines[2].Split(' ', StringSplitOptions.RemoveEmptyEntries)[2], System.Globalization.CultureInfo.InvariantCulture) - ++asked;
    }

    private long asked;

    /// <inheritdoc/>
    public void Dispose()
    {
        client.Dispose();
        peer.Dispose();
    }
}
