using Hale.Config;
using Hale.Core.Model;
using Hale.Probes.Linux;

namespace Hale.Probes;

/// <summary>The share of time in which work stood still for want of processor, memory or disk.</summary>
public sealed class PressureProbe : IProbe
{
    private readonly KernelFiles files;
    private readonly string resource, line, average;
    private readonly string? cgroup;

    internal PressureProbe(KernelFiles files, string resource, string line, string average, string? cgroup = null)
    {
        this.files = files;
        this.resource = resource;
        this.line = line;
        this.average = average;
        this.cgroup = cgroup;
    }

    /// <summary>The kind.</summary>
    public static ProbeKind Kind { get; } = new("pressure",
        "Pressure stall information: the share of time in which tasks waited for a resource; judged by `warn` and `fail`.",
        [
            new("resource", KeyType.Choice, "What they waited for: cpu, memory or io.") { Choices = ["cpu", "memory", "io"], Required = true, Shorthand = true },
            new("line", KeyType.Choice, "`some`: at least one task waited. `full`: all tasks waited and nothing got done; for cpu only with `cgroup`.") { Choices = ["some", "full"], Default = "some" },
            new("average", KeyType.Choice, "Seconds that the average spans: 10, 60 or 300.") { Choices = ["10", "60", "300"], Default = "60" },
            new("cgroup", KeyType.Text, "A control group (version 2), as in /proc/PID/cgroup or as a folder below /sys/fs/cgroup. Default: the whole machine."),
        ],
        Create)
    {
        LevelOf = "stalled", LevelUnit = Unit.Percent,
        Measures =
        [
            new("stalled", Unit.Percent, "Share of the time in which tasks waited, over the average that was asked for."),
        ],
    };

    /// <inheritdoc/>
    public ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel) => ValueTask.FromResult(Probe());

    private static PressureProbe Create(Settings settings)
    {
        var (resource, line, cgroup) = (settings.Text("resource")!, settings.Text("line")!, settings.Text("cgroup"));
        // The kernel writes the line for the sake of parsers, always zero: it would never be bad (accounting/psi).
        if (resource == "cpu" && line == "full" && cgroup is null)
            throw new SettingsException("line", "full says nothing about the processors of a whole machine; use some, or name a cgroup");
        return new PressureProbe(new KernelFiles(), resource, line, settings.Text("average")!, cgroup);
    }

    private ProbeResult Probe()
    {
        try
        {
            if (FindFile() is not { } path)
                return ProbeResult.Inconclusive($"there is no control group {cgroup} with pressure information");
            var stalled = PressureStall.Parse(files.Read(path), line, average, path);
            return ProbeResult.Pass(
                $"{(line == "some" ? "some tasks" : "all tasks")} waited for {resource} {Figures.Percent(stalled)} of the last {average} s",
                new Measurement("stalled", stalled, Unit.Percent));
        }
        catch (KernelFileException trouble)
        {
            return ProbeResult.Inconclusive(trouble.Message);
        }
    }

    private string? FindFile() => cgroup is null
        ? $"/proc/pressure/{resource}"
        : Cgroups.Read(files).Folders(cgroup).Select(folder => $"{folder}/{resource}.pressure").FirstOrDefault(files.Exists);
}
