using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Text;
using Hale.Config;

namespace Hale.Telling;

/// <summary>
/// Posts each letter to a URL; a status from 200 to 299 is the receiver's word that it has it. URL and headers may hold secrets, so what is
/// reported names the host alone.
/// </summary>
public sealed class WebhookChannel : IChannel
{
    /// <summary>How much of an answer is kept as proof, or to say why it was refused.</summary>
    private const int Excerpt = 200;

    // One for the whole program each: a client holds connections, and a channel made anew at a reload must not leave any behind.
    private static readonly HttpClient Trusting = Client(verify: true);
    private static readonly HttpClient Lenient = Client(verify: false);

    private readonly Uri url;
    private readonly WebhookFormat format;
    private readonly IReadOnlyDictionary<string, string> headers;
    private readonly string routingKey;
    private readonly bool verify;

    private WebhookChannel(Settings settings)
    {
        format = WebhookFormat.Named(settings.Text("format")!);
        url = settings.Url("url") ?? format.DefaultUrl ?? throw new SettingsException("url", "missing; it takes the URL to post to");
        headers = settings.Map("headers");
        routingKey = settings.Text("key") ?? "";
        verify = settings.Flag("tls_verify");
        if (format.NeedsKey == (routingKey.Length == 0))
            throw new SettingsException("key", format.NeedsKey ? "missing; pagerduty needs the integration key of the service: key: ${PAGERDUTY_KEY}" : "only format: pagerduty has a key");
        foreach (var (name, value) in headers)
            using (var request = new HttpRequestMessage())
                if (!request.Headers.TryAddWithoutValidation(name, value))
                    throw new SettingsException("headers", $"'{name}' is no header that can be set here");
    }

    /// <summary>The kind.</summary>
    public static ChannelKind Kind { get; } = new(
        "webhook",
        "Posts each notice to a URL as JSON, with its key in `Idempotency-Key`. Delivered when the answer's status is 200 to 299; `Retry-After` is honoured.",
        [
            new("url", KeyType.Url, "Where to. Take it from `${OPS_WEBHOOK}` where it holds a secret. Default for `pagerduty`: its events API; otherwise required.") { Shorthand = true },
            new("format", KeyType.Choice, "What is posted: `json` as docs/notices.md shows it, or what the named receiver expects.") { Default = "json", Choices = [.. WebhookFormat.All.Select(format => format.Name)] },
            new("key", KeyType.Text, "Integration key of the service; for `pagerduty` only, and required there."),
            new("headers", KeyType.TextMap, "Header fields to send, such as `Authorization`."),
            new("tls_verify", KeyType.Flag, "Whether the server's certificate must be trusted, valid and for the host.") { Default = "true" },
        ],
        settings => new WebhookChannel(settings));

    /// <inheritdoc/>
    public async Task<Delivery> SendAsync(Letter letter, TimeProvider time, CancellationToken cancel)
    {
        // Some receivers take one subject at a time. Each is named by its incident there, so that to begin again does no harm.
        Delivery? last = null;
        foreach (var body in format.Bodies(letter, routingKey))
        {
            last = await PostAsync(letter.Key, body, time, cancel);
            if (last.Outcome != DeliveryOutcome.Delivered)
                return last;
        }
        return last!;
    }

    private async Task<Delivery> PostAsync(string key, string body, TimeProvider time, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        try
        {
            using var response = await (verify ? Trusting : Lenient).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            var shown = $"{Shown}: status {(int)response.StatusCode}{await ExcerptAsync(response, cancel)}";
            return response.StatusCode switch
            {
                >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => Delivery.Done(shown),
                HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnsupportedMediaType or HttpStatusCode.UnprocessableEntity => Delivery.Refused(shown),
                _ => Delivery.Failed(shown) with { RetryAfter = After(response.Headers.RetryAfter, time) },
            };
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return Delivery.Failed($"{Shown}: {(error.InnerException ?? error).Message}");
        }
    }

    private string Shown => $"{url.Scheme}://{url.IdnHost}:{url.Port}";

    private static TimeSpan? After(RetryConditionHeaderValue? value, TimeProvider time) =>
        value?.Delta ?? (value?.Date is { } date ? date - time.GetUtcNow() : null);

    private static async Task<string> ExcerptAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var bytes = new byte[Excerpt];
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        var text = new string([.. Encoding.UTF8.GetString(bytes, 0, length).Select(c => char.IsControl(c) ? ' ' : c)]).Trim();
        return text.Length == 0 ? "" : $" \"{text}\"";
    }

    private static HttpClient Client(bool verify) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
#pragma warning disable CA5359 // The person wrote tls_verify: false for this channel.
        SslOptions = verify ? new() : new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true },
#pragma warning restore CA5359
    })
    { Timeout = Timeout.InfiniteTimeSpan };
}
