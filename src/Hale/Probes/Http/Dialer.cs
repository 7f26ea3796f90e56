using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Hale.Core.Model;

namespace Hale.Probes.Http;

/// <summary>Resolves a host and connects to the first of its addresses that answers, in the system's order of preference.</summary>
internal static class Dialer
{
    /// <summary>Connects within the limit of the exchange; each address but the last gets an even share of what is left of it.</summary>
    /// <returns>Null when connected, otherwise the result of the attempt.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<ProbeResult?> DialAsync(Connection connection, Endpoint endpoint, Phase phase, CancellationToken cancel)
    {
        IPEndPoint[]? addresses = endpoint.Known;
        if (addresses is null)
        {
            phase.Enter(Phase.Name.LookUp, endpoint.Host);
            var answer = await NameResolver.LookUpAsync(endpoint.Host, cancel);
            if (answer.Error != SocketError.Success)
                return Blame.For(answer.Error, $"looking up {endpoint.Host}");
            addresses = [.. answer.Addresses.Select(a => new IPEndPoint(a, endpoint.Port))];
        }
        phase.LookedUp = phase.Elapsed;
        ProbeResult? worst = null;
        for (var i = 0; i < addresses.Length; i++)
        {
            phase.Enter(Phase.Name.Connect, addresses[i]);
            var others = addresses.Length - i - 1;
            var error = others == 0
                ? await connection.ConnectAsync(addresses[i])
                : await connection.ConnectAsync(addresses[i], phase.Left / (others + 1), phase.Time);
            if (error == SocketError.Success)
                return null;
            cancel.ThrowIfCancellationRequested();
            var result = error == SocketError.OperationAborted
                ? ProbeResult.Fail($"connecting to {addresses[i]}: no answer")
                : Blame.For(error, $"connecting to {addresses[i]}");
            // One address that refuses is evidence, whatever kept this machine from trying the others.
            if (worst is null || worst.Outcome == Outcome.Inconclusive)
                worst = result;
        }
        return worst;
    }
}
