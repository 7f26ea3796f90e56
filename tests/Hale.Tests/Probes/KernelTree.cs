using Hale.Probes.Linux;
using Hale.Testing;

namespace Hale.Tests.Probes;

/// <summary>Kernel files of a machine that we do not have.</summary>
internal sealed class KernelTree : IDisposable
{
    private readonly Scratch folder = new();

    public KernelTree()
    {
        Write("/proc/meminfo", "MemTotal:        1000 kB\nMemFree:          100 kB\nMemAvailable:     600 kB\nBuffers:          10 kB\n");
        Write("/proc/stat", "cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 100 0 100 800 0 0 0 0 0 0\n");
        Write("/proc/self/mountinfo", "22 27 0:21 / /proc rw - proc proc rw\n");
    }

    public KernelFiles Files => new(folder.Path);

    public string Root => folder.Path;

    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.Path + path)!);
        File.WriteAllText(folder.Path + path, text);
    }

    public void Remove(string path) => File.Delete(folder.Path + path);

    /// <summary>A machine with version 2 alone, and this process in <paramref name="group"/>.</summary>
    public void MountVersion2(string group)
    {
        Write("/proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n");
        Write("/proc/self/cgroup", $"0::{group}\n");
        Directory.CreateDirectory($"{folder.Path}/sys/fs/cgroup{group}");
    }

    /// <summary>A machine with version 1 controllers and an empty version 2 beside them.</summary>
    public void MountHybrid(string group)
    {
        Write("/proc/self/mountinfo",
            "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
            + "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
            + "39 31 0:36 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"
            + "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
        Write("/proc/self/cgroup", $"8:pids:{group}\n4:memory:{group}\n1:cpu,cpuacct:{group}\n0::/\n");
        foreach (var controller in new[] { "cpu,cpuacct", "memory", "pids" })
            Directory.CreateDirectory($"{folder.Path}/sys/fs/cgroup/{controller}{group}");
    }

    public void Dispose() => folder.Dispose();
}
