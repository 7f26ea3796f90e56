using System.Security.Cryptography;
using System.Text.Json;
using Hale.Running;
using Hale.Web.Access;
using Hale.Web.Api;
using Hale.Web.Contract;
using Microsoft.AspNetCore.Http;

namespace Hale.Web.Endpoints;

/// <summary>
/// The overview, written once for each snapshot. Its ETag is made of everything in it but version and moment, which move with every tick: who
/// asks again is sent a body only when something is different.
/// </summary>
internal sealed class OverviewPage(IDaemon daemon)
{
    private sealed record Written(long Version, byte[] Body, string Tag);

    private Written? written;

    public static EndpointRow[] Rows { get; } =
    [
        new(HttpMethods.Get, "/api/v1/overview", Need.Read, "overview", "The world in figures, with the worst targets")
        {
            Tag = "Targets",
            Details = "The same size however many targets there are. With `If-None-Match: ETAG` of an earlier answer, 304 says that nothing but the moment has changed.",
            Replies =
            [
                Reply.Of<OverviewDto>("The overview; its `ETag` changes when something in it does."),
                Reply.Empty(StatusCodes.Status304NotModified, "Nothing but the moment has changed."),
            ],
            Handle = (api, context, cancel) => api.Overview.AnswerAsync(context, cancel),
        },
    ];

    private async Task AnswerAsync(HttpContext context, CancellationToken cancel)
    {
        var page = Current();
        var response = context.Response;
        var isKnown = context.Request.Headers.IfNoneMatch.ToString().Contains(page.Tag, StringComparison.Ordinal);
        if (isKnown)
            response.StatusCode = StatusCodes.Status304NotModified;
        else
            Answer.Head(response, StatusCodes.Status200OK, "application/json");
        response.Headers.ETag = $"W/{page.Tag}";
        response.Headers.CacheControl = "no-cache";
        if (!isKnown)
            await response.Body.WriteAsync(page.Body, cancel);
    }

    private Written Current()
    {
        var snapshot = daemon.Current;
        // Two callers may write the same page at once, which is cheaper than a lock that holds one of them up.
        if (Volatile.Read(ref written) is { } known && known.Version == snapshot.Version)
            return known;
        var overview = Overview.Of(snapshot, daemon.Figures);
        var lasting = JsonSerializer.SerializeToUtf8Bytes(overview with { Version = 0, At = default }, WireJson.Default.OverviewDto);
        var page = new Written(
            snapshot.Version,
            JsonSerializer.SerializeToUtf8Bytes(overview, WireJson.Default.OverviewDto),
            $"\"{Convert.ToHexStringLower(SHA256.HashData(lasting).AsSpan(0, 12))}\"");
        Volatile.Write(ref written, page);
        return page;
    }
}
