using System.Net.Http.Headers;
using System.Net.Security;
using System.Text;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes.Http;
using HttpStatusCode = System.Net.HttpStatusCode;
using HttpVersion = System.Net.HttpVersion;

namespace Hale.Probes;

/// <summary>
/// <c>grpc</c>: asks the standard health service of a gRPC server (grpc.health.v1.Health/Check) once. Two messages of one field each are all
/// that this takes, so they are written out here; Grpc.Net.Client would bring them, a channel with retries, and six assemblies.
/// </summary>
public sealed class GrpcProbe : IProbe
{
    private const string Method = "/grpc.health.v1.Health/Check";
    private const int AnswerLimit = 4096;

    private readonly Endpoint endpoint;
    private readonly Uri url;
    private readonly string service;
    private readonly TlsSettings tls;
    private readonly IReadOnlyDictionary<string, string> headers;

    internal GrpcProbe(Endpoint endpoint, string service = "", bool secure = false, TlsSettings? tls = null, IReadOnlyDictionary<string, string>? headers = null)
    {
        (this.endpoint, this.service) = (endpoint, service);
        this.tls = tls ?? TlsSettings.Default;
        this.headers = headers ?? new Dictionary<string, string>();
        url = new Uri($"{(secure ? "https" : "http")}://{endpoint}{Method}");
        HttpRequest.Create("POST", url, this.headers);
    }

    /// <summary>The kind for the registry.</summary>
    public static ProbeKind Kind { get; } = new(
        "grpc",
        "Asks the health service of a gRPC server (grpc.health.v1) about a service, or about the whole server; passes when it is SERVING.",
        [
            new("address", KeyType.Text, "Where to connect: HOST:PORT.") { Required = true, Shorthand = true },
            new("service", KeyType.Text, "The service, as the server names it. Default: the server as a whole."),
            new("tls", KeyType.Flag, "Whether the server speaks TLS.") { Default = "false" },
            new("headers", KeyType.TextMap, "Metadata to send."),
            .. Authorization.Keys,
            .. TlsSettings.Keys,
        ],
        settings => new GrpcProbe(
            Endpoint.TryParse(settings.Text("address")!) ?? throw new SettingsException("address", $"'{settings.Text("address")}' is not HOST:PORT"),
            settings.Text("service") ?? "", settings.Flag("tls"), TlsSettings.From(settings), Authorization.Headers(settings)))
    {
        LevelOf = "latency",
        LevelUnit = Unit.Seconds,
        Measures = [new("latency", Unit.Seconds, "Time until the whole answer was there.")],
    };

    /// <inheritdoc/>
    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        await using var client = new FreshClient(endpoint, url.Scheme == Uri.UriSchemeHttps ? endpoint.Host : null, tls, context.Timeout, context.Time);
        if (await client.DialAsync(SslApplicationProtocol.Http2, cancel) is { } trouble)
            return trouble;
        try
        {
            using var request = Request();
            using var response = await client.Invoker.SendAsync(request, cancel);
            client.Phase.Enter(Phase.Name.Body);
            var (body, _) = await BoundedBody.ReadAsync(response.Content, AnswerLimit, AnswerLimit, cancel);
            return Judge(response, body.Span, new("latency", client.Phase.Elapsed.TotalSeconds, Unit.Seconds));
        }
        catch (Exception error) when (FreshClient.IsExpected(error))
        {
            return client.Explain(error, cancel);
        }
    }

    private HttpRequestMessage Request()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(GrpcHealth.Request(service)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private ProbeResult Judge(HttpResponseMessage response, ReadOnlySpan<byte> body, Measurement latency)
    {
        var type = response.Content.Headers.ContentType?.MediaType ?? "";
        if (response.StatusCode != HttpStatusCode.OK || !type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase))
            return ProbeResult.Fail($"not a gRPC server: status {(int)response.StatusCode}{(type.Length > 0 ? $", content type {Excerpt.Of(Encoding.UTF8.GetBytes(type))}" : "")}", latency);
        // A call that fails at once has its status in the only header that it sends.
        var status = Field(response, "grpc-status");
        if (status is not "0")
            return Refused(status, Field(response, "grpc-message"), latency);
        return GrpcHealth.Answer(body) switch
        {
            1 => ProbeResult.Pass("SERVING", latency),
            2 => ProbeResult.Fail("NOT_SERVING", latency),
            0 => ProbeResult.Inconclusive("UNKNOWN: the server itself cannot tell yet"),
            { } other => ProbeResult.Fail($"the server answers with health {other}, which is none that grpc.health.v1 has for a single question", latency),
            null => ProbeResult.Fail($"the answer is not a HealthCheckResponse: {Excerpt.Of(body)}", latency),
        };
    }

    private ProbeResult Refused(string? status, string? message, Measurement latency)
    {
        var words = message is { Length: > 0 } ? $": {Excerpt.Of(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(message)))}" : "";
        return status switch
        {
            null => ProbeResult.Fail("the answer ended without a grpc-status", latency),
            "5" => ProbeResult.Fail($"the server does not know the service '{service}'{words}", latency),
            // It answers, and was asked for what it does not have, or by somebody whom it does not know: our own mistake.
            "12" => ProbeResult.Inconclusive($"the server answers, but has no health service (UNIMPLEMENTED){words}; add grpc.health.v1 to it, or check it with tcp"),
            "16" or "7" => ProbeResult.Inconclusive($"the server does not let us ask ({(status is "16" ? "UNAUTHENTICATED" : "PERMISSION_DENIED")}){words}; check bearer, user or tls_cert"),
            "14" => ProbeResult.Fail($"UNAVAILABLE{words}", latency),
            _ => ProbeResult.Fail($"gRPC status {Excerpt.Of(Encoding.UTF8.GetBytes(status))}{words}", latency),
        };
    }

    private static string? Field(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values) ? values.First() : null;
}
