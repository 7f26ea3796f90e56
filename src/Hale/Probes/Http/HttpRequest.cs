using System.Text;
using Hale.Config;

namespace Hale.Probes.Http;

/// <summary>A request, made ready once: the bytes to send and where to.</summary>
internal sealed record HttpRequest
{
    // What the client itself decides about the connection and the length of the body.
    private static readonly string[] Reserved = ["connection", "content-length", "transfer-encoding", "upgrade", "expect"];

    /// <summary>Where to connect.</summary>
    public required Endpoint Endpoint { get; init; }

    /// <summary>Name for SNI and for the check of the certificate; null for plain HTTP.</summary>
    public required string? TlsName { get; init; }

    /// <summary>What is asked for, without user information.</summary>
    public required Uri Url { get; init; }

    /// <summary>It goes to another origin than the one that the configuration names: a redirect led there.</summary>
    public bool IsElsewhere { get; init; }

    /// <summary>The method, in upper case.</summary>
    public required string Method { get; init; }

    /// <summary>The header fields, but for those that say how this very version of HTTP frames the request.</summary>
    public required IReadOnlyDictionary<string, string> Fields { get; init; }

    /// <summary>The body; null for none.</summary>
    public required byte[]? Payload { get; init; }

    /// <summary>Header and body as HTTP/1.1 sends them.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>The response will have no body.</summary>
    public required bool IsHead { get; init; }

    /// <summary>Builds a request.</summary>
    /// <param name="method">The method, in upper case.</param>
    /// <param name="url">An absolute http or https URL; its user information becomes basic authentication.</param>
    /// <param name="headers">Fields added to, or in place of, Host, User-Agent and Accept.</param>
    /// <param name="body">The body; null for none.</param>
    /// <param name="connectTo">Where to connect instead of to the URL's host; null for there.</param>
    /// <exception cref="SettingsException">A method or field that cannot be sent.</exception>
    public static HttpRequest Create(
        string method, Uri url, IReadOnlyDictionary<string, string> headers, string? body = null, Endpoint? connectTo = null)
    {
        if (!IsToken(method))
            throw new SettingsException("method", $"'{method}' is not a method");
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["Host"] = HostOf(url),
            ["User-Agent"] = "hale/" + typeof(HttpRequest).Assembly.GetName().Version!.ToString(3),
            ["Accept"] = "*/*",
        };
        if (url.UserInfo is not "")
            fields["Authorization"] = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(url.UserInfo)));
        foreach (var (name, value) in headers)
        {
            if (!IsToken(name))
                throw new SettingsException("headers", $"'{name}' is not a header name");
            if (value.AsSpan().ContainsAny('\r', '\n', '\0'))
                throw new SettingsException("headers", $"the value of {name} has a line break in it");
            if (Reserved.Contains(name, StringComparer.OrdinalIgnoreCase))
                throw new SettingsException("headers", $"{name} is set by Hale itself");
            fields[name] = value;
        }
        var text = new StringBuilder($"{method} {url.PathAndQuery} HTTP/1.1\r\n");
        foreach (var (name, value) in fields)
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        var payload = body is not null || method is "POST" or "PUT" or "PATCH" ? Encoding.UTF8.GetBytes(body ?? "") : null;
        if (payload is not null)
            text.Append("Content-Length: ").Append(payload.Length).Append("\r\n");
        text.Append("Connection: close\r\n\r\n");
        return new()
        {
            Endpoint = connectTo ?? new(BareHost(url), url.Port),
            TlsName = url.Scheme == Uri.UriSchemeHttps ? BareHost(url) : null,
            Url = url,
            Method = method,
            Fields = fields,
            Payload = payload,
            Bytes = (byte[])[.. Encoding.UTF8.GetBytes(text.ToString()), .. payload ?? []],
            IsHead = method == "HEAD",
        };
    }

    // RFC 9110, 5.6.2.
    private static bool IsToken(string text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && !"!#$%&'*+-.^_`|~".Contains(character, StringComparison.Ordinal))
                return false;
        }
        return text.Length > 0;
    }

    private static string BareHost(Uri url) => url.IdnHost.Trim('[', ']');

    private static string HostOf(Uri url)
    {
        var host = url.HostNameType == UriHostNameType.IPv6 ? $"[{BareHost(url)}]" : url.IdnHost;
        return url.IsDefaultPort ? host : $"{host}:{url.Port}";
    }
}
