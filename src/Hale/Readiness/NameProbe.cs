using System.Net.Sockets;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Probes.Http;

namespace Hale.Readiness;

/// <summary><c>dns:NAME</c>: passes when the resolver of this machine knows an address for the name, as any program here would see it.</summary>
internal sealed class NameProbe(string name) : IProbe
{
    /// <inheritdoc/>
    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        try
        {
            var answer = await NameResolver.LookUpAsync(name, cancel);
            return answer.Error == SocketError.Success
                ? ProbeResult.Pass($"{name} is {string.Join(", ", answer.Addresses.Take(4).Select(address => address.ToString()))}")
                : Blame.For(answer.Error, $"looking up {name}");
        }
        catch (OperationCanceledException)
        {
            return ProbeResult.Inconclusive($"looking up {name}: no answer from the resolver of this machine within {Duration.Format(context.Timeout)}");
        }
    }
}
