using System.Globalization;

namespace Hale.Probes.Linux;

/// <summary>
/// Where the control groups of a process are found: /proc/PID/cgroup says which they are, /proc/self/mountinfo where their hierarchies are
/// mounted. Works for version 2 alone, version 1 alone, and both side by side ("hybrid"); see cgroups(7).
/// </summary>
internal sealed class Cgroups
{
    private readonly KernelFiles files;
    private readonly List<Mount> mounts;

    private Cgroups(KernelFiles files, List<Mount> mounts)
    {
        this.files = files;
        this.mounts = mounts;
    }

    private sealed record Mount(bool IsUnified, string Root, string Point, string[] Controllers);

    /// <summary>Reads the mounts.</summary>
    /// <exception cref="KernelFileException">They cannot be read.</exception>
    public static Cgroups Read(KernelFiles files) => new(files, ParseMounts(files.Read("/proc/self/mountinfo")));

    /// <summary>
    /// The group that governs <paramref name="controller"/> for a process, as folders from the group itself up to the top of what is mounted here.
    /// Empty when the controller is not available.
    /// </summary>
    /// <exception cref="KernelFileException">The process is gone or cannot be read.</exception>
    public IReadOnlyList<CgroupFolder> Of(string process, string controller)
    {
        var path = $"/proc/{process}/cgroup";
        if (MountOf(controller) is not { } mount)
            return [];
        var member = ParseMembership(files.Read(path), mount.IsUnified ? "" : controller)
            ?? throw new KernelFileException($"{path} has no line for {(mount.IsUnified ? "version 2" : controller)}");
        // The part of the hierarchy that is mounted may begin below its top (a container without a cgroup namespace); a group outside of
        // what is mounted shows as "/..", and the mounted top is the nearest that can be seen.
        var relative = mount.Root != "/" && (member + "/").StartsWith(mount.Root + "/", StringComparison.Ordinal) ? member[mount.Root.Length..] : member;
        return relative.StartsWith("/..", StringComparison.Ordinal) ? Upwards(mount, "/") : Upwards(mount, relative);
    }

    /// <summary>
    /// The group of that name in the hierarchy that holds <paramref name="controller"/>, and those above it. The name is a path as in
    /// /proc/PID/cgroup, or the folder itself. Empty when the controller or the group is not there.
    /// </summary>
    public IReadOnlyList<CgroupFolder> Named(string name, string controller) =>
        MountOf(controller) is { } mount ? Upwards(mount, WithoutMountPoint(name)) : [];

    /// <summary>The folders of the group with that name in all hierarchies.</summary>
    public IReadOnlyList<string> Folders(string name) =>
        [.. mounts.SelectMany(mount => Upwards(mount, WithoutMountPoint(name)).Take(1)).Select(folder => folder.Path)];

    /// <summary>The path of the group in the version 1 hierarchy of a controller, or (empty controller) in version 2; null when it has none.</summary>
    public static string? ParseMembership(string text, string controller)
    {
        foreach (var line in text.Split('\n'))
        {
            // 4:memory:/user.slice, 0::/user.slice
            var fields = line.Split(':', 3);
            if (fields.Length == 3 && (controller.Length == 0 ? fields[0] == "0" && fields[1].Length == 0 : fields[1].Split(',').Contains(controller)))
                return fields[2];
        }
        return null;
    }

    private static List<Mount> ParseMounts(string text)
    {
        // 35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
        var found = new List<Mount>();
        foreach (var line in text.Split('\n'))
        {
            var halves = line.Split(" - ", 2);
            var left = halves[0].Split(' ');
            var right = halves[^1].Split(' ');
            if (halves.Length == 2 && left.Length >= 5 && right.Length >= 3 && right[0] is "cgroup" or "cgroup2")
                found.Add(new Mount(right[0] == "cgroup2", left[3], left[4], right[2].Split(',')));
        }
        return found;
    }

    // A controller is in one hierarchy only: in that of version 1 where it is mounted so, otherwise in version 2.
    private Mount? MountOf(string controller) =>
        mounts.Find(mount => !mount.IsUnified && mount.Controllers.Contains(controller)) ?? mounts.Find(mount => mount.IsUnified);

    // A folder of one hierarchy names the same group in the others.
    private string WithoutMountPoint(string name) =>
        mounts.Find(mount => name == mount.Point || name.StartsWith(mount.Point + "/", StringComparison.Ordinal)) is { } mount
            ? name[mount.Point.Length..] : name;

    private List<CgroupFolder> Upwards(Mount mount, string relative)
    {
        var folders = new List<CgroupFolder>();
        for (var name = relative.Trim('/'); ; name = name[..Math.Max(0, name.LastIndexOf('/'))])
        {
            var path = name.Length == 0 ? mount.Point : $"{mount.Point}/{name}";
            if (folders.Count > 0 || files.HasFolder(path))
                folders.Add(new CgroupFolder(files, path, "/" + name, mount.IsUnified));
            if (name.Length == 0 || folders.Count == 0)
                return folders;
        }
    }
}

/// <summary>One control group in one hierarchy.</summary>
/// <param name="Files">Where it is read.</param>
/// <param name="Path">Its folder.</param>
/// <param name="Name">Its path within the hierarchy.</param>
/// <param name="IsUnified">Version 2.</param>
internal sealed record CgroupFolder(KernelFiles Files, string Path, string Name, bool IsUnified)
{
    // Version 1 writes "no limit" as the largest count of pages: far beyond any machine.
    private const double Unlimited = 1L << 60;

    /// <summary>Memory: what is used without file pages that can be dropped, and the limit; null without a limit.</summary>
    /// <exception cref="KernelFileException">A file is malformed.</exception>
    public Usage? Memory()
    {
        var limit = Files.Number(File(IsUnified ? "memory.max" : "memory.limit_in_bytes"));
        var used = Files.Number(File(IsUnified ? "memory.current" : "memory.usage_in_bytes"));
        if (limit is null or >= Unlimited || used is null)
            return null;
        var reclaimable = Stat("memory.stat", IsUnified ? "inactive_file" : "total_inactive_file") ?? 0;
        return new Usage(Math.Max(0, used.Value - reclaimable), limit.Value);
    }

    /// <summary>Processes and threads; null without a limit.</summary>
    /// <exception cref="KernelFileException">A file is malformed.</exception>
    public Usage? Tasks() =>
        Files.Number(File("pids.max")) is { } limit && Files.Number(File("pids.current")) is { } used ? new Usage(used, limit) : null;

    /// <summary>Processors' worth of time that it may use: 1.5 is one and a half; null without a limit.</summary>
    /// <exception cref="KernelFileException">A file is malformed.</exception>
    public double? CpuLimit()
    {
        if (!IsUnified)
            return Files.Number(File("cpu.cfs_quota_us")) is > 0 and var quota && Files.Number(File("cpu.cfs_period_us")) is > 0 and var every
                ? quota / every : null;
        // "150000 100000" or "max 100000"
        if (Files.ReadIfThere(File("cpu.max")) is not { } text)
            return null;
        var fields = text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        if (fields is ["max", _])
            return null;
        if (fields.Length == 2 && Read(fields[0], out var allowed) && Read(fields[1], out var period) && period > 0)
            return allowed / period;
        throw new KernelFileException($"{File("cpu.max")} is not a quota and a period");
    }

    /// <summary>Processor time used so far; null when it is not counted here. Version 1 counts it in the hierarchy of <c>cpuacct</c>.</summary>
    /// <exception cref="KernelFileException">A file is malformed.</exception>
    public TimeSpan? CpuUsed() => IsUnified
        ? Stat("cpu.stat", "usage_usec") is { } microseconds ? TimeSpan.FromMicroseconds(microseconds) : null
        : Files.Number(File("cpuacct.usage")) is { } nanoseconds ? TimeSpan.FromMicroseconds(nanoseconds / 1000) : null;

    /// <summary>Scheduling periods so far, and those in which it was held back by its limit; null when they are not counted.</summary>
    /// <exception cref="KernelFileException">A file is malformed.</exception>
    public (double All, double Throttled)? Periods() =>
        Stat("cpu.stat", "nr_periods") is { } all && Stat("cpu.stat", "nr_throttled") is { } throttled ? (all, throttled) : null;

    /// <summary>Processes in it that were killed for lack of memory; null when they are not counted.</summary>
    /// <exception cref="KernelFileException">A file is malformed.</exception>
    public double? OutOfMemoryKills() => Stat(IsUnified ? "memory.events" : "memory.oom_control", "oom_kill");

    private double? Stat(string file, string key) => Files.ReadIfThere(File(file)) is { } text ? KernelFiles.Keyed(text, key, File(file)) : null;

    private string File(string name) => $"{Path}/{name}";

    private static bool Read(string text, out double value) => double.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}

/// <summary>What is used of a limit.</summary>
internal readonly record struct Usage(double Used, double Limit)
{
    /// <summary>The share in per cent. A limit of zero is used up.</summary>
    public double Percent => Limit > 0 ? 100 * Used / Limit : 100;

    /// <summary>What is left, at least zero.</summary>
    public double Left => Math.Max(0, Limit - Used);
}
