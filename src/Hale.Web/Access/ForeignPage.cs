using System.Net;
using Microsoft.AspNetCore.Http;

namespace Hale.Web.Access;

/// <summary>
/// On loopback the browser of this machine's user is the one way in for a stranger: a page may point its own name at
/// 127.0.0.1 (DNS rebinding; the Host header then names the page) or send requests across sites (Fetch Metadata, Origin).
/// </summary>
internal static class ForeignPage
{
    /// <summary>Null for a request that does not come from a foreign page.</summary>
    public static (int Status, string Detail)? Refuse(HttpRequest request)
    {
        if (!IsLocal(request.Host.Host))
            return (StatusCodes.Status421MisdirectedRequest,
                "The Host header names another machine. Over loopback, ask for localhost, 127.0.0.1 or [::1].");
        if (request.Headers["Sec-Fetch-Site"].ToString() is "cross-site")
            return (StatusCodes.Status403Forbidden, "A page of another site may not send requests to Hale.");
        if (request.Headers.Origin.ToString() is { Length: > 0 } origin
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri) && IsLocal(uri.Host)))
            return (StatusCodes.Status403Forbidden, "A page of another origin may not send requests to Hale.");
        return null;
    }

    private static bool IsLocal(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
