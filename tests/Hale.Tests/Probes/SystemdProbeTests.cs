using Hale.Core.Model;
using Hale.Probes;
using Xunit;

namespace Hale.Tests.Probes;

public sealed class SystemdProbeTests
{
    [Theory]
    [InlineData("loaded", "active", "running", "success", Outcome.Pass)]
    [InlineData("loaded", "active", "exited", "success", Outcome.Pass)]
    [InlineData("loaded", "reloading", "reload", "success", Outcome.Pass)]
    [InlineData("loaded", "activating", "start", "success", Outcome.Inconclusive)]
    [InlineData("loaded", "activating", "auto-restart", "exit-code", Outcome.Fail)]
    [InlineData("loaded", "deactivating", "stop-sigterm", "success", Outcome.Fail)]
    [InlineData("loaded", "inactive", "dead", "success", Outcome.Fail)]
    [InlineData("loaded", "failed", "failed", "oom-kill", Outcome.Fail)]
    [InlineData("not-found", "inactive", "dead", "success", Outcome.Fail)]
    [InlineData("loaded", "something-new", "x", "success", Outcome.Inconclusive)]
    public void Only_an_active_unit_passes(string load, string active, string sub, string result, Outcome expected)
    {
        var judged = SystemdProbe.Judge("x.service", $"Result={result}\nNRestarts=3\nLoadState={load}\nActiveState={active}\nSubState={sub}\n");

        Assert.Equal(expected, judged.Outcome);
        Assert.Contains("x.service", judged.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void The_evidence_names_state_and_result_and_counts_restarts()
    {
        var judged = SystemdProbe.Judge("x.service", "Result=oom-kill\nNRestarts=3\nLoadState=loaded\nActiveState=failed\nSubState=failed\n");

        Assert.Equal("x.service is failed (failed), result oom-kill", judged.Evidence);
        Assert.Equal(new Measurement("restarts", 3, Unit.Count), Assert.Single(judged.Measurements));
    }

    [Theory]
    [InlineData("")]
    [InlineData("rubbish\n=x\n")]
    public void Output_that_says_nothing_is_inconclusive(string output)
    {
        Assert.Equal(Outcome.Inconclusive, SystemdProbe.Judge("x.service", output).Outcome);
    }

    [Fact]
    public async Task Where_systemd_does_not_run_nothing_is_held_against_the_unit()
    {
        Assert.SkipWhen(Directory.Exists("/run/systemd/system"), "systemd runs here");
        var result = await Attempt.OfAsync(SystemdProbe.Kind, new() { ["unit"] = "x.service" });

        Assert.Equal(Outcome.Inconclusive, result.Outcome);
        Assert.Contains("systemctl", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_systemd_runs_a_unit_that_does_not_exist_fails()
    {
        Assert.SkipUnless(Directory.Exists("/run/systemd/system"), "systemd does not run here");
        var result = await Attempt.OfAsync(SystemdProbe.Kind, new() { ["unit"] = "no-such-unit-at-all.service" });

        Assert.Equal(Outcome.Fail, result.Outcome);
    }
}
