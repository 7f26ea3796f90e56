using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
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
    private const int JsonBytes = 1 << 20;
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
        keep = options.Json.Count > 0 ? JsonBytes : contains is null && options.Matches is null ? ShownBytes : SearchedBytes;
    }

    /// <summary>The kind for the registry.</summary>
    public static ProbeKind Kind { get; } = new(
        "http",
        "Sends one HTTP request over a fresh connection; fails when there is no whole answer, or not the one that is wanted.",
        [
            new("url", KeyType.Url, "What to ask for.") { Required = true, Shorthand = true },
            new("method", KeyType.Text, "The method.") { Default = "GET" },
            new("headers", KeyType.TextMap, "Header fields to send; Host, User-Agent and Accept can be replaced."),
            new("body", KeyType.Text, "The body to send."),
            new("version", KeyType.Choice, "The version of HTTP: `1.1`, or `2`, without TLS as well (the server must know beforehand).") { Choices = ["1.1", "2"], Default = "1.1" },
            .. Authorization.Keys,
            new("status", KeyType.TextList, "Good statuses: single ones, families (2xx) and ranges.") { Default = "200-399" },
            new("contains", KeyType.Text, "Text that the first 64 KiB of the body must contain."),
            new("matches", KeyType.Pattern, "Regular expression that must match somewhere in the first 64 KiB of the body."),
            new("json", KeyType.TextList, "What the body, a JSON document of at most 1 MiB, must say: a path and a comparison (`status == ok`, `queue.length < 100`), or a path alone, whose value is then neither null nor false. All must hold."),
            new("follow", KeyType.Flag, "Follow redirects; headers and body are not sent to another origin.") { Default = "false" },
            new("max_redirects", KeyType.Integer, "How many redirects to follow; one more is a failure.") { Default = "10", Min = 1, Max = 50 },
            .. TlsSettings.Keys,
            new("address", KeyType.Text, "Connect to this HOST or HOST:PORT instead of the URL's; Host header and TLS name stay the URL's."),
            new("max_body", KeyType.Bytes, "How much of the body to read; the rest does not count.") { Default = "1MB", Min = 0, Max = 1 << 30 },
            new("timing", KeyType.Flag, "Also measure the parts of the latency: dns, connect, tls and first_byte.") { Default = "false" },
        ],
        settings => new HttpProbe(Options.From(settings)))
    {
        LevelOf = "latency",
        LevelUnit = Unit.Seconds,
        Measures =
        [
            new("latency", Unit.Seconds, "Time from the beginning to the last byte, redirects included."),
            new("dns", Unit.Seconds, "With `timing`: time that the look-up of the name took; zero for an address."),
            new("connect", Unit.Seconds, "With `timing`: time from there until the connection stood."),
            new("tls", Unit.Seconds, "With `timing`, for https: time that the TLS handshake took."),
            new("first_byte", Unit.Seconds, "With `timing`: time from the beginning to the first byte of the answer."),
            new("certificate", Unit.Seconds, "For https: time until the server's certificate ends.", Below: true),
        ],
    };

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        if (options.IsVersion2)
            return await ProbeVersion2Async(context, cancel);
        using var call = HttpCall.Rent(context);
        var asked = request;
        for (var redirects = 0; ; redirects++)
        {
            if (await call.ExchangeAsync(asked, TlsFor(asked), keep, options.BodyLimit, cancel) is { } trouble)
                return trouble;
            if (Decide(call.Answer, context.Time, ref asked, redirects) is { } decision)
                return decision;
        }
    }

    private async ValueTask<ProbeResult> ProbeVersion2Async(ProbeContext context, CancellationToken cancel)
    {
        var asked = request;
        var spent = TimeSpan.Zero;
        for (var redirects = 0; ; redirects++)
        {
            var (answer, trouble) = await Http2Call.ExchangeAsync(asked, TlsFor(asked), keep, options.BodyLimit, context.Timeout - spent, context.Time, cancel);
            if (trouble is not null)
                return trouble;
            answer = answer with { Times = answer.Times.Later(spent) };
            if (Decide(answer, context.Time, ref asked, redirects) is { } decision)
                return decision;
            spent = answer.Times.Total;
        }
    }

    private TlsSettings TlsFor(HttpRequest asked) => asked.IsElsewhere ? options.Tls.Elsewhere() : options.Tls;

    // Null when there is a redirect to be followed, to what is then asked for.
    private ProbeResult? Decide(in HttpAnswer answer, TimeProvider time, ref HttpRequest asked, int redirects)
    {
        if (!options.Follow || !RedirectRules.IsRedirect(answer.Status))
            return Judge(answer, time);
        if (redirects == options.RedirectLimit)
            return ProbeResult.Fail($"more than {options.RedirectLimit} redirects", Measure(answer, time));
        var (next, trouble) = RedirectRules.Next(asked, request, options, answer.Status, answer.Location);
        asked = next ?? asked;
        return trouble;
    }

    private ProbeResult Judge(in HttpAnswer answer, TimeProvider time)
    {
        var measurements = Measure(answer, time);
        var body = answer.Body.Span;
        if (!options.Status.Contains(answer.Status))
            return ProbeResult.Fail(body.IsEmpty ? $"status {answer.Status}" : $"status {answer.Status}: {Excerpt.Of(body)}", measurements);
        if (contains is not null && Searched(body).IndexOf(contains) < 0)
            return ProbeResult.Fail($"status {answer.Status}, but the body does not contain the text: {Excerpt.Of(body)}", measurements);
        if (options.Matches is { } pattern && !pattern.IsMatch(Encoding.UTF8.GetString(Searched(body))))
            return ProbeResult.Fail($"status {answer.Status}, but the body does not match: {Excerpt.Of(body)}", measurements);
        if (options.Json.Count > 0 && JsonTrouble(answer, measurements) is { } trouble)
            return trouble;
        return ProbeResult.Pass(PassTexts[answer.Status] ??= $"status {answer.Status}", measurements);
    }

    private ProbeResult? JsonTrouble(in HttpAnswer answer, Measurement[] measurements)
    {
        if (answer.IsCut || answer.Body.Length == JsonBytes)
            return ProbeResult.Inconclusive($"status {answer.Status}, but the document is larger than what is read of it ({ByteSize.Format(Math.Min(options.BodyLimit, JsonBytes))})");
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            foreach (var condition in options.Json)
            {
                if (condition.Complaint(document.RootElement) is { } complaint)
                    return ProbeResult.Fail($"status {answer.Status}, but {complaint}", measurements);
            }
            return null;
        }
        catch (JsonException)
        {
            return ProbeResult.Fail($"status {answer.Status}, but the body is not a JSON document: {Excerpt.Of(answer.Body.Span)}", measurements);
        }
    }

    private static ReadOnlySpan<byte> Searched(ReadOnlySpan<byte> body) => body[..Math.Min(body.Length, SearchedBytes)];

    private Measurement[] Measure(in HttpAnswer answer, TimeProvider time)
    {
        var times = answer.Times;
        var latency = new Measurement("latency", times.Total.TotalSeconds, Unit.Seconds);
        if (!options.Timing && answer.CertificateEnds is null)
            return [latency];
        List<Measurement> all = [latency];
        if (options.Timing)
        {
            all.Add(new("dns", (times.LookedUp - times.Begun).TotalSeconds, Unit.Seconds));
            all.Add(new("connect", (times.Connected - times.LookedUp).TotalSeconds, Unit.Seconds));
            if (answer.CertificateEnds is not null)
                all.Add(new("tls", (times.Secured - times.Connected).TotalSeconds, Unit.Seconds));
            all.Add(new("first_byte", times.FirstByte.TotalSeconds, Unit.Seconds));
        }
        if (answer.CertificateEnds is { } ends)
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

        public bool IsVersion2 { get; init; }

        public StatusSet Status { get; init; } = StatusSet.Parse(["200-399"]);

        public string? Contains { get; init; }

        public Regex? Matches { get; init; }

        public IReadOnlyList<JsonCondition> Json { get; init; } = [];

        public bool Follow { get; init; }

        public int RedirectLimit { get; init; } = 10;

        public TlsSettings Tls { get; init; } = TlsSettings.Default;

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
                Headers = Authorization.Headers(settings),
                Body = settings.Text("body"),
                IsVersion2 = settings.Text("version") == "2",
                Status = StatusSet.Parse(settings.Has("status") ? settings.List("status") : ["200-399"]),
                Contains = settings.Text("contains"),
                Matches = settings.Pattern("matches"),
                Json = [.. settings.List("json").Select(text => JsonCondition.TryParse(text)
                    ?? throw new SettingsException("json", $"'{text}' is not a condition such as status == ok or queue.length < 100"))],
                Follow = settings.Flag("follow"),
                RedirectLimit = (int)(settings.Integer("max_redirects") ?? 10),
                Tls = TlsSettings.From(settings),
                ConnectTo = address is null ? null
                    : Endpoint.TryParse(address, url.Port) ?? throw new SettingsException("address", $"'{address}' is not HOST or HOST:PORT"),
                BodyLimit = settings.Integer("max_body") ?? 1 << 20,
                Timing = settings.Flag("timing"),
            };
        }
    }
}
