using Hale.Config;
using Hale.Core.Model;
using Hale.Probes.Http;

namespace Hale.Remedies;

/// <summary>
/// <c>http</c>: calls a URL, and a status from 200 to 299 means that it was done. URL, headers and body may hold secrets, so what is reported names
/// the host alone.
/// </summary>
public sealed class HttpRemedy : IRemedy
{
    private const int BodyLimit = 64 * 1024;

    private readonly HttpRequest request;
    private readonly string method;
    private readonly TimeSpan limit;
    private readonly bool verifyTls;

    internal HttpRemedy(
        Uri url, string method = "POST", IReadOnlyDictionary<string, string>? headers = null, string? body = null, TimeSpan? limit = null, bool verifyTls = true)
    {
        this.method = method.ToUpperInvariant();
        request = HttpRequest.Create(this.method, url, headers ?? new Dictionary<string, string>(), body);
        this.limit = limit ?? TimeSpan.FromSeconds(30);
        this.verifyTls = verifyTls;
    }

    /// <summary>The kind for the registry.</summary>
    public static RemedyKind Kind { get; } = new(
        "http",
        "Calls a URL; done when the answer's status is 200 to 299.",
        [
            new("url", KeyType.Url, "What to call.") { Required = true, Shorthand = true },
            new("method", KeyType.Text, "The method.") { Default = "POST" },
            new("headers", KeyType.TextMap, "Header fields to send."),
            new("body", KeyType.Text, "The body to send."),
            new("limit", KeyType.Duration, "How long the call may take.") { Default = "30s", Min = 0.1, Max = 3600 },
            new("tls_verify", KeyType.Flag, "Whether the server's certificate must be trusted, valid and for the host.") { Default = "true" },
        ],
        settings => new HttpRemedy(
            settings.Url("url")!, settings.Text("method") ?? "POST", settings.Map("headers"), settings.Text("body"), settings.Duration("limit"),
            !settings.Has("tls_verify") || settings.Flag("tls_verify")));

    // The call as it may be shown: no path, no query, no user information.
    private string Shown => $"{method} {request.Url.Scheme}://{request.Url.IdnHost}:{request.Url.Port}";

    /// <inheritdoc/>
    public async Task<RemedyResult> ActAsync(RemedyContext context, CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(limit, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        using var call = HttpCall.Rent(limit, context.Time);
        var trouble = await call.ExchangeAsync(request, verifyTls, keep: 0, BodyLimit, either.Token);
        cancel.ThrowIfCancellationRequested();
        if (trouble is not null)
            return new(RemedyOutcome.Failed, $"{Shown}: {trouble.Evidence}");
        return new(call.Response.Status is >= 200 and <= 299 ? RemedyOutcome.Done : RemedyOutcome.Failed, $"{Shown}: status {call.Response.Status}");
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> RehearseAsync(RemedyContext context, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<string>>([$"would call {Shown}"]);
}
