using Hale.Config;
using Hale.Core.Model;

namespace Hale.Probes.Http;

/// <summary>Where a redirect leads and what is asked for there (RFC 9110, 15.4).</summary>
internal static class RedirectRules
{
    /// <summary>Whether the status is a redirect to be followed; 300 and 304 are not.</summary>
    public static bool IsRedirect(int status) => status is 301 or 302 or 303 or 307 or 308;

    /// <summary>
    /// The request that follows; or why there is none. To another origin only the method goes along: headers and body of the
    /// configuration, which may be secrets, are for the origin that they were written for, and so are TLS name and certificate.
    /// </summary>
    public static (HttpRequest? Request, ProbeResult? Trouble) Next(HttpRequest last, HttpRequest first, HttpProbe.Options options, int status, string? location)
    {
        if (string.IsNullOrEmpty(location) || !Uri.TryCreate(last.Url, location, out var url) || url.Scheme is not ("http" or "https"))
            return (null, ProbeResult.Fail($"status {status} with a Location that cannot be followed: {Quoted(location)}"));
        var isSameOrigin = Uri.Compare(url, first.Url, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;
        var toGet = status == 303 || (status is 301 or 302 && options.Method == "POST");
        var method = options.Method == "HEAD" ? "HEAD" : toGet || !isSameOrigin ? "GET" : options.Method;
        try
        {
            return (HttpRequest.Create(
                method, url, isSameOrigin ? options.Headers : new Dictionary<string, string>(),
                isSameOrigin && method == options.Method ? options.Body : null, isSameOrigin ? options.ConnectTo : null) with { IsElsewhere = !isSameOrigin }, null);
        }
        catch (Exception error) when (error is SettingsException or UriFormatException)
        {
            return (null, ProbeResult.Fail($"status {status} with a Location that cannot be followed: {Quoted(location)}"));
        }
    }

    private static string Quoted(string? location) => location is null ? "there is none" : Excerpt.Of(System.Text.Encoding.UTF8.GetBytes(location));
}
