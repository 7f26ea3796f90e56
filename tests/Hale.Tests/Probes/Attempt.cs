using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;
using Xunit;

namespace Hale.Tests.Probes;

/// <summary>One attempt of a probe that is made as the loader makes it: from its kind and from values, defaults filled in by hand.</summary>
internal static class Attempt
{
    public static async Task<ProbeResult> OfAsync(ProbeKind kind, Dictionary<string, object> values, TimeSpan? timeout = null, int? pid = null)
    {
        var probe = kind.Create(new Settings(values));
        var context = new ProbeContext("the target", "the check", Incarnation.None, pid, timeout ?? TimeSpan.FromSeconds(60), TimeProvider.System);
        return await probe.ProbeAsync(context, TestContext.Current.CancellationToken);
    }
}
