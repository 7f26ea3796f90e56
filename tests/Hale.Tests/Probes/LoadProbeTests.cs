using Hale.Core.Model;
using Hale.Probes;
using Hale.Probes.Linux;
using Xunit;

namespace Hale.Tests.Probes;

public sealed class LoadProbeTests
{
    [Theory]
    [InlineData("1", 0.5)]
    [InlineData("5", 0.25)]
    [InlineData("15", 0.125)]
    public async Task The_load_is_shared_by_the_processors_online(string average, double load)
    {
        using var machine = new KernelTree();
        machine.Write("/proc/loadavg", "2.00 1.00 0.50 1/91 5793\n");
        machine.Write("/sys/devices/system/cpu/online", "0-2,7\n");

        var result = await Attempt.Of(new LoadProbe(machine.Files, average));

        Assert.Equal(Outcome.Pass, result.Outcome);
        Assert.Equal(load, result.Value("load"));
        Assert.Equal([0.5, 0.25, 0.125], new[] { "load1", "load5", "load15" }.Select(result.Value));
    }

    [Theory]
    [InlineData("", "0\n")]
    [InlineData("1.0 2.0\n", "0\n")]
    [InlineData("1.0 2.0 x 1/2 3\n", "0\n")]
    [InlineData("1.0 2.0 3.0 1/2 3\n", "\n")]
    [InlineData("1.0 2.0 3.0 1/2 3\n", "3-1\n")]
    [InlineData("1.0 2.0 3.0 1/2 3\n", "0-1-2\n")]
    public async Task A_malformed_file_is_inconclusive(string load, string online)
    {
        using var machine = new KernelTree();
        machine.Write("/proc/loadavg", load);
        machine.Write("/sys/devices/system/cpu/online", online);

        Assert.Equal(Outcome.Inconclusive, (await Attempt.Of(new LoadProbe(machine.Files, "1"))).Outcome);
    }

    [Fact]
    public async Task The_real_machine_can_be_read()
    {
        var result = await Attempt.Of(new LoadProbe(new KernelFiles(), "5"));

        Assert.True(result.Outcome == Outcome.Pass, result.Evidence);
        Assert.InRange(result.Value("load"), 0, 10_000);
    }
}
