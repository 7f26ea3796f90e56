using Hale.Core.Model;
using Hale.Probes;
using Hale.Probes.Linux;
using Xunit;

namespace Hale.Tests.Probes;

public sealed class CpuProbeTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void Waiting_for_the_disk_is_idle_and_stolen_time_is_used()
    {
        var times = CpuTimes.Parse("cpu  1 2 4 8 16 32 64 128 7 9\ncpu0 1 2 4 8 16 32 64 128 7 9\n");

        Assert.Equal(new CpuTimes(Busy: 1 + 2 + 4 + 32 + 64 + 128, Idle: 8 + 16, IoWait: 16, Steal: 128), times);
    }

    [Theory]
    [InlineData("")]
    [InlineData("cpu  1 2 3\n")]
    [InlineData("intr 1 2 3 4 5 6 7 8 9\n")]
    [InlineData("cpu  1 2 3 x 5 6 7 8 9\n")]
    public void A_malformed_file_is_refused(string text) => Assert.Throws<KernelFileException>(() => CpuTimes.Parse(text));

    [Fact]
    public void The_share_is_of_the_time_between_two_readings()
    {
        var shares = CpuTimes.Shares(new CpuTimes(100, 900, 50, 0), new CpuTimes(160, 940, 60, 20));

        Assert.Equal((60, 10, 20), shares);
    }

    [Fact]
    public void A_counter_that_runs_backwards_is_not_a_negative_share()
    {
        var shares = CpuTimes.Shares(new CpuTimes(100, 900, 50, 0), new CpuTimes(110, 890, 40, 0));

        Assert.Equal((100, 0, 0), shares);
    }

    [Fact]
    public async Task Counters_that_stand_still_tell_nothing()
    {
        using var machine = new KernelTree();

        var result = await Attempt.Of(new CpuProbe(machine.Files, Window, LimitScope.Machine));

        Assert.Equal(Outcome.Inconclusive, result.Outcome);
    }

    [Fact]
    public async Task A_busy_loop_shows_on_the_real_machine()
    {
        using var stop = new CancellationTokenSource();
        var spinning = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                Thread.SpinWait(1000);
        }, CancellationToken.None);
        var result = await Attempt.Of(new CpuProbe(new KernelFiles(), TimeSpan.FromMilliseconds(500), LimitScope.Machine));
        await stop.CancelAsync();
        await spinning;

        Assert.Equal(Outcome.Pass, result.Outcome);
        Assert.InRange(result.Value("used"), 1, 100);
    }

    [Theory]
    [InlineData("50000 100000\n", 0.5)]
    [InlineData("300000 100000\n", 3.0)]
    [InlineData("max 100000\n", null)]
    public void The_limit_of_version_2_is_quota_by_period(string text, double? limit)
    {
        using var machine = new KernelTree();
        machine.MountVersion2("/app");
        machine.Write("/sys/fs/cgroup/app/cpu.max", text);

        Assert.Equal(limit, Cgroups.Read(machine.Files).Of("self", "cpu")[0].CpuLimit());
    }

    [Theory]
    [InlineData("-1\n", null)]
    [InlineData("150000\n", 1.5)]
    public void The_limit_of_version_1_is_quota_by_period(string quota, double? limit)
    {
        using var machine = new KernelTree();
        machine.MountHybrid("/app");
        machine.Write("/sys/fs/cgroup/cpu,cpuacct/app/cpu.cfs_quota_us", quota);
        machine.Write("/sys/fs/cgroup/cpu,cpuacct/app/cpu.cfs_period_us", "100000\n");

        Assert.Equal(limit, Cgroups.Read(machine.Files).Of("self", "cpu")[0].CpuLimit());
    }

    [Fact]
    public void The_share_of_a_limit_is_time_spent_by_time_allowed()
    {
        var share = CpuProbe.ShareOfLimit(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10.2), TimeSpan.FromSeconds(1), limit: 0.5);

        Assert.Equal(40, share!.Value, 6);
        Assert.Null(CpuProbe.ShareOfLimit(null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 1));
    }

    [Fact]
    public async Task Asked_for_a_limit_where_there_is_none_it_cannot_tell()
    {
        using var machine = new KernelTree();
        machine.MountVersion2("/app");

        var result = await Attempt.Of(new CpuProbe(machine.Files, Window, LimitScope.Cgroup));

        Assert.Equal(Outcome.Inconclusive, result.Outcome);
        Assert.Contains("no control group", result.Evidence, StringComparison.Ordinal);
    }
}
