using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;
using Xunit;

namespace Hale.Tests.Probes;

/// <summary>One attempt of a probe, outside of any daemon.</summary>
internal static class Attempt
{
    public static ProbeContext Context(int? pid = null, TimeSpan? timeout = null) =>
        new("the target", "the check", Incarnation.None, pid, timeout ?? TimeSpan.FromSeconds(60), TimeProvider.System);

    public static async Task<ProbeResult> Of(IProbe probe, int? pid = null) =>
        await probe.ProbeAsync(Context(pid), TestContext.Current.CancellationToken);

    /// <summary>The same for a probe that is made as the loader makes it: from its kind and from values, defaults filled in by hand.</summary>
    public static async Task<ProbeResult> OfAsync(ProbeKind kind, Dictionary<string, object> values, TimeSpan? timeout = null, int? pid = null) =>
        await kind.Create(new Settings(values)).ProbeAsync(Context(pid, timeout), TestContext.Current.CancellationToken);

    public static double Value(this ProbeResult result, string measurement)
    {
        Assert.True(result.Measurements.Any(each => each.Name == measurement), $"no measurement '{measurement}': {result}");
        return result.Measurements.First(each => each.Name == measurement).Value;
    }
}
