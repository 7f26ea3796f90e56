using System.Globalization;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes.Linux;

namespace Hale.Probes;

/// <summary>How close a control group is to its limits of memory and processes, how much its processor limit holds it back, and out-of-memory kills.</summary>
public sealed class CgroupProbe : IProbe
{
    private readonly KernelFiles files;
    private readonly TimeSpan window;
    private readonly string? group;
    private readonly long? pid;

    internal CgroupProbe(KernelFiles files, TimeSpan window, string? group = null, long? pid = null)
    {
        this.files = files;
        this.window = window;
        this.group = group;
        this.pid = pid;
    }

    /// <summary>The kind.</summary>
    public static ProbeKind Kind { get; } = new("cgroup",
        "A control group against its limits: memory, processes, share of scheduling periods in which it was throttled, out-of-memory kills; judged by `warn` and `fail`.",
        [
            new("group", KeyType.Text, "The group, as in /proc/PID/cgroup (`/system.slice/nginx.service`) or as a folder below /sys/fs/cgroup. Default: that of `pid`.") { Shorthand = true },
            new("pid", KeyType.Integer, "A process whose groups are meant. Default: the supervised process of the target.") { Min = 1 },
            new("window", KeyType.Duration, "How long throttling is measured; shorter than the time-out. 100ms to 5s.") { Default = "500ms", Min = 0.1, Max = 5 },
        ],
        Create)
    {
        LevelOf = "used", LevelUnit = Unit.Percent,
        Measures =
        [
            new("used", Unit.Percent, "The greatest of the shares `memory` and `pids`; none where nothing limits the group."),
            new("memory", Unit.Percent, "Share of the tightest limit of memory."),
            new("pids", Unit.Percent, "Share of the tightest limit on the number of tasks."),
            new("throttled", Unit.Percent, "Share of the scheduling periods within `window` in which it was held back."),
            new("oom_kills", Unit.Count, "Out-of-memory kills in it so far."),
        ],
    };

    private static CgroupProbe Create(Settings settings)
    {
        if (settings.Has("group") && settings.Has("pid"))
            throw new SettingsException("pid", "write group or pid, not both");
        return new CgroupProbe(new KernelFiles(), settings.Duration("window")!.Value, settings.Text("group"), settings.Integer("pid"));
    }

    /// <inheritdoc/>
    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        var process = pid ?? context.Pid;
        if (group is null && process is null)
            return ProbeResult.Inconclusive("no process of the target is alive whose control group could be read");
        try
        {
            var cgroups = Cgroups.Read(files);
            IReadOnlyList<CgroupFolder> Levels(string controller) => group is null
                ? cgroups.Of(process!.Value.ToString(CultureInfo.InvariantCulture), controller)
                : cgroups.Named(group, controller);

            var memory = Levels("memory");
            var tasks = Levels("pids");
            var cpu = Levels("cpu");
            if (memory.Count + tasks.Count + cpu.Count == 0)
                return ProbeResult.Inconclusive(group is null ? "no control groups are mounted" : $"there is no control group {group}");
            var limited = cpu.FirstOrDefault(level => level.CpuLimit() is not null);
            var periodsBefore = limited?.Periods();
            if (limited is not null)
                await Task.Delay(window, context.Time, cancel);
            return Report(memory, tasks, Throttled(periodsBefore, limited?.Periods()));
        }
        catch (KernelFileException trouble)
        {
            return ProbeResult.Inconclusive(trouble.Message);
        }
    }

    /// <summary>
    /// Per cent of the scheduling periods between two readings in which the group was held back; null when it is not counted.
    /// No period at all means that nothing wanted to run.
    /// </summary>
    internal static double? Throttled((double All, double Throttled)? before, (double All, double Throttled)? after)
    {
        if (before is not { } first || after is not { } second)
            return null;
        var periods = second.All - first.All;
        return periods > 0 ? Math.Clamp(100 * (second.Throttled - first.Throttled) / periods, 0, 100) : 0;
    }

    private static ProbeResult Report(IReadOnlyList<CgroupFolder> memory, IReadOnlyList<CgroupFolder> tasks, double? throttled)
    {
        var measurements = new List<Measurement>();
        var words = new List<string>();
        double? used = null;
        // A limit of any level above holds as well; the tightest is told.
        if (Tightest(memory, level => level.Memory()) is { } bytes)
            Add("memory", bytes, $"{Figures.Bytes(bytes.Used)} of {Figures.Bytes(bytes.Limit)}");
        if (Tightest(tasks, level => level.Tasks()) is { } count)
            Add("pids", count, $"{Figures.Number(count.Used)} of {Figures.Number(count.Limit)}");
        if (throttled is { } held)
        {
            measurements.Add(new("throttled", held, Unit.Percent));
            words.Add($"throttled in {Figures.Percent(held)} of periods");
        }
        if (memory.Count > 0 && memory[0].OutOfMemoryKills() is { } kills)
        {
            measurements.Add(new("oom_kills", kills, Unit.Count));
            words.Add($"{Figures.Number(kills)} out-of-memory kills so far");
        }
        // Without any limit there is no share of one: levels then find nothing to judge, which is inconclusive rather than good.
        if (used is { } share)
            measurements.Insert(0, new("used", share, Unit.Percent));
        else
            words.Insert(0, "no limit of memory or processes");
        return ProbeResult.Pass(string.Join(", ", words), [.. measurements]);

        void Add(string name, Usage usage, string text)
        {
            used = Math.Max(used ?? 0, usage.Percent);
            measurements.Add(new(name, usage.Percent, Unit.Percent));
            words.Add($"{name} {Figures.Percent(usage.Percent)} ({text})");
        }
    }

    private static Usage? Tightest(IReadOnlyList<CgroupFolder> levels, Func<CgroupFolder, Usage?> read) =>
        levels.Select(read).Where(usage => usage is not null).MaxBy(usage => usage!.Value.Percent);
}
