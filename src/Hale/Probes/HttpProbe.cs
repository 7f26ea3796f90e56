using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes.Http;

namespace Hale.Probes;

/// <summary>
/// <c>http</c>: asks over a fresh connection and looks at status and body. The rule for the status is that of Kubernetes:
/// 200 to 399 is good, and a redirect is an answer unless it is to be followed.
/// </summary>
public sealed class HttpProbe : IProbe
{
    private const int SearchedBytes = 64 * 1024;
    private const int ShownBytes = 256;

    private static readonly string?[] PassTexts = new string?[1000];

    private readonly Options options;
    private readonly HttpRequest request;
    private readonly byte[]? contains;
    private readonly int keep;

    internal HttpProbe(Options options)
    {
        this.options = options;
        request = HttpRequest.Create(options.Method, options.Url, options.Headers, options.Body, options.ConnectTo);
        contains = options.Contains is { } text ? Encoding.UTF8.GetBytes(text) : null;
        keep = contains is null && options.Matches is null ? ShownBytes : SearchedBytes;
    }

    /// <summary>The kind for the registry.</summary>
    public static ProbeKind Kind { get; } = new(
        "http",
        "Sends one HTTP/1.1 request over a fresh connection; fails when there is no whole answer, or not the one that is wanted.",
        [
            new("url", KeyType.Url, "What to ask for.") { Required = true, Shorthand = true },
            new("method", KeyType.Text, "The method.") { Default = "GET" },
            new("headers", KeyType.TextMap, "Header fields to send; Host, User-Agent and Accept can be replaced."),
            new("body", KeyType.Text, "The body to send."),
            new("status", KeyType.TextList, "Good statuses: single ones, families (2xx) and ranges.") { Default = "200-399" },
            new("contains", KeyType.Text, "Text that the first 64 KiB of the body must contain."),
            new("matches", KeyType.Pattern, "Regular expression that must match somewhere in the first 64 KiB of the body."),
            new("follow", KeyType.Flag, "Follow redirects, ten at most; headers and body are not sent to another origin.") { Default = "false" },
            new("tls_verify", KeyType.Flag, "Whether the server's certificate must be trusted, valid and for the host.") { Default = "true" },
            new("address", KeyType.Text, "Connect to this HOST or HOST:PORT instead of the URL's; Host header and TLS name stay the URL's."),
            new("max_body", KeyType.Bytes, "How much of the body to read; the rest does not count.") { Default = "1MB", Min = 0, Max = 1 << 30 },
            new("timing", KeyType.Flag, "Also measure the parts of the latency: connect, tls and first_byte.") { Default = "false" },
        ],
        settings => new HttpProbe(Options.From(settings)))
    {
        LevelOf = "latency",
        LevelUnit = Unit.Seconds,
        Measures =
        [
            new("latency", Unit.Seconds, "Time from the beginning to the last byte, redirects included."),
            new("connect", Unit.Seconds, "With `timing`: time until the connection stood."),
            new("tls", Unit.Seconds, "With `timing`, for https: time that the TLS handshake took."),
            new("first_byte", Unit.Seconds, "With `timing`: time until the first byte of the answer."),
            new("certificate", Unit.Seconds, "For https: time until the server's certificate ends.", Below: true),
        ],
    };

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        using var call = HttpCall.Rent(context.Timeout, context.Time);
        var asked = request;
        for (var redirects = 0; ; redirects++)
        {
            if (await call.ExchangeAsync(asked, options.VerifyTls, keep, options.BodyLimit, cancel) is { } trouble)
                return trouble;
            var status = call.Response.Status;
            if (!options.Follow || !RedirectRules.IsRedirect(status))
                return Judge(call, context.Time);
            if (redirects == RedirectRules.Limit)
                return ProbeResult.Fail($"more than {RedirectRules.Limit} redirects", Measure(call, context.Time));
            (var next, trouble) = RedirectRules.Next(asked, request, options, status, call.Response.Location);
            if (next is null)
                return trouble!;
            asked = next;
        }
    }

    private ProbeResult Judge(HttpCall call, TimeProvider time)
    {
        var response = call.Response;
        var measurements = Measure(call, time);
        if (!options.Status.Contains(response.Status))
        {
            return ProbeResult.Fail(
                response.Body.IsEmpty ? $"status {response.Status}" : $"status {response.Status}: {Excerpt.Of(response.Body)}", measurements);
        }
        if (contains is not null && response.Body.IndexOf(contains) < 0)
            return ProbeResult.Fail($"status {response.Status}, but the body does not contain the text: {Excerpt.Of(response.Body)}", measurements);
        if (options.Matches is { } pattern && !pattern.IsMatch(Encoding.UTF8.GetString(response.Body)))
            return ProbeResult.Fail($"status {response.Status}, but the body does not match: {Excerpt.Of(response.Body)}", measurements);
        return ProbeResult.Pass(PassTexts[response.Status] ??= $"status {response.Status}", measurements);
    }

    private Measurement[] Measure(HttpCall call, TimeProvider time)
    {
        var latency = new Measurement("latency", call.Elapsed.TotalSeconds, Unit.Seconds);
        if (!options.Timing && call.CertificateEnds is null)
            return [latency];
        List<Measurement> all = [latency];
        if (options.Timing)
        {
            all.Add(new("connect", call.Connected.TotalSeconds, Unit.Seconds));
            if (request.TlsName is not null)
                all.Add(new("tls", (call.Secured - call.Connected).TotalSeconds, Unit.Seconds));
            all.Add(new("first_byte", call.FirstByte.TotalSeconds, Unit.Seconds));
        }
        if (call.CertificateEnds is { } ends)
            all.Add(new("certificate", (ends - time.GetUtcNow()).TotalSeconds, Unit.Seconds));
        return [.. all];
    }

    /// <summary>What the configuration says.</summary>
    internal sealed record Options
    {
        public required Uri Url { get; init; }

        public string Method { get; init; } = "GET";

        public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

        public string? Body { get; init; }

        public StatusSet Status { get; init; } = StatusSet.Parse(["200-399"]);

        public string? Contains { get; init; }

        public Regex? Matches { get; init; }

        public bool Follow { get; init; }

        public bool VerifyTls { get; init; } = true;

        public Endpoint? ConnectTo { get; init; }

        public long BodyLimit { get; init; } = 1 << 20;

        public bool Timing { get; init; }

        public static Options From(Settings settings)
        {
            var url = settings.Url("url")!;
            var address = settings.Text("address");
            return new()
            {
                Url = url,
                Method = (settings.Text("method") ?? "GET").ToUpperInvariant(),
                Headers = settings.Map("headers"),
                Body = settings.Text("body"),
                Status = StatusSet.Parse(settings.Has("status") ? settings.List("status") : ["200-399"]),
                Contains = settings.Text("contains"),
                Matches = settings.Pattern("matches"),
                Follow = settings.Flag("follow"),
                VerifyTls = !settings.Has("tls_verify") || settings.Flag("tls_verify"),
                ConnectTo = address is null ? null
                    : Endpoint.TryParse(address, url.Port) ?? throw new SettingsException("address", $"'{address}' is not HOST or HOST:PORT"),
                BodyLimit = settings.Integer("max_body") ?? 1 << 20,
                Timing = settings.Flag("timing"),
            };
        }
    }
}
