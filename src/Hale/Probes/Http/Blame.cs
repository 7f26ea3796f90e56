using System.Net.Sockets;
using Hale.Core.Model;

namespace Hale.Probes.Http;

/// <summary>
/// Whose fault an error of the network is. What the other side did, or did not do, is a failure of the target; what this
/// machine could not do (descriptors, ports, memory, permission, a link of its own that is down) says nothing about it.
/// </summary>
internal static class Blame
{
    /// <summary>The result for an error, with what was being done when it came.</summary>
    public static ProbeResult For(SocketError error, string doing)
    {
        var evidence = $"{doing}: {Words(error)}";
        return IsTargets(error) ? ProbeResult.Fail(evidence) : ProbeResult.Inconclusive(evidence);
    }

    /// <summary>Whether the error is evidence against the target. Errors that are not known here are not.</summary>
    public static bool IsTargets(SocketError error) => error is
        SocketError.ConnectionRefused or SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.TimedOut
        or SocketError.HostUnreachable or SocketError.HostDown or SocketError.Shutdown or SocketError.Disconnecting or SocketError.HostNotFound or SocketError.NoData;

    /// <summary>The error in the words of the field.</summary>
    public static string Words(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.ConnectionReset or SocketError.ConnectionAborted => "connection reset",
        SocketError.Shutdown or SocketError.Disconnecting => "connection closed by the other side",
        SocketError.TimedOut => "no answer at all (the kernel gave up)",
        SocketError.HostUnreachable => "host unreachable",
        SocketError.HostDown => "host down",
        SocketError.HostNotFound => "the name does not exist",
        SocketError.NoData => "the name has no address",
        SocketError.TryAgain => "the resolver of this machine got no answer",
        SocketError.NoRecovery => "the resolver of this machine failed",
        SocketError.NetworkUnreachable => "no route from this machine (network unreachable)",
        SocketError.NetworkDown => "the network of this machine is down",
        SocketError.TooManyOpenSockets => "this machine or Hale has no file descriptors left",
        SocketError.NoBufferSpaceAvailable => "this machine has no memory for sockets left",
        SocketError.AddressNotAvailable or SocketError.AddressAlreadyInUse => "this machine has no local port left (or no such address family)",
        SocketError.AccessDenied => "not permitted on this machine",
        SocketError.AddressFamilyNotSupported => "this machine does not speak that address family",
        _ => $"error {error}",
    };
}
