using System.Net.Sockets;
using Hale.Core.Containers;
using Hale.Core.Model;
using Hale.Probes.Http;

namespace Hale.Containers;

/// <summary>Tells kinds of attempts apart by the words of the probes (<see cref="Phase"/>, <see cref="Blame"/>), which its tests hold against real servers.</summary>
internal static class ContainerAttempts
{
    /// <summary>What an attempt came to.</summary>
    public static ContainerAttempt Of(ProbeResult result)
    {
        var said = result.Evidence;
        if (result.Outcome is Outcome.Pass or Outcome.Warn)
            return ContainerAttempt.None;
        if (Has(said, Blame.Words(SocketError.ConnectionRefused)))
            return ContainerAttempt.Refused;
        if (said.StartsWith("looking up ", StringComparison.Ordinal) || Has(said, Blame.Words(SocketError.HostNotFound)) || Has(said, Blame.Words(SocketError.NoData)))
            return ContainerAttempt.NameUnknown;
        if (said.StartsWith("connecting to ", StringComparison.Ordinal))
            return ContainerAttempt.Unreachable;
        // "status 200, but …": the answer broke off.
        if (said.StartsWith("status ", StringComparison.Ordinal) && !Has(said, ", but "))
            return ContainerAttempt.OtherStatus;
        if (Has(said, "the body did not end within"))
            return ContainerAttempt.Unfinished;
        if (Has(said, " within "))
            return ContainerAttempt.Silent;
        return result.Outcome == Outcome.Fail ? ContainerAttempt.Broken : ContainerAttempt.None;
    }

    private static bool Has(string said, string words) => said.Contains(words, StringComparison.Ordinal);
}
