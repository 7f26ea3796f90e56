using System.Net;
using System.Net.Sockets;
using Hale.Core.Model;
using Hale.Probes.Http;

namespace Hale.Probes.Icmp;

/// <summary>A socket for echo requests: one without privileges where the kernel gives it (icmp(7), ping_group_range), else a raw one.</summary>
internal sealed class EchoSocket : IDisposable
{
    // SOL_IP, IP_RECVERR; SOL_IPV6, IPV6_RECVERR (ip(7), ipv6(7)): "destination unreachable" comes as an error of the socket.
    private const int Ip = 0, IpErrors = 11, Ip6 = 41, Ip6Errors = 25;

    private EchoSocket(Socket socket, bool isRaw) => (Socket, IsRaw) = (socket, isRaw);

    /// <summary>The socket, connected: it receives from that address only.</summary>
    public Socket Socket { get; }

    /// <summary>Whether it is a raw one, which sees replies to others as well.</summary>
    public bool IsRaw { get; }

    /// <summary>Opens one. Null with the result of the attempt when this machine does not permit it.</summary>
    public static EchoSocket? Open(IPAddress address, out ProbeResult? trouble)
    {
        var protocol = address.AddressFamily == AddressFamily.InterNetworkV6 ? ProtocolType.IcmpV6 : ProtocolType.Icmp;
        trouble = null;
        foreach (var type in (SocketType[])[SocketType.Dgram, SocketType.Raw])
        {
            Socket? socket = null;
            try
            {
                socket = new Socket(address.AddressFamily, type, protocol);
                var (level, option) = protocol == ProtocolType.IcmpV6 ? (Ip6, Ip6Errors) : (Ip, IpErrors);
                if (OperatingSystem.IsLinux())
                    socket.SetRawSocketOption(level, option, [1, 0, 0, 0]);
                socket.Connect(new IPEndPoint(address, 0));
                return new(socket, type == SocketType.Raw);
            }
            catch (SocketException error)
            {
                socket?.Dispose();
                if (error.SocketErrorCode is SocketError.AccessDenied or SocketError.ProtocolNotSupported or SocketError.SocketNotSupported)
                    continue;
                trouble = Blame.For(error.SocketErrorCode, $"asking {address}");
                return null;
            }
        }
        trouble = ProbeResult.Inconclusive(
            "this machine does not let Hale send echo requests; allow it with sysctl -w net.ipv4.ping_group_range=\"0 2147483647\", or give the program the right with setcap cap_net_raw+ep");
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => Socket.Dispose();
}
