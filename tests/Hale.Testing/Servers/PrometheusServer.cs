namespace Hale.Testing.Servers;

/// <summary>A real Prometheus server that scrapes itself every second.</summary>
public sealed class PrometheusServer : IAsyncDisposable
{
    private readonly ServerProcess process;

    private PrometheusServer(ServerProcess process) => this.process = process;

    /// <summary>The port that it listens on.</summary>
    public required int Port { get; init; }

    /// <summary>Starts it in a folder, which gets its files, and waits until it has scraped.</summary>
    public static async Task<PrometheusServer> StartAsync(string folder)
    {
        var port = Ports.Free();
        File.WriteAllText(Path.Combine(folder, "prometheus.yml"), $$"""
            global: { scrape_interval: 1s }
            scrape_configs:
              - job_name: prometheus
                static_configs: [{ targets: ["127.0.0.1:{{port}}"] }]
              - job_name: absent
                static_configs: [{ targets: ["127.0.0.1:1"] }]
            """);
        var process = await ServerProcess.StartAsync(
            folder, port, "prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=data", $"--web.listen-address=127.0.0.1:{port}");
        using var http = new HttpClient();
        var scraped = false;
        var asking = Task.CompletedTask;
        await Eventually.HoldsAsync(
            () =>
            {
                if (asking.IsCompleted && !scraped)
                    asking = AskAsync();
                return scraped;
            },
            "Prometheus has scraped both of its jobs");
        return new(process) { Port = port };

        async Task AskAsync()
        {
            try
            {
                var answer = await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/api/v1/query?query=up"));
                scraped = answer.Contains("absent", StringComparison.Ordinal) && answer.Contains("\"1\"", StringComparison.Ordinal);
            }
            catch (HttpRequestException)
            {
                // It listens before it is ready.
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => process.DisposeAsync();
}
