using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;

namespace Hale.Benchmarks;

/// <summary>Plans that consist of probes alone, built without a configuration file.</summary>
internal static class ProbePlan
{
    /// <summary>One target per probe, with one check.</summary>
    public static Plan Of(IReadOnlyList<IProbe> probes, TimeSpan every, TimeSpan timeout) => new()
    {
        World = new WorldSpec
        {
            Targets = [.. probes.Select((_, i) => new TargetSpec { Name = $"target-{i}", Checks = [i] })],
            Checks = [.. probes.Select((_, i) => new CheckSpec { Name = "http", Target = i, Kind = "http", Every = every, Timeout = timeout, StaleAfter = 3 * every + timeout })],
        },
        Probes = [.. probes],
        Remedies = [.. probes.Select(_ => Array.Empty<Hale.Remedies.IRemedy>())],
        Processes = new ProcessSpec?[probes.Count],
        Daemon = new DaemonSpec { StateDirectory = Path.GetTempPath() },
        Source = "",
    };
}
