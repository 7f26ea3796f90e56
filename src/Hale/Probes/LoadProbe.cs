using System.Globalization;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes.Linux;

namespace Hale.Probes;

/// <summary>The load average per processor: 1 means that every processor had just enough to do.</summary>
public sealed class LoadProbe : IProbe
{
    private readonly KernelFiles files;
    private readonly string average;

    internal LoadProbe(KernelFiles files, string average)
    {
        this.files = files;
        this.average = average;
    }

    /// <summary>The kind.</summary>
    public static ProbeKind Kind { get; } = new("load",
        "The load average divided by the number of processors online; judged by `warn` and `fail`.",
        [new("average", KeyType.Choice, "Minutes that the average spans: 1, 5 or 15.") { Choices = ["1", "5", "15"], Default = "5", Shorthand = true }],
        settings => new LoadProbe(new KernelFiles(), settings.Text("average")!))
    {
        LevelOf = "load",
        Measures =
        [
            new("load", Unit.None, "The average that was asked for, for each processor."),
            new("load1", Unit.None, "The average of 1 minute, for each processor."),
            new("load5", Unit.None, "The average of 5 minutes, for each processor."),
            new("load15", Unit.None, "The average of 15 minutes, for each processor."),
        ],
    };

    /// <inheritdoc/>
    public ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel) => ValueTask.FromResult(Probe());

    private ProbeResult Probe()
    {
        try
        {
            var processors = LoadAverage.CountOnline(files.Read("/sys/devices/system/cpu/online"));
            var load = LoadAverage.Parse(files.Read("/proc/loadavg"));
            var judged = average switch { "1" => load.One, "5" => load.Five, _ => load.Fifteen };
            return ProbeResult.Pass(
                string.Create(CultureInfo.InvariantCulture, $"load {judged:0.##} over {average} min on {processors} processors"),
                new("load", judged / processors), new("load1", load.One / processors), new("load5", load.Five / processors),
                new("load15", load.Fifteen / processors));
        }
        catch (KernelFileException trouble)
        {
            return ProbeResult.Inconclusive(trouble.Message);
        }
    }
}
