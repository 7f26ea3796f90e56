using System.Globalization;
using System.Text;
using System.Text.Json;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes.Http;

namespace Hale.Probes;

/// <summary>
/// <c>prometheus</c>: asks a Prometheus server for the value of an expression now. The target is what the expression is about: whatever is wrong with
/// Prometheus itself, or with the expression, is no evidence against it.
/// </summary>
public sealed class PrometheusProbe : IProbe
{
    private const int BodyLimit = 1 << 20;

    private readonly HttpRequest request;
    private readonly TlsSettings tls;
    private readonly Options options;

    internal PrometheusProbe(Options options)
    {
        this.options = options;
        var url = new Uri(options.Server.AbsoluteUri.TrimEnd('/') + "/api/v1/query");
        // In the body, since an expression may be longer than a server takes in a URL.
        var headers = new Dictionary<string, string>(options.Headers, StringComparer.OrdinalIgnoreCase) { ["Content-Type"] = "application/x-www-form-urlencoded" };
        request = HttpRequest.Create("POST", url, headers, "query=" + Uri.EscapeDataString(options.Query));
        tls = options.Tls;
    }

    /// <summary>The kind for the registry.</summary>
    public static ProbeKind Kind { get; } = new(
        "prometheus",
        "Asks a Prometheus server for the value of an expression now; judged by `warn` and `fail`. Trouble with Prometheus itself is inconclusive.",
        [
            new("url", KeyType.Url, "The server, such as `http://localhost:9090`.") { Required = true },
            new("query", KeyType.Text, "The expression (PromQL); it must give a scalar or an instant vector.") { Required = true },
            new("series", KeyType.Choice, "Which of several series is judged: the `worst` by the direction of the levels, the `best`, or `one`, where more than one is inconclusive.") { Choices = ["worst", "best", "one"], Default = "worst" },
            new("lower_is_worse", KeyType.Flag, "Whether `warn` and `fail` are about values that are too low.") { Default = "false" },
            new("found", KeyType.Choice, "What a result means by itself. `fail` suits the expression of an alerting rule, which gives something only when all is not well.") { Choices = ["pass", "warn", "fail"], Default = "pass" },
            new("empty", KeyType.Choice, "What no result means. By default no evidence is no verdict.") { Choices = ["inconclusive", "pass", "warn", "fail"], Default = "inconclusive" },
            new("headers", KeyType.TextMap, "Header fields to send."),
            .. Authorization.Keys,
            .. TlsSettings.Keys,
        ],
        settings => new PrometheusProbe(new()
        {
            Server = settings.Url("url")!,
            Query = settings.Text("query")!,
            Series = settings.Text("series") ?? "worst",
            LowerIsWorse = settings.Flag("lower_is_worse"),
            Found = OutcomeOf(settings.Text("found"), Outcome.Pass),
            Empty = OutcomeOf(settings.Text("empty"), Outcome.Inconclusive),
            Headers = Authorization.Headers(settings),
            Tls = TlsSettings.From(settings),
        }))
    {
        LevelOf = "value",
        LevelBelowKey = "lower_is_worse",
        Measures =
        [
            new("value", Unit.None, "The value of the series that is judged."),
            new("series", Unit.Count, "How many series the expression gave."),
        ],
    };

    /// <inheritdoc/>
    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        using var call = HttpCall.Rent(context);
        if (await call.ExchangeAsync(request, tls, BodyLimit, BodyLimit, cancel) is { } trouble)
            return ProbeResult.Inconclusive($"Prometheus: {trouble.Evidence}");
        var response = call.Response;
        if (response.IsCut)
            return ProbeResult.Inconclusive($"the result is larger than {BodyLimit >> 20} MiB; make the expression select less");
        try
        {
            using var document = JsonDocument.Parse(response.BodyMemory);
            return Judge(document.RootElement, response.Status);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or IndexOutOfRangeException)
        {
            return ProbeResult.Inconclusive($"not the answer of a Prometheus server (status {response.Status}): {Excerpt.Of(response.Body)}");
        }
    }

    private ProbeResult Judge(JsonElement answer, int status)
    {
        if (answer.GetProperty("status").GetString() != "success")
            return ProbeResult.Inconclusive($"Prometheus refuses the query (status {status}, {Text(answer.GetProperty("errorType"))}): {Text(answer.GetProperty("error"))}");
        var data = answer.GetProperty("data");
        var result = data.GetProperty("result");
        switch (data.GetProperty("resultType").GetString())
        {
            case "scalar":
                return JudgeSeries([new("", Number(result))]);
            case "vector" when result.GetArrayLength() == 0:
                return new(options.Empty, "the expression gives nothing") { Measurements = options.Empty == Outcome.Inconclusive ? [] : [new("series", 0, Unit.Count)] };
            case "vector":
                return JudgeSeries([.. result.EnumerateArray().Select(series => new Series(Labels(series), Number(series.GetProperty("value"))))]);
            default:
                return ProbeResult.Inconclusive($"the expression gives a {Text(data.GetProperty("resultType"))}; it must give a scalar or an instant vector");
        }
    }

    private ProbeResult JudgeSeries(Series[] all)
    {
        if (options.Series == "one" && all.Length > 1)
            return ProbeResult.Inconclusive($"the expression gives {all.Length} series where one is wanted; make it select less, or aggregate");
        // What is not a number is no evidence, neither for the worst nor for the best.
        if (all.FirstOrDefault(series => !double.IsFinite(series.Value)) is { } strange)
            return ProbeResult.Inconclusive($"the value{strange.Labels} is {strange.Value.ToString(CultureInfo.InvariantCulture)}");
        var highest = (options.Series == "best") == options.LowerIsWorse;
        var judged = highest ? all.MaxBy(series => series.Value)! : all.MinBy(series => series.Value)!;
        var which = all.Length > 1 ? $", the {options.Series} of {all.Length} series" : "";
        return new(options.Found, string.Create(CultureInfo.InvariantCulture, $"{judged.Value}{judged.Labels}{which}"))
        {
            Measurements = [new("value", judged.Value), new("series", all.Length, Unit.Count)],
        };
    }

    // [ time, "value" ]: a text, since JSON has no infinity.
    private static double Number(JsonElement sample) => sample[1].GetString() switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        "NaN" => double.NaN,
        var text => double.Parse(text!, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private static string Labels(JsonElement series)
    {
        var labels = string.Join(", ", series.GetProperty("metric").EnumerateObject().Where(label => label.Name != "__name__").Select(label => $"{label.Name}={label.Value.GetString()}"));
        return labels.Length == 0 ? "" : $" at {Excerpt.Of(Encoding.UTF8.GetBytes(labels))}";
    }

    private static string Text(JsonElement text) => Excerpt.Of(Encoding.UTF8.GetBytes(text.GetString() ?? ""));

    private static Outcome OutcomeOf(string? text, Outcome other) => text switch
    {
        "pass" => Outcome.Pass,
        "warn" => Outcome.Warn,
        "fail" => Outcome.Fail,
        "inconclusive" => Outcome.Inconclusive,
        _ => other,
    };

    private sealed record Series(string Labels, double Value);

    /// <summary>What the configuration says.</summary>
    internal sealed record Options
    {
        public required Uri Server { get; init; }

        public required string Query { get; init; }

        public string Series { get; init; } = "worst";

        public bool LowerIsWorse { get; init; }

        public Outcome Found { get; init; } = Outcome.Pass;

        public Outcome Empty { get; init; } = Outcome.Inconclusive;

        public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

        public TlsSettings Tls { get; init; } = TlsSettings.Default;
    }
}
