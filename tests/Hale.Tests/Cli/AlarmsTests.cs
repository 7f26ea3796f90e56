using Hale.Core.Alarming;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Cli;

public sealed class AlarmsTests
{
    private static readonly AlarmSnapshot Down = Alarm("Down", AlarmValue.Alarm, "2 of the last 2 datapoints were below 0.5: 0 at 11:55:00, 0 at 11:50:00");

    [Fact]
    public async Task Alarms_are_a_table_with_those_in_alarm_first()
    {
        await using var cli = await new CliFixture().ServeAsync();
        cli.Daemon.Publish(world => world with { Alarms = [Alarm("Quiet", AlarmValue.Ok, "fine"), Down] });
        var result = await cli.RunAsync("alarms");
        Assert.Equal(
            """
            ALARM  STATE  SINCE   WHEN                         WHY
            Down   ALARM  5m ago  average of m < 0.5 over 5 m  2 of the last 2 datapoints were below 0.5: 0 at 11:55:00, 0 at 11:50:00
            Quiet  OK     5m ago  average of m < 0.5 over 5 m  fine

            """,
            result.Out);
        Assert.Equal(1, result.ExitCode);
    }

    [Theory]
    [InlineData(AlarmValue.Ok, null, 0)]
    [InlineData(AlarmValue.Alarm, null, 1)]
    [InlineData(AlarmValue.InsufficientData, null, 3)]
    [InlineData(AlarmValue.Ok, "the clock jumped", 3)]
    [InlineData(AlarmValue.Alarm, "the clock jumped", 1)]
    public async Task The_exit_code_tells_the_worst_state(AlarmValue state, string? doubt, int exitCode)
    {
        await using var cli = await new CliFixture().ServeAsync();
        cli.Daemon.Publish(world => world with { Doubt = doubt, Alarms = [Alarm("Calm", AlarmValue.Ok, "fine"), Alarm("Other", state, "so")] });
        Assert.Equal(exitCode, (await cli.RunAsync("alarms", "--json")).ExitCode);
    }

    [Fact]
    public async Task Without_alarms_it_says_where_they_are_written()
    {
        await using var cli = await new CliFixture().ServeAsync();
        var result = await cli.RunAsync("alarms");
        Assert.Contains("under alarms: in hale.yaml", result.Out);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task The_history_of_one_alarm_is_told_apart_from_the_others()
    {
        await using var cli = await new CliFixture().ServeAsync();
        cli.Daemon.Record("alarm", "web", "Down: OK -> ALARM: no data");
        cli.Daemon.Record("alarm", "web", "DownTown: OK -> ALARM: no data");
        cli.Daemon.Record("transition", "web", "Down: not an alarm");
        var result = await cli.RunAsync("alarms", "history", "Down");
        Assert.Contains("Down: OK -> ALARM", result.Out);
        Assert.DoesNotContain("DownTown", result.Out);
        Assert.Equal(2, (await cli.RunAsync("alarms", "history", "--json")).Out.Count(c => c == '\n'));
        Assert.Equal(2, (await cli.RunAsync("alarms", "history", "-n", "0")).ExitCode);
    }

    private static AlarmSnapshot Alarm(string name, AlarmValue value, string reason) => new()
    {
        Name = name,
        Description = "",
        Value = value,
        Since = SampleWorld.At - TimeSpan.FromMinutes(5),
        Reason = reason,
        Rule = "average of m < 0.5 over 5 m",
        Metric = "m",
        Threshold = 0.5,
    };
}
