using Hale.Core.Model;
using Hale.Probes;

namespace Hale.Tests.Probes;

/// <summary>One attempt of a probe, as the scheduler would make it: cancelled when the time-out has passed.</summary>
internal static class Attempts
{
    /// <summary>Long enough for anything that is expected to answer on a busy machine.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    /// <summary>For what is expected to hang.</summary>
    public static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    public static async Task<ProbeResult> TryAsync(this IProbe probe, TimeSpan? timeout = null)
    {
        using var cancel = new CancellationTokenSource(timeout ?? Long);
        return await probe.ProbeAsync(new ProbeContext("target", "check", Incarnation.None, null, timeout ?? Long, TimeProvider.System), cancel.Token);
    }
}
