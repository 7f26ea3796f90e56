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
    public void Units_that_match_a_pattern_are_judged_together()
    {
        const string good = "Id=worker@1.service\nNRestarts=2\nLoadState=loaded\nActiveState=active\nSubState=running\n";
        const string bad = "Id=worker@2.service\nNRestarts=3\nLoadState=loaded\nActiveState=failed\nSubState=failed\nResult=exit-code\n";
        var both = SystemdProbe.JudgeAll("worker@*", good + "\n" + bad, [], default);
        Assert.Equal((Outcome.Fail, "worker@2.service is failed (failed), result exit-code"), (both.Outcome, both.Evidence));
        Assert.Equal((5, 2), (both.Value("restarts"), both.Value("units")));
        Assert.Equal((Outcome.Pass, "1 units that match worker@* are as they should be"), SystemdProbe.JudgeAll("worker@*", good, [], default) is var one ? (one.Outcome, one.Evidence) : default);
        Assert.Equal((Outcome.Fail, "systemd has no unit loaded that matches worker@*"), SystemdProbe.JudgeAll("worker@*", "\n", [], default) is var none ? (none.Outcome, none.Evidence) : default);
    }

    [Theory]
    [InlineData("active", "exited", "exited", Outcome.Pass)]
    [InlineData("inactive", "dead", "inactive active", Outcome.Pass)]
    [InlineData("active", "running", "exited", Outcome.Fail)]
    [InlineData("activating", "start", "active", Outcome.Inconclusive)]
    [InlineData("activating", "auto-restart", "active", Outcome.Fail)]
    public void Other_states_can_be_good(string active, string sub, string states, Outcome expected) =>
        Assert.Equal(expected, SystemdProbe.Judge("x.service", $"LoadState=loaded\nActiveState={active}\nSubState={sub}\n", states.Split(' ')).Outcome);

    [Fact]
    public void A_timer_tells_when_it_elapsed_last()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_732_500_000);
        var result = SystemdProbe.Judge("backup.timer", "LoadState=loaded\nActiveState=active\nSubState=waiting\nLastTriggerUSec=@1732413600\n", now: now);
        Assert.Equal((Outcome.Pass, 86400), (result.Outcome, result.Value("last_trigger")));
        Assert.Empty(SystemdProbe.Judge("backup.timer", "LoadState=loaded\nActiveState=active\nSubState=waiting\nLastTriggerUSec=\n", now: now).Measurements);
    }

    [Theory]
    [InlineData("running", "", Outcome.Pass, "the system is running")]
    [InlineData("degraded", "a.service loaded failed failed A\nb.mount    loaded failed failed B\n", Outcome.Fail, "the system is degraded; failed: a.service, b.mount")]
    [InlineData("starting", "", Outcome.Inconclusive, "the system is in state starting")]
    [InlineData("maintenance", "", Outcome.Fail, "the system is in state maintenance")]
    public void The_whole_system_is_judged_by_its_state(string state, string failed, Outcome outcome, string evidence)
    {
        var result = SystemdProbe.JudgeSystem(state, failed);
        Assert.Equal((outcome, evidence), (result.Outcome, result.Evidence));
    }

    [Fact]
    public async Task The_whole_system_where_systemd_does_not_run_is_inconclusive()
    {
        Assert.SkipWhen(Directory.Exists("/run/systemd/system"), "systemd runs here");
        Assert.Equal(Outcome.Inconclusive, (await Attempt.OfAsync(SystemdProbe.Kind, new() { ["system"] = true })).Outcome);
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
