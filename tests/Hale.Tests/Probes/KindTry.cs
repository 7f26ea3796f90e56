using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;
using Xunit;

namespace Hale.Tests.Probes;

/// <summary>One attempt of a check as a person writes it, defaults, paths and all.</summary>
internal static class KindTry
{
    /// <summary>The probe of <c>KIND: SETTINGS</c>, written in YAML on one line.</summary>
    public static IProbe Probe(string check)
    {
        var loaded = new SpecLoader().LoadText($"targets: {{ it: {{ checks: {{ it: {{ {check} }} }} }} }}", "hale.yaml", "/", _ => null);
        Assert.True(loaded.Plan is not null, string.Join('\n', loaded.Errors));
        return loaded.Plan.Probes[0]!;
    }

    /// <summary>What is wrong with it.</summary>
    public static string Error(string check)
    {
        var loaded = new SpecLoader().LoadText($"targets: {{ it: {{ checks: {{ it: {{ {check} }} }} }} }}", "hale.yaml", "/", _ => null);
        Assert.Null(loaded.Plan);
        return string.Join('\n', loaded.Errors);
    }

    /// <summary>One attempt.</summary>
    public static async Task<ProbeResult> TryAsync(string check, TimeSpan? timeout = null) => await Probe(check).TryAsync(timeout);
}
