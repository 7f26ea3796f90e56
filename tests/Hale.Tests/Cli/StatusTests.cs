using System.Text.Json;
using Hale.Core.Model;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Cli;

public sealed class StatusTests
{
    [Fact]
    public async Task Plain_status_is_a_table_and_a_sum()
    {
        await using var cli = await new CliFixture().ServeAsync();
        var result = await cli.RunAsync("status");
        Assert.Equal("", result.Error);
        Assert.Equal(
            """
            TARGET        HEALTH             SINCE  REASON
            web           ok                 1h30m  all 1 checks ok
            orchestrator  impaired           2m10s  activity: no progress for 12m (fails after 10m)
            backup        insufficient data  2d     nightly: no heartbeat yet

            3 targets: 1 ok, 1 insufficient data, 1 impaired
            group site: impaired (1 of 2 impaired, 0 unknown)

            """,
            result.Out);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task Verbose_status_adds_every_check()
    {
        await using var cli = await new CliFixture().ServeAsync();
        var result = await cli.RunAsync("status", "orchestrator", "-v");
        Assert.Equal(
            """
            TARGET        HEALTH    SINCE  REASON
            orchestrator  impaired  2m10s  activity: no progress for 12m (fails after 10m)

            orchestrator: impaired
              CHECK     KIND    HEALTH    TRIED   OUTCOME  SEEN
              activity  sqlite  impaired  4s ago  fail     newest row is 12m old (age 12m)
              disk      disk    degraded  9s ago  warn     /srv is 87% full (used 87%, free 13GB)

            1 target: 1 impaired
            group site: impaired (1 of 2 impaired, 0 unknown)

            """,
            result.Out);
    }

    [Fact]
    public async Task What_needs_attention_stands_above_the_table()
    {
        await using var cli = await new CliFixture().ServeAsync();
        cli.Daemon.Publish(world => world with { Doubt = "the clock jumped by 40s", DoubtUntil = SampleWorld.At + TimeSpan.FromSeconds(30) });
        cli.Daemon.Publish("orchestrator", target => target with { NeedsHuman = "restart did not help 3 times" });
        cli.Daemon.Publish("web", target => target with { PausedUntil = Instant.Distant });
        cli.Daemon.Publish("backup", target => target with { PausedUntil = SampleWorld.At + TimeSpan.FromMinutes(30), IsStopped = true, IsFlapping = true });
        cli.Daemon.Figures = cli.Daemon.Figures with { JournalTrouble = "no space left on device" };
        var result = await cli.RunAsync("status");
        Assert.StartsWith(
            """
            ! Hale doubts itself: the clock jumped by 40s; verdicts and healing are frozen until 2025-11-22 12:00:30Z (30s)
            ! The journal cannot be written: no space left on device; nothing is healed
            ! web is paused until it is resumed: watched, not healed
            ! orchestrator needs a person: restart did not help 3 times
            ! backup is paused until 2025-11-22 12:30:00Z (30m): watched, not healed

            TARGET
            """,
            result.Out);
        Assert.Contains("[stopped] [flapping] nightly", result.Out);
    }

    [Theory]
    [InlineData(Health.Ok, 0)]
    [InlineData(Health.NotApplicable, 0)]
    [InlineData(Health.Degraded, 0)]
    [InlineData(Health.Impaired, 1)]
    [InlineData(Health.InsufficientData, 3)]
    [InlineData(Health.Initializing, 3)]
    public async Task The_exit_code_says_how_the_worst_is(Health health, int exitCode)
    {
        await using var cli = await new CliFixture().ServeAsync();
        cli.Daemon.Publish(_ => SampleWorld.World(SampleWorld.Web, SampleWorld.Web with { Name = "other", Health = health }));
        Assert.Equal(exitCode, (await cli.RunAsync("status")).ExitCode);
        Assert.Equal(0, (await cli.RunAsync("status", "web")).ExitCode);
    }

    [Fact]
    public async Task A_frozen_verdict_is_not_good()
    {
        await using var cli = await new CliFixture().ServeAsync();
        cli.Daemon.Publish(_ => SampleWorld.Well with { Doubt = "descriptors ran out" });
        Assert.Equal(3, (await cli.RunAsync("status")).ExitCode);
    }

    [Fact]
    public async Task Json_is_the_wire_shape()
    {
        await using var cli = await new CliFixture().ServeAsync();
        var result = await cli.RunAsync("status", "--json");
        using var json = JsonDocument.Parse(result.Out);
        Assert.Equal("impaired", json.RootElement.GetProperty("health").GetString());
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task An_unknown_target_is_wrong_usage_with_a_guess()
    {
        await using var cli = await new CliFixture().ServeAsync();
        var result = await cli.RunAsync("status", "orchestrater");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("'orchestrator'", result.Error);
        Assert.Equal("", result.Out);
    }

    [Fact]
    public async Task What_a_target_prints_cannot_reach_the_terminal_as_control_characters()
    {
        await using var cli = await new CliFixture().ServeAsync();
        cli.Daemon.Publish("web", target => target with
        {
            Reason = "\x1b]0;owned\a\x1b[2J[red]x[/] \u202eevil\r\nnext\u009b31m",
            Checks = [target.Checks[0] with { Evidence = "\x1b[31mred\0" }],
        });
        foreach (var command in (string[][])[["status", "-v"], ["explain", "web"]])
        {
            var result = await cli.RunAsync(command);
            Assert.DoesNotContain(result.Out, character => char.IsControl(character) && character != '\n' || character == '\u202e');
            Assert.Contains("[red]x[/]", result.Out);
            Assert.Contains("\\x1b]0;owned\\x07", result.Out);
        }
    }
}
