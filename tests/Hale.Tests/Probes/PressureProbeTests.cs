using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Probes.Linux;
using Xunit;

namespace Hale.Tests.Probes;

public sealed class PressureProbeTests
{
    private const string Text = "some avg10=1.23 avg60=4.56 avg300=7.89 total=8724577\nfull avg10=0.10 avg60=0.20 avg300=0.30 total=5\n";

    [Theory]
    [InlineData("some", "10", 1.23)]
    [InlineData("some", "60", 4.56)]
    [InlineData("full", "300", 0.30)]
    public async Task The_line_and_the_average_that_were_asked_for_are_told(string line, string average, double stalled)
    {
        using var machine = new KernelTree();
        machine.Write("/proc/pressure/memory", Text);

        var result = await Attempt.Of(new PressureProbe(machine.Files, "memory", line, average));

        Assert.Equal(Outcome.Pass, result.Outcome);
        Assert.Equal(stalled, result.Value("stalled"));
    }

    [Fact]
    public async Task A_kernel_without_the_file_or_the_line_is_inconclusive()
    {
        using var machine = new KernelTree();
        Assert.Equal(Outcome.Inconclusive, (await Attempt.Of(new PressureProbe(machine.Files, "io", "some", "10"))).Outcome);

        machine.Write("/proc/pressure/io", "some avg10=0.00\n");
        Assert.Equal(Outcome.Inconclusive, (await Attempt.Of(new PressureProbe(machine.Files, "io", "full", "10"))).Outcome);
        Assert.Equal(Outcome.Inconclusive, (await Attempt.Of(new PressureProbe(machine.Files, "io", "some", "60"))).Outcome);
    }

    [Theory]
    [InlineData("/system.slice/app.service")]
    [InlineData("/sys/fs/cgroup/system.slice/app.service/")]
    public async Task A_group_is_named_by_its_path_or_its_folder(string name)
    {
        using var machine = new KernelTree();
        machine.MountVersion2("/system.slice/app.service");
        machine.Write("/sys/fs/cgroup/system.slice/app.service/cpu.pressure", Text);

        Assert.Equal(0.10, (await Attempt.Of(new PressureProbe(machine.Files, "cpu", "full", "10", name))).Value("stalled"));
        Assert.Equal(Outcome.Inconclusive, (await Attempt.Of(new PressureProbe(machine.Files, "cpu", "full", "10", "/other"))).Outcome);
    }

    [Fact]
    public void Full_pressure_of_a_whole_machines_processors_is_refused_because_it_is_always_zero()
    {
        var result = new SpecLoader().LoadText("targets: { host: { checks: { stall: { pressure: { resource: cpu, line: full } } } } }", "hale.yaml", "/", _ => null);

        Assert.Contains(result.Errors, error => error.ToString()!.Contains("says nothing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_real_machine_can_be_read()
    {
        if (!File.Exists("/proc/pressure/cpu"))
            Assert.Skip("this kernel has no pressure stall information");
        var result = await Attempt.Of(new PressureProbe(new KernelFiles(), "cpu", "some", "10"));

        Assert.InRange(result.Value("stalled"), 0, 100);
    }
}
