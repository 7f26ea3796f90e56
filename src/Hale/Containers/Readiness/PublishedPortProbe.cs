using System.Net.Sockets;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Probes.Http;

namespace Hale.Containers;

/// <summary>
/// Connects to a published port. An engine's proxy takes every connection there, and closes it when nothing listens behind it; so only one that stays
/// open for a moment is evidence.
/// </summary>
internal sealed class PublishedPortProbe(Endpoint endpoint, TimeSpan? staysOpen = null) : IProbe
{
    /// <summary>The proxy and the container are on one machine, where a refusal takes less than a millisecond; the rest is for a busy one.</summary>
    private static readonly TimeSpan StaysOpen = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc/>
    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var isConnected = false;
        try
        {
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, cancel);
            isConnected = true;
            using var moment = new CancellationTokenSource(staysOpen ?? StaysOpen, context.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(moment.Token, cancel);
            return await socket.ReceiveAsync(new byte[1], SocketFlags.None, either.Token) > 0
                ? ProbeResult.Pass("connected")
                : ProbeResult.Fail($"connected to {endpoint}, and the connection was closed at once");
        }
        catch (SocketException trouble)
        {
            return Blame.For(trouble.SocketErrorCode, isConnected ? $"connected to {endpoint}" : $"connecting to {endpoint}");
        }
        catch (OperationCanceledException) when (isConnected && !cancel.IsCancellationRequested)
        {
            return ProbeResult.Pass("connected");
        }
        catch (OperationCanceledException) when (!isConnected)
        {
            return ProbeResult.Fail($"connecting to {endpoint}: no answer within {Hale.Config.Duration.Format(context.Timeout)}");
        }
    }
}
