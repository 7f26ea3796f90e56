using System.Globalization;
using System.Net;

namespace Hale.Probes.Http;

/// <summary>Where to connect: a host, by name or address, and a port.</summary>
/// <param name="Host">Name or literal, an IPv6 literal without brackets.</param>
/// <param name="Port">1 to 65535.</param>
internal sealed record Endpoint(string Host, int Port)
{
    /// <summary>What can be connected to without asking a resolver; null for a name.</summary>
    public CachedEndPoint[]? Known { get; } = NameResolver.Known(Host)?.Select(a => new CachedEndPoint(a, Port)).ToArray();

    /// <summary>Reads <c>HOST:PORT</c>, <c>[IPV6]:PORT</c> and, where a port is given to fall back on, <c>HOST</c>. Null when it is neither.</summary>
    public static Endpoint? TryParse(string text, int? defaultPort = null)
    {
        var (host, port) = (text, "");
        if (text.StartsWith('[') && text.IndexOf(']') is > 0 and var close)
        {
            (host, port) = (text[1..close], text[(close + 1)..]);
            if (port is not "" && !port.StartsWith(':'))
                return null;
            port = port.TrimStart(':');
        }
        else if (text.LastIndexOf(':') is >= 0 and var colon)
        {
            // More than one colon without brackets is a bare IPv6 literal.
            if (text.IndexOf(':') == colon)
                (host, port) = (text[..colon], text[(colon + 1)..]);
            else if (defaultPort is null || !IPAddress.TryParse(text, out _))
                return null;
        }
        var number = defaultPort ?? 0;
        if (port is not "" && !int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number))
            return null;
        return host is "" || number is < 1 or > 65535 || Uri.CheckHostName(host) == UriHostNameType.Unknown ? null : new(host, number);
    }

    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}

/// <summary>An address and port whose form for the kernel is made once rather than for every connection.</summary>
internal sealed class CachedEndPoint : IPEndPoint
{
    private readonly SocketAddress serialized;

    /// <summary>Keeps both forms.</summary>
    public CachedEndPoint(IPAddress address, int port) : base(address, port) => serialized = base.Serialize();

    /// <summary>The same object each time: connecting only reads it.</summary>
    public override SocketAddress Serialize() => serialized;
}
