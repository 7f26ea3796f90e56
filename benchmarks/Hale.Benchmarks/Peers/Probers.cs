using System.Diagnostics;
using System.Text;

namespace Hale.Benchmarks.Peers;

/// <summary>The probers that we measure ourselves against, each set up to probe one nginx as fast as it can.</summary>
internal static class Probers
{
    // As many checks, each as often, as Hale is given: more than either can make.
    private const int Servers = ProbeThroughput.Checks;

    /// <summary>HAProxy with a health check per server every millisecond.</summary>
    public static async Task<Peer> HaproxyAsync(string folder, int target, int threads)
    {
        var port = Peer.FreePort();
        var file = Path.Combine(folder, "haproxy.cfg");
        var text = new StringBuilder($"""
            global
                nbthread {threads}
                maxconn 4096
            defaults
                mode http
                timeout connect 5s
                timeout client 5s
                timeout server 5s
                timeout check 5s
            frontend here
                bind 127.0.0.1:{port}
                default_backend there
            backend there
                option httpchk GET /
                http-check expect status 200
                default-server check inter 1ms fall 2 rise 1

            """);
        for (var i = 0; i < Servers; i++)
            text.Append("    server s").Append(i).Append(" 127.0.0.1:").Append(target).Append('\n');
        await File.WriteAllTextAsync(file, text.ToString());
        return await Peer.StartAsync($"HAProxy, {threads} thread{(threads == 1 ? "" : "s")}", "haproxy", ["-db", "-f", file], port);
    }

    /// <summary>prometheus-blackbox-exporter; it probes when it is asked to.</summary>
    public static async Task<(Peer Peer, int Port)> BlackboxAsync(string folder)
    {
        var port = Peer.FreePort();
        var file = Path.Combine(folder, "blackbox.yml");
        await File.WriteAllTextAsync(file, "modules:\n  http_2xx:\n    prober: http\n    timeout: 5s\n");
        return (await Peer.StartAsync("blackbox_exporter", "prometheus-blackbox-exporter", [$"--config.file={file}", $"--web.listen-address=127.0.0.1:{port}", "--log.level=error"], port), port);
    }

    /// <summary>wrk asks the exporter over as many kept-alive connections for the given time.</summary>
    public static Process AskBlackbox(int port, int target, int connections, int seconds) =>
        Process.Start(new ProcessStartInfo("wrk", ["-t1", $"-c{connections}", $"-d{seconds}s", $"http://127.0.0.1:{port}/probe?target=127.0.0.1:{target}&module=http_2xx"])
        {
            RedirectStandardOutput = true,
        })!;
}
