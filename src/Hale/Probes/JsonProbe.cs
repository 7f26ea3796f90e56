using System.Globalization;
using System.Text;
using System.Text.Json;
using Hale.Config;
using Hale.Core.Model;
using Hale.Core.Scheduling;
using Hale.Probes.Http;

namespace Hale.Probes;

/// <summary>
/// <c>json</c>: a value in a JSON document that is served over HTTP. A number can be judged by levels, and whatever the value is,
/// its change is progress: a counter of finished pieces of work, the time of the last one.
/// </summary>
public sealed class JsonProbe : IProbe
{
    private const int BodyLimit = 1 << 20;
    private const int TokenLength = 100;

    private readonly HttpRequest request;
    private readonly TlsSettings tls;
    private readonly string pathText;
    private readonly JsonPath path;

    internal JsonProbe(Uri url, string path, IReadOnlyDictionary<string, string>? headers = null, TlsSettings? tls = null)
    {
        request = HttpRequest.Create("GET", url, headers ?? new Dictionary<string, string>());
        this.tls = tls ?? TlsSettings.Default;
        pathText = path;
        this.path = JsonPath.TryParse(path) ?? throw new SettingsException("path", $"'{path}' is not a path such as a.b[0].c");
    }

    /// <summary>The kind for the registry.</summary>
    public static ProbeKind Kind { get; } = new(
        "json",
        "Reads one value from a JSON document over HTTP: fails when there is no such document; the value is a measurement, and its change is progress.",
        [
            new("url", KeyType.Url, "Where the document is; at most 1 MiB, status 200 to 299.") { Required = true, Shorthand = true },
            new("path", KeyType.Text, "The way to the value: a.b[0].c; names with dots in quotes: a[\"b.c\"].") { Required = true },
            new("headers", KeyType.TextMap, "Header fields to send."),
            .. Authorization.Keys,
            .. TlsSettings.Keys,
            new("lower_is_worse", KeyType.Flag, "Whether `warn` and `fail` are about values that are too low.") { Default = "false" },
        ],
        settings => new JsonProbe(
            settings.Url("url")!, settings.Text("path")!, Authorization.Headers(settings), TlsSettings.From(settings)))
    {
        LevelOf = "value",
        LevelBelowKey = "lower_is_worse",
        HasProgress = true,
        Measures = [new("value", Unit.None, "The value, where it is or counts as a number.")],
    };

    /// <inheritdoc/>
    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        using var call = HttpCall.Rent(context);
        if (await call.ExchangeAsync(request, tls, BodyLimit, BodyLimit, cancel) is { } trouble)
            return trouble;
        var response = call.Response;
        if (response.Status is < 200 or > 299)
            return ProbeResult.Fail($"status {response.Status}: {Excerpt.Of(response.Body)}");
        if (response.IsCut)
            return ProbeResult.Inconclusive($"the document is larger than {BodyLimit >> 20} MiB, and is not read");
        return Read(response.BodyMemory, context.Time);
    }

    private ProbeResult Read(ReadOnlyMemory<byte> body, TimeProvider time)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return path.Follow(document.RootElement) is { } value && value.ValueKind != JsonValueKind.Null
                ? Describe(value, time)
                : ProbeResult.Inconclusive($"the document has no value at {pathText}");
        }
        catch (JsonException)
        {
            return ProbeResult.Fail($"not a JSON document: {Excerpt.Of(body.Span)}");
        }
    }

    private ProbeResult Describe(JsonElement value, TimeProvider time)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        var token = text.Length <= TokenLength ? text : $"{text.Length}:{StableHash.Of(text):x}";
        var result = ProbeResult.Pass($"{pathText} is {Excerpt.Of(Encoding.UTF8.GetBytes(text))}") with { Progress = token };
        if (NumberOf(value, text) is { } number)
            result = result with { Measurements = [new("value", number)] };
        if (value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var at) && HasZone(text))
            result = result with { ProgressAge = time.GetUtcNow() - at };
        return result;
    }

    private static double? NumberOf(JsonElement value, string text) => value.ValueKind switch
    {
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        JsonValueKind.Array => value.GetArrayLength(),
        JsonValueKind.Number or JsonValueKind.String when
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => number,
        _ => null,
    };

    // Without a zone a time says nothing about how long ago it was.
    private static bool HasZone(string text) => text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-');
}
