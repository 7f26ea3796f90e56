using System.Globalization;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Probes.Linux;
using Xunit;

namespace Hale.Tests.Probes;

public sealed class CgroupProbeTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task Version_2_tells_memory_processes_throttling_and_kills()
    {
        using var machine = new KernelTree();
        machine.MountVersion2("/app");
        machine.Write("/sys/fs/cgroup/app/memory.max", "1000\n");
        machine.Write("/sys/fs/cgroup/app/memory.current", "700\n");
        machine.Write("/sys/fs/cgroup/app/memory.stat", "inactive_file 100\n");
        machine.Write("/sys/fs/cgroup/app/memory.events", "low 0\nhigh 0\nmax 9\noom 3\noom_kill 2\noom_group_kill 1\n");
        machine.Write("/sys/fs/cgroup/app/pids.max", "10\n");
        machine.Write("/sys/fs/cgroup/app/pids.current", "9\n");
        machine.Write("/sys/fs/cgroup/app/cpu.max", "50000 100000\n");
        machine.Write("/sys/fs/cgroup/app/cpu.stat", "usage_usec 1\nnr_periods 10\nnr_throttled 5\n");

        var result = await Attempt.Of(new CgroupProbe(machine.Files, Window, "/app"));

        Assert.Equal(Outcome.Pass, result.Outcome);
        Assert.Equal(90, result.Value("used"));
        Assert.Equal(60, result.Value("memory"));
        Assert.Equal(90, result.Value("pids"));
        Assert.Equal(0, result.Value("throttled"));
        Assert.Equal(2, result.Value("oom_kills"));
    }

    [Fact]
    public async Task A_hybrid_machine_is_read_by_the_hierarchy_that_has_the_controller()
    {
        using var machine = new KernelTree();
        machine.MountHybrid("/app");
        machine.Write("/sys/fs/cgroup/memory/app/memory.limit_in_bytes", "1000\n");
        machine.Write("/sys/fs/cgroup/memory/app/memory.usage_in_bytes", "800\n");
        machine.Write("/sys/fs/cgroup/memory/app/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 4\n");
        machine.Write("/sys/fs/cgroup/pids/app/pids.max", "max\n");

        // By name, and by the folder of any one hierarchy.
        foreach (var name in new[] { "/app", "/sys/fs/cgroup/memory/app", "/sys/fs/cgroup/pids/app" })
        {
            var result = await Attempt.Of(new CgroupProbe(machine.Files, Window, name));
            Assert.Equal(80, result.Value("used"));
            Assert.Equal(4, result.Value("oom_kills"));
            Assert.DoesNotContain(result.Measurements, measurement => measurement.Name is "pids" or "throttled");
        }
    }

    [Fact]
    public async Task Without_any_limit_there_is_nothing_for_a_level_to_judge()
    {
        using var machine = new KernelTree();
        machine.MountVersion2("/app");

        var result = await Attempt.Of(new CgroupProbe(machine.Files, Window, "/app"));

        Assert.Equal(Outcome.Pass, result.Outcome);
        Assert.DoesNotContain(result.Measurements, measurement => measurement.Name == "used");
        Assert.Contains("no limit", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_or_a_process_that_is_not_there_is_inconclusive()
    {
        using var machine = new KernelTree();
        Assert.Equal(Outcome.Inconclusive, (await Attempt.Of(new CgroupProbe(machine.Files, Window, "/app"))).Outcome);

        machine.MountVersion2("/app");
        Assert.Equal(Outcome.Inconclusive, (await Attempt.Of(new CgroupProbe(machine.Files, Window, "/other"))).Outcome);
        Assert.Equal(Outcome.Inconclusive, (await Attempt.Of(new CgroupProbe(machine.Files, Window, pid: 12345))).Outcome);
        Assert.Equal(Outcome.Inconclusive, (await Attempt.Of(new CgroupProbe(machine.Files, Window))).Outcome);
    }

    [Theory]
    [InlineData(10, 5, 20, 10, 50.0)]
    [InlineData(10, 5, 10, 5, 0.0)]
    [InlineData(10, 0, 20, 0, 0.0)]
    public void Throttling_is_the_share_of_periods_in_between(double all, double held, double allLater, double heldLater, double share) =>
        Assert.Equal(share, CgroupProbe.Throttled((all, held), (allLater, heldLater)));

    [Theory]
    [InlineData("0::/user.slice\n", "", "/user.slice")]
    [InlineData("4:memory:/a:b\n0::/\n", "memory", "/a:b")]
    [InlineData("3:cpu,cpuacct:/x\n", "cpuacct", "/x")]
    [InlineData("3:cpuset:/x\n", "cpu", null)]
    [InlineData("9:name=systemd:/\n", "", null)]
    public void A_membership_is_read_by_controller(string text, string controller, string? group) =>
        Assert.Equal(group, Cgroups.ParseMembership(text, controller));

    [Fact]
    public void In_a_container_without_a_cgroup_namespace_the_mounted_part_is_taken_off()
    {
        using var machine = new KernelTree();
        machine.Write("/proc/self/mountinfo", "30 23 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n");
        machine.Write("/proc/self/cgroup", "0::/docker/abc/worker\n");
        Directory.CreateDirectory(machine.Root + "/sys/fs/cgroup/worker");

        Assert.Equal(["/sys/fs/cgroup/worker", "/sys/fs/cgroup"], Cgroups.Read(machine.Files).Of("self", "memory").Select(level => level.Path));
    }

    [Fact]
    public async Task A_real_group_with_a_real_limit_is_measured()
    {
        const string hierarchy = "/sys/fs/cgroup/memory";
        var folder = string.Create(CultureInfo.InvariantCulture, $"{hierarchy}/hale-test-{Environment.ProcessId}");
        if (!File.Exists(hierarchy + "/memory.limit_in_bytes"))
            Assert.Skip("no version 1 memory hierarchy is mounted here");
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Assert.Skip($"no group can be made here: {refused.Message}");
        }
        try
        {
            await File.WriteAllTextAsync(folder + "/memory.limit_in_bytes", "67108864", TestContext.Current.CancellationToken);

            var result = await Attempt.Of(new CgroupProbe(new KernelFiles(), Window, folder));

            Assert.True(result.Outcome == Outcome.Pass, result.Evidence);
            Assert.InRange(result.Value("memory"), 0, 100);
            Assert.Equal(0, result.Value("oom_kills"));
        }
        finally
        {
            Directory.Delete(folder);
        }
    }

    [Fact]
    public async Task The_groups_of_a_real_process_can_be_read()
    {
        if (!File.Exists("/proc/self/cgroup"))
            Assert.Skip("this kernel has no control groups");
        var result = await Attempt.Of(new CgroupProbe(new KernelFiles(), Window), Environment.ProcessId);

        Assert.True(result.Outcome == Outcome.Pass, result.Evidence);
    }
}
