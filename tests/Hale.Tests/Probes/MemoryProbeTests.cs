using Hale.Core.Model;
using Hale.Probes;
using Hale.Probes.Linux;
using Xunit;

namespace Hale.Tests.Probes;

public sealed class MemoryProbeTests
{
    [Fact]
    public async Task What_is_available_counts_and_not_what_is_free()
    {
        using var machine = new KernelTree();

        var result = await Attempt.Of(new MemoryProbe(machine.Files, LimitScope.Machine));

        Assert.Equal(Outcome.Pass, result.Outcome);
        Assert.Equal(40, result.Value("used"), 6);
        Assert.Equal(600 * 1024, result.Value("available"));
    }

    [Theory]
    [InlineData("MemTotal: 1000 kB\nMemFree: 500 kB\n")]
    [InlineData("MemTotal: 0 kB\nMemAvailable: 0 kB\n")]
    [InlineData("MemTotal: lots kB\nMemAvailable: 0 kB\n")]
    [InlineData("")]
    public async Task A_file_that_does_not_say_is_inconclusive(string text)
    {
        using var machine = new KernelTree();
        machine.Write("/proc/meminfo", text);

        var result = await Attempt.Of(new MemoryProbe(machine.Files, LimitScope.Auto));

        Assert.Equal(Outcome.Inconclusive, result.Outcome);
        Assert.Contains("/proc/meminfo", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_is_inconclusive()
    {
        using var machine = new KernelTree();
        machine.Remove("/proc/meminfo");

        Assert.Equal(Outcome.Inconclusive, (await Attempt.Of(new MemoryProbe(machine.Files, LimitScope.Auto))).Outcome);
    }

    [Fact]
    public async Task In_version_2_the_group_closest_to_its_limit_counts_without_what_can_be_dropped()
    {
        using var machine = new KernelTree();
        machine.MountVersion2("/pod/app");
        machine.Write("/sys/fs/cgroup/pod/app/memory.max", "max\n");
        machine.Write("/sys/fs/cgroup/pod/app/memory.current", "300000\n");
        machine.Write("/sys/fs/cgroup/pod/memory.max", "500000\n");
        machine.Write("/sys/fs/cgroup/pod/memory.current", "450000\n");
        machine.Write("/sys/fs/cgroup/pod/memory.stat", "anon 300000\ninactive_file 50000\nactive_file 9\n");

        var result = await Attempt.Of(new MemoryProbe(machine.Files, LimitScope.Auto));

        Assert.Equal(80, result.Value("used"), 6);
        Assert.Equal(100000, result.Value("available"));
        Assert.Contains("/pod", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_version_1_the_limit_counts_as_well()
    {
        using var machine = new KernelTree();
        machine.MountHybrid("/app");
        machine.Write("/sys/fs/cgroup/memory/app/memory.limit_in_bytes", "100000\n");
        machine.Write("/sys/fs/cgroup/memory/app/memory.usage_in_bytes", "95000\n");
        machine.Write("/sys/fs/cgroup/memory/app/memory.stat", "inactive_file 1\ntotal_inactive_file 5000\n");
        machine.Write("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        machine.Write("/sys/fs/cgroup/memory/memory.usage_in_bytes", "100000\n");

        Assert.Equal(90, (await Attempt.Of(new MemoryProbe(machine.Files, LimitScope.Auto))).Value("used"), 6);
        Assert.Equal(40, (await Attempt.Of(new MemoryProbe(machine.Files, LimitScope.Machine))).Value("used"), 6);
    }

    [Fact]
    public async Task A_limit_beyond_the_machine_is_none()
    {
        using var machine = new KernelTree();
        machine.MountVersion2("/app");
        machine.Write("/sys/fs/cgroup/app/memory.max", "99999999999\n");
        machine.Write("/sys/fs/cgroup/app/memory.current", "99999999998\n");

        Assert.Equal(40, (await Attempt.Of(new MemoryProbe(machine.Files, LimitScope.Auto))).Value("used"), 6);
        Assert.Equal(Outcome.Inconclusive, (await Attempt.Of(new MemoryProbe(machine.Files, LimitScope.Cgroup))).Outcome);
    }

    [Fact]
    public async Task The_machine_counts_when_it_is_closer_to_its_end_than_the_group()
    {
        using var machine = new KernelTree();
        machine.Write("/proc/meminfo", "MemTotal: 1000 kB\nMemAvailable: 50 kB\n");
        machine.MountVersion2("/app");
        machine.Write("/sys/fs/cgroup/app/memory.max", "500000\n");
        machine.Write("/sys/fs/cgroup/app/memory.current", "100000\n");

        Assert.Equal(95, (await Attempt.Of(new MemoryProbe(machine.Files, LimitScope.Auto))).Value("used"), 6);
    }

    [Fact]
    public async Task The_real_machine_can_be_read()
    {
        var result = await Attempt.Of(new MemoryProbe(new KernelFiles(), LimitScope.Auto));

        Assert.True(result.Outcome == Outcome.Pass, result.Evidence);
        Assert.InRange(result.Value("used"), 0.01, 100);
    }
}
