using Hale.Native;

namespace Hale.Warming.Recording;

/// <summary>Where the files of a disk (or of a server) begin and those that only live in memory end.</summary>
internal sealed class MountTable
{
    // What the kernel makes up, and what lies in memory anyway: there is nothing to read ahead.
    private static readonly HashSet<string> Unreal =
    [
        "proc", "sysfs", "devtmpfs", "devpts", "tmpfs", "ramfs", "cgroup", "cgroup2", "securityfs", "debugfs", "tracefs", "bpf", "mqueue", "hugetlbfs", "configfs",
        "pstore", "efivarfs", "binfmt_misc", "fusectl", "autofs", "nsfs", "selinuxfs", "rpc_pipefs",
    ];

    private readonly List<(string Point, string Device, bool IsReal)> mounts = [];

    /// <param name="mountInfo">The text of <c>/proc/self/mountinfo</c> (proc_pid_mountinfo(5)).</param>
    public MountTable(string mountInfo)
    {
        foreach (var line in mountInfo.Split('\n'))
        {
            var halves = line.Split(" - ", 2);
            var left = halves[0].Split(' ');
            if (halves.Length < 2 || left.Length < 5)
                continue;
            var point = left[4].Replace("\\040", " ", StringComparison.Ordinal);
            mounts.Add((point, left[2], !Unreal.Contains(halves[1].Split(' ')[0])));
        }
    }

    /// <summary>One mount point of each file system that is worth reading from.</summary>
    public IEnumerable<string> Points => mounts.Where(mount => mount.IsReal).DistinctBy(mount => mount.Device).Select(mount => mount.Point);

    /// <summary>Whether a path lies on such a file system: the longest mount point above it tells, the last mounted of those.</summary>
    public bool IsReal(string path)
    {
        var (longest, isReal) = (-1, false);
        foreach (var (point, _, real) in mounts)
        {
            var isAbove = point == "/" || path == point || (path.StartsWith(point, StringComparison.Ordinal) && path[point.Length] == '/');
            if (isAbove && point.Length >= longest)
                (longest, isReal) = (point.Length, real);
        }
        return isReal;
    }

    /// <summary>That of this process, as it is now.</summary>
    public static MountTable Now() => new(File.ReadAllText("/proc/self/mountinfo"));
}
