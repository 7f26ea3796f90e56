using System.Net;
using Hale.Config;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Hale.Web.Metrics;

/// <summary>
/// Sends the meter <c>Hale</c> to an OpenTelemetry collector (OTLP over HTTP, protobuf). A receiver that does not answer costs nothing but its datapoints:
/// watching and healing do not wait for it.
/// </summary>
public sealed class OtlpExport : IDisposable
{
    /// <summary>One series for each measurement of the most checks that one Hale takes; OpenTelemetry's own limit of 2,000 would hide the rest.</summary>
    private const int MaxSeries = 200_000;

    private readonly MeterProvider provider;
    private readonly Watched watched;

    private OtlpExport(OtlpSpec spec, Action<string> say)
    {
        watched = new Watched(say);
        provider = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService("hale", serviceVersion: Product.Version, serviceInstanceId: Dns.GetHostName()))
            .AddMeter("Hale")
            .AddView(_ => new MetricStreamConfiguration { CardinalityLimit = MaxSeries })
            .AddOtlpExporter((exporter, reader) =>
            {
                exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
                exporter.Endpoint = Signal(spec.Endpoint);
                exporter.Headers = string.Join(',', spec.Headers.Select(header => $"{header.Key}={Uri.EscapeDataString(header.Value)}"));
                exporter.TimeoutMilliseconds = 10_000;
                exporter.HttpClientFactory = () => new HttpClient(watched, disposeHandler: false) { Timeout = TimeSpan.FromSeconds(10) };
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)spec.Every.TotalMilliseconds;
            })
            .Build();
    }

    /// <summary>Exports that the receiver took.</summary>
    public long Taken => watched.Taken;

    /// <summary>Exports that failed.</summary>
    public long Failed => watched.Failed;

    /// <summary>Starts to export; null where nothing is configured.</summary>
    /// <param name="spec">Where to and how often.</param>
    /// <param name="say">Is told when exports begin to fail, and when they succeed again.</param>
    public static OtlpExport? Start(OtlpSpec? spec, Action<string> say) => spec is null ? null : new OtlpExport(spec, say);

    /// <summary>Sends what there is once more, for at most five seconds, and stops.</summary>
    public void Dispose()
    {
        provider.Shutdown(5000);
        provider.Dispose();
        watched.Dispose();
    }

    /// <summary>A receiver's address without a path means the path of the specification, <c>/v1/metrics</c>.</summary>
    private static Uri Signal(Uri endpoint) => endpoint.AbsolutePath == "/" ? new Uri(endpoint, "/v1/metrics") : endpoint;

    /// <summary>Counts what comes of each request; says so when that changes, not each time.</summary>
    private sealed class Watched(Action<string> say) : DelegatingHandler(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
    {
        private long taken;
        private long failed;
        private bool isFailing;

        public long Taken => Interlocked.Read(ref taken);

        public long Failed => Interlocked.Read(ref failed);

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Watch(() => base.Send(request, cancellationToken));

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                var response = await base.SendAsync(request, cancellationToken);
                Count(response.IsSuccessStatusCode ? null : $"the receiver answers {(int)response.StatusCode}");
                return response;
            }
            catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
            {
                Count(error.Message);
                throw;
            }
        }

        private HttpResponseMessage Watch(Func<HttpResponseMessage> send)
        {
            try
            {
                var response = send();
                Count(response.IsSuccessStatusCode ? null : $"the receiver answers {(int)response.StatusCode}");
                return response;
            }
            catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
            {
                Count(error.Message);
                throw;
            }
        }

        private void Count(string? trouble)
        {
            Interlocked.Increment(ref trouble is null ? ref taken : ref failed);
            if (isFailing == trouble is not null)
                return;
            isFailing = trouble is not null;
            say(trouble is null ? "metrics are exported again" : $"metrics cannot be exported: {trouble}");
        }
    }
}
