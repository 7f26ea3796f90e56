using Hale.Core.Model;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Cli;

public sealed class ExplainTests
{
    [Fact]
    public async Task An_explanation_tells_the_whole_story()
    {
        await using var cli = await new CliFixture().ServeAsync();
        cli.Daemon.Next = ["restart is tried at 12:00:20, when the pause after the last remedy is over"];
        cli.Daemon.Output = ["experiment 7 began", "frame 99"];
        cli.Daemon.Record("transition", "orchestrator", "Ok -> Impaired: no progress for 12m", SampleWorld.At.ToUtc().AddSeconds(-130));
        cli.Daemon.Record("outcome", "orchestrator", "#7 did not help: still no progress", SampleWorld.At.ToUtc().AddSeconds(-20), 7);
        var result = await cli.RunAsync("explain", "orchestrator");
        Assert.Equal("", result.Error);
        Assert.Equal(
            """
            orchestrator is impaired since 2025-11-22 11:57:50Z (2m10s)
              because activity: no progress for 12m (fails after 10m)

            Evidence
              activity (sqlite): impaired for 2m10s
                rule  failed 2 of 2: no progress for 12m (fails after 10m)
                seen  4s ago: fail: newest row is 12m old (age 12m)
                count 180 tried, 0 passed in a row, 2 failed in a row
                last progress 12m ago
              disk (disk): degraded for 2h
                rule  used 87% (warns at 85%)
                seen  9s ago: warn: /srv is 87% full (used 87%, free 13GB)
                count 180 tried, 9 passed in a row, 0 failed in a row

            Life
              4242.991, began 3h ago, the 3rd that Hale has seen
              the last one ended: killed by signal 9 (SIGKILL)

            Remedies
              1. clean
            > 2. restart  (next)
              1 in this episode
              last: clean: freed 1.2 GB, did not help
              restart is refused by the gate "back off" until 2025-11-22 12:00:20Z (20s): the pause after the last remedy is not over

            What happens next
              restart is tried at 12:00:20, when the pause after the last remedy is over

            What you can do
              hale restart orchestrator         now, past every gate
              hale heal --dry-run orchestrator  see what the remedies would do
              hale pause orchestrator --for 1h  keep Hale's hands off while you look

            What happened (newest last)
              2025-11-22 11:57:50Z  transition  Ok -> Impaired: no progress for 12m
              2025-11-22 11:59:40Z  outcome     #7 did not help: still no progress

            Its last output
              | experiment 7 began
              | frame 99

            """,
            result.Out);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task A_target_before_its_first_look_is_explained_without_inventing_anything()
    {
        await using var cli = await new CliFixture().ServeAsync();
        var result = await cli.RunAsync("explain", "backup");
        Assert.Equal(
            """
            backup is insufficient data since 2025-11-20 12:00:00Z (2d)
              because nightly: no heartbeat yet

            Evidence
              nightly (heartbeat): insufficient data for 2d
                rule  no heartbeat yet
                seen  nothing yet

            Remedies
              none: it is watched only

            What you can do
              hale check backup  try its checks now

            """,
            result.Out);
        Assert.Equal(3, result.ExitCode);
    }

    [Fact]
    public async Task What_waits_for_approval_says_how_to_give_it()
    {
        await using var cli = await new CliFixture().ServeAsync();
        cli.Daemon.Publish("orchestrator", target => target with { Refusal = new Refusal(1, 1, Gate.Approval, "a person must approve restart", Instant.Distant) });
        var result = await cli.RunAsync("explain", "orchestrator");
        Assert.Contains("refused by the gate \"approval\" until something changes", result.Out);
        Assert.Contains("hale approve orchestrator", result.Out);
        Assert.Contains("hale reject orchestrator", result.Out);
    }

    [Fact]
    public async Task A_used_up_ladder_says_so()
    {
        await using var cli = await new CliFixture().ServeAsync();
        cli.Daemon.Publish("orchestrator", target => target with { Rung = 2, NeedsHuman = "nothing helped", Refusal = null });
        var result = await cli.RunAsync("explain", "orchestrator");
        Assert.Contains("> used up: a person is needed", result.Out);
        Assert.Contains("hale resume orchestrator", result.Out);
    }
}
