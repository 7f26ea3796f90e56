using Hale.Core.Model;
using Hale.Probes;
using Xunit;

namespace Hale.Tests.Probes;

/// <summary>One attempt of a probe, outside of any daemon.</summary>
internal static class Attempt
{
    public static ProbeContext Context(int? pid = null) => new("target", "check", Incarnation.None, pid, TimeSpan.FromSeconds(10), TimeProvider.System);

    public static async Task<ProbeResult> Of(IProbe probe, int? pid = null) => await probe.ProbeAsync(Context(pid), CancellationToken.None);

    public static double Value(this ProbeResult result, string measurement)
    {
        Assert.True(result.Measurements.Any(each => each.Name == measurement), $"no measurement '{measurement}': {result}");
        return result.Measurements.First(each => each.Name == measurement).Value;
    }
}
