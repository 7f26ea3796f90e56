using Hale.Config;
using Hale.Core.Model;
using Hale.Probes.Linux;

namespace Hale.Probes;

/// <summary>The share of processor time that was used over a short window within the attempt.</summary>
public sealed class CpuProbe : IProbe
{
    private readonly KernelFiles files;
    private readonly TimeSpan window;
    private readonly LimitScope scope;

    internal CpuProbe(KernelFiles files, TimeSpan window, LimitScope scope)
    {
        this.files = files;
        this.window = window;
        this.scope = scope;
    }

    /// <summary>The kind.</summary>
    public static ProbeKind Kind { get; } = new("cpu",
        "Processor time used over a short window, as a share of all processors or of the control group's limit; judged by `warn` and `fail`.",
        [
            new("window", KeyType.Duration, "How long is measured; shorter than the time-out. 100ms to 5s.") { Default = "500ms", Min = 0.1, Max = 5 },
            LimitScopeKey.Key,
        ],
        settings => new CpuProbe(new KernelFiles(), settings.Duration("window")!.Value, LimitScopeKey.Read(settings)))
    {
        LevelOf = "used", LevelUnit = Unit.Percent,
        Measures =
        [
            new("used", Unit.Percent, "Share of the processor time that was used."),
            new("iowait", Unit.Percent, "Share of the machine's time in which processors had nothing to do but wait for a disk."),
            new("steal", Unit.Percent, "Share of the machine's time that the hypervisor gave to others."),
        ],
    };

    /// <inheritdoc/>
    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        try
        {
            var groups = scope == LimitScope.Machine ? [] : LimitedGroups();
            if (groups.Count == 0 && scope == LimitScope.Cgroup)
                return ProbeResult.Inconclusive("no control group around Hale limits its processor time");
            var machineBefore = CpuTimes.Parse(files.Read("/proc/stat"));
            var groupsBefore = groups.Select(group => group.Usage.CpuUsed()).ToArray();
            var began = context.Time.GetTimestamp();
            await Task.Delay(window, context.Time, cancel);
            var elapsed = context.Time.GetElapsedTime(began);
            var groupsAfter = groups.Select(group => group.Usage.CpuUsed()).ToArray();
            if (CpuTimes.Shares(machineBefore, CpuTimes.Parse(files.Read("/proc/stat"))) is not { } machine)
                return ProbeResult.Inconclusive("/proc/stat counted no time within the window");

            var (used, evidence) = (machine.Used, $"{Figures.Percent(machine.Used)} of the machine's processor time over {Figures.Span(elapsed)}");
            if (scope == LimitScope.Cgroup)
                used = double.NegativeInfinity;
            for (var i = 0; i < groups.Count; i++)
            {
                if (ShareOfLimit(groupsBefore[i], groupsAfter[i], elapsed, groups[i].Limit) is not { } share || share <= used)
                    continue;
                used = share;
                evidence = $"{Figures.Percent(share)} of the limit of {Figures.Number(groups[i].Limit)} processors of control group {groups[i].Name} over {Figures.Span(elapsed)}";
            }
            return double.IsFinite(used)
                ? ProbeResult.Pass(evidence,
                    new("used", used, Unit.Percent), new("iowait", machine.IoWait, Unit.Percent), new("steal", machine.Steal, Unit.Percent))
                : ProbeResult.Inconclusive("the control group around Hale has a limit, but its processor time is not counted");
        }
        catch (KernelFileException trouble)
        {
            return ProbeResult.Inconclusive(trouble.Message);
        }
    }

    /// <summary>Processor time used between two readings, as per cent of what the limit allows in that time; null when it is not counted.</summary>
    internal static double? ShareOfLimit(TimeSpan? before, TimeSpan? after, TimeSpan elapsed, double limit) =>
        elapsed > TimeSpan.Zero && after - before is { } spent ? Math.Max(0, 100 * (spent / elapsed) / limit) : null;

    // A limit may stand on any level above us, and each counts for all below it.
    private List<(string Name, double Limit, CgroupFolder Usage)> LimitedGroups()
    {
        var found = new List<(string, double, CgroupFolder)>();
        var cgroups = Cgroups.Read(files);
        foreach (var level in cgroups.Of("self", "cpu"))
        {
            if (level.CpuLimit() is not { } limit)
                continue;
            // In version 1 another hierarchy counts, in which we may be elsewhere: only the same group's count is to the point.
            var counted = level.IsUnified ? level : cgroups.Of("self", "cpuacct").FirstOrDefault(group => group.Name == level.Name);
            if (counted is not null)
                found.Add((level.Name, limit, counted));
        }
        return found;
    }
}
