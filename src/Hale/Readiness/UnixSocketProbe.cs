using System.Net.Sockets;
using Hale.Core.Model;
using Hale.Native;
using Hale.Probes;

namespace Hale.Readiness;

/// <summary><c>unix:PATH</c>: passes when a connection to a stream socket in the file system is accepted.</summary>
internal sealed class UnixSocketProbe(string path) : IProbe
{
    /// <inheritdoc/>
    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        // Looked at first, because a connection to what is no socket is refused as well.
        var error = FileNative.Stat(path, followLink: true, fresh: true, out var status);
        if (error is FileNative.ENOENT or FileNative.ENOTDIR)
            return ProbeResult.Fail($"{path} does not exist");
        if (error != 0)
            return ProbeResult.Inconclusive($"{path}: {FileNative.Describe(error)}");
        if (!status.IsSocket)
            return ProbeResult.Fail($"{path} is not a socket");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
            return ProbeResult.Pass("connected");
        }
        catch (SocketException refused)
        {
            return refused.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => ProbeResult.Fail($"connecting to {path}: connection refused; nobody listens on the socket, which an earlier process may have left behind"),
                SocketError.AddressNotAvailable or SocketError.HostNotFound => ProbeResult.Fail($"{path} does not exist"),
                SocketError.AccessDenied => ProbeResult.Inconclusive($"connecting to {path}: not permitted for this user"),
                // A queue that is full: somebody has bound it and does not accept.
                SocketError.WouldBlock => ProbeResult.Fail($"connecting to {path}: not accepted, its queue is full"),
                _ => ProbeResult.Fail($"connecting to {path}: {refused.Message}"),
            };
        }
        catch (OperationCanceledException)
        {
            return ProbeResult.Fail($"connecting to {path}: not accepted in time");
        }
    }
}
