using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;

namespace AddingAProbe;

/// <summary>How much waits in a spool folder, and for how long.</summary>
public sealed class SpoolProbe(string folder, string pattern) : IBlockingProbe
{
    /// <summary>What Hale finds it by.</summary>
    public static ProbeKind Kind { get; } = new(
        "spool",
        "Counts the files that wait in a folder; judged by `warn` and `fail`.",
        [
            new Key("folder", KeyType.Path, "The folder.") { Required = true, Shorthand = true },
            new Key("pattern", KeyType.Text, "Names of the files that count.") { Default = "*" },
        ],
        settings => new SpoolProbe(settings.Text("folder")!, settings.Text("pattern")!))
    {
        LevelOf = "waiting",
        LevelUnit = Unit.Count,
        Measures =
        [
            new Measure("waiting", Unit.Count, "Files that wait."),
            new Measure("oldest", Unit.Seconds, "Age of the one that has waited longest; absent when none waits."),
        ],
    };

    public ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        if (!Directory.Exists(folder))
            return ValueTask.FromResult(ProbeResult.Inconclusive($"{folder} is not there, or not for us to see"));
        var waiting = 0;
        var oldest = TimeSpan.Zero;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles(pattern))
        {
            cancel.ThrowIfCancellationRequested();
            waiting++;
            var age = context.Time.GetUtcNow() - file.LastWriteTimeUtc;
            oldest = age > oldest ? age : oldest;
        }
        Measurement[] measured = waiting == 0
            ? [new("waiting", 0, Unit.Count)]
            : [new("waiting", waiting, Unit.Count), new("oldest", oldest.TotalSeconds, Unit.Seconds)];
        return ValueTask.FromResult(ProbeResult.Pass($"{waiting} waiting", measured));
    }
}
