using System.Net.Sockets;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Probes.Http;

namespace Hale.Containers;

/// <summary>
/// Connects to a published port. An engine's proxy takes every connection there, and closes it when nothing listens behind it; so only one that stays
/// open for a moment is evidence.
/// </summary>
internal sealed class PublishedPortProbe(Endpoint endpoint) : IProbe
{
    /// <summary>The proxy and the container are on one machine, and a refusal takes less than a millisecond there.</summary>
    private static readonly TimeSpan StaysOpen = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var isConnected = false;
        using var moment = new CancellationTokenSource(StaysOpen, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(moment.Token, cancel);
        try
        {
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, cancel);
            isConnected = true;
            moment.CancelAfter(StaysOpen);
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
