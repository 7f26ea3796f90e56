using Hale.Config;
using Hale.Core.Model;
using Hale.Probes.Linux;

namespace Hale.Probes;

/// <summary>The share of memory that is used and cannot be had back without swapping.</summary>
public sealed class MemoryProbe : IProbe
{
    private readonly KernelFiles files;
    private readonly LimitScope scope;

    internal MemoryProbe(KernelFiles files, LimitScope scope)
    {
        this.files = files;
        this.scope = scope;
    }

    /// <summary>The kind.</summary>
    public static ProbeKind Kind { get; } = new("memory",
        "Memory in use, without what the kernel can drop at once, as a share of the machine's or of the control group's limit; judged by `warn` and `fail`.",
        [LimitScopeKey.Key],
        settings => new MemoryProbe(new KernelFiles(), LimitScopeKey.Read(settings)))
    {
        LevelOf = "used", LevelUnit = Unit.Percent,
        Measures =
        [
            new("used", Unit.Percent, "Share of the memory that is in use and cannot be dropped at once."),
            new("available", Unit.Bytes, "What is left of it. Lower is worse.", Below: true),
        ],
    };

    /// <inheritdoc/>
    public ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel) => ValueTask.FromResult(Probe());

    private ProbeResult Probe()
    {
        try
        {
            var machine = MemoryInfo.Parse(files.Read("/proc/meminfo"));
            var result = scope == LimitScope.Cgroup ? null
                : Result(machine.Used, machine.Available, $"of {Figures.Bytes(machine.Total)}");
            var worst = scope == LimitScope.Cgroup ? double.NegativeInfinity : machine.Used;
            // The limit of every level above us holds for us; the one that is closest to being reached is the one that will hurt.
            foreach (var level in scope == LimitScope.Machine ? [] : Cgroups.Read(files).Of("self", "memory"))
            {
                // A limit beyond the machine's memory limits nothing.
                if (level.Memory() is not { } group || group.Limit >= machine.Total || group.Percent <= worst)
                    continue;
                worst = group.Percent;
                result = Result(group.Percent, group.Left, $"of the limit of {Figures.Bytes(group.Limit)} of control group {level.Name}");
            }
            return result ?? ProbeResult.Inconclusive("no control group around Hale limits its memory");
        }
        catch (KernelFileException trouble)
        {
            return ProbeResult.Inconclusive(trouble.Message);
        }
    }

    private static ProbeResult Result(double used, double available, string ofWhat) =>
        ProbeResult.Pass($"{Figures.Percent(used)} {ofWhat} used, {Figures.Bytes(available)} available",
            new("used", used, Unit.Percent), new("available", available, Unit.Bytes));
}
