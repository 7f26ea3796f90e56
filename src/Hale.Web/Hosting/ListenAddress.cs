using System.Net;

namespace Hale.Web.Hosting;

/// <summary>Reads <c>hale.listen</c>.</summary>
internal static class ListenAddress
{
    /// <summary>
    /// <c>HOST:PORT</c>, where HOST is an address or <c>localhost</c> (127.0.0.1), and PORT 0 lets the system choose. Off loopback a token is required.
    /// </summary>
    /// <exception cref="WebHostException">It is none of these, or there is no token.</exception>
    public static IPEndPoint Parse(string text, bool hasToken)
    {
        const string local = "localhost:";
        var literal = text.StartsWith(local, StringComparison.OrdinalIgnoreCase) ? $"{IPAddress.Loopback}:{text[local.Length..]}" : text;
        // IPEndPoint.TryParse takes an address without a port, too, and would listen on any.
        if (!IPEndPoint.TryParse(literal, out var endPoint) || !literal.EndsWith($":{endPoint.Port}", StringComparison.Ordinal)
            || endPoint.ToString() != Canonical(literal, endPoint))
        {
            throw new WebHostException($"hale.listen is not an address to listen on: '{text}'. Write HOST:PORT with an IP address or localhost: 127.0.0.1:7411, [::1]:7411.");
        }
        if (!IPAddress.IsLoopback(endPoint.Address) && !hasToken)
        {
            throw new WebHostException(
                $"hale.listen is {text}, which other machines can reach, and there is no token. Set hale.token, or listen on 127.0.0.1:{endPoint.Port}.");
        }
        return endPoint;
    }

    // An IPv6 address has many spellings: only what stands before the last colon is compared by value.
    private static string Canonical(string literal, IPEndPoint endPoint)
    {
        var host = literal[..literal.LastIndexOf(':')];
        var bracketed = host.StartsWith('[') && host.EndsWith(']');
        return IPAddress.TryParse(bracketed ? host[1..^1] : host, out var address)
            && bracketed == (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6)
            ? new IPEndPoint(address, endPoint.Port).ToString()
            : "";
    }
}
