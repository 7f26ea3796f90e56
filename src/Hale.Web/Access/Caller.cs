using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Hale.Web.Access;

/// <summary>Where a request comes from.</summary>
internal static class Caller
{
    /// <summary>Over the unix socket: whoever may open the file may do what its owner may.</summary>
    public static bool IsOnSocket(HttpContext context) =>
        context.Features.Get<IConnectionSocketFeature>()?.Socket.AddressFamily == AddressFamily.Unix;

    /// <summary>Over TCP to an address that only this machine reaches.</summary>
    public static bool IsOnLoopback(HttpContext context) =>
        context.Connection.LocalIpAddress is { } local
        && IPAddress.IsLoopback(local.IsIPv4MappedToIPv6 ? local.MapToIPv4() : local);

    /// <summary>The address it comes from; that of IPv4 also where it came in by IPv6.</summary>
    public static IPAddress Address(HttpContext context) => context.Connection.RemoteIpAddress is not { } remote ? IPAddress.None
        : remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote;

    /// <summary>Who is at the other end of the unix socket: <c>root</c>, <c>uid 1000</c>.</summary>
    public static string User(HttpContext context) =>
        context.Features.Get<IConnectionSocketFeature>() is { } feature && PeerUser(feature.Socket) is { } user ? user : "local user";

    // SO_PEERCRED (unix(7)): struct ucred { pid_t pid; uid_t uid; gid_t gid; } of the process that called connect.
    private static string? PeerUser(Socket socket)
    {
        const int solSocket = 1, soPeerCred = 17;
        if (!OperatingSystem.IsLinux())
            return null;
        Span<byte> credentials = stackalloc byte[12];
        try
        {
            if (socket.GetRawSocketOption(solSocket, soPeerCred, credentials) != credentials.Length)
                return null;
        }
        catch (SocketException)
        {
            return null;
        }
        var uid = BitConverter.ToUInt32(credentials[4..8]);
        return uid == 0 ? "root" : $"uid {uid}";
    }
}
