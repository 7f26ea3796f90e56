using System.Text.Json;
using Hale.Telling;
using Hale.Testing;
using Hale.Testing.Servers;
using Xunit;

namespace Hale.Tests.Cli;

public sealed class NoticesTests
{
    [Fact]
    public async Task Notices_are_shown_with_what_needs_attention_first()
    {
        await using var cli = await new CliFixture().ServeAsync();
        cli.Daemon.Board = SampleNotices.Board;
        var result = await cli.RunAsync("notices");
        Assert.Equal("", result.Error);
        Assert.Equal(
            """
            Given up; try again with: hale notices retry ID
              ID  CHANNEL  TOLD                                                              LAST ERROR
              #9  pager    Problem: orchestrator is impaired: activity: no progress for 12m  exited with code 1

            Waiting
              ID   CHANNEL  AGE  TRIED    TOLD                                                              LAST ERROR
              #12  pager    2m   3 times  Problem: orchestrator is impaired: activity: no progress for 12m  exited with code 1

            Incidents
              SUBJECT       SEVERITY  SINCE  TOLD  WHAT
              orchestrator  error     2m     ops   [held back: a maintenance window is open] is impaired: activity: no progress for 12m

            Channels
              CHANNEL  KIND     WAITING  LAST DELIVERY  STATE
              ops      webhook  0        1m ago         good
              pager    exec     1        never          failed 3 times, tried again in 4s: exited with code 1

            Delivered last
              ID   CHANNEL  AT                    TOLD                                                              PROOF
              #11  ops      2025-11-22 11:59:00Z  Problem: orchestrator is impaired: activity: no progress for 12m  https://chat.example:443: status 200 "ok"


            """,
            result.Out);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task Without_channels_that_is_said()
    {
        await using var cli = await new CliFixture().ServeAsync();
        var result = await cli.RunAsync("notices");
        Assert.Equal((0, "Nobody is told anything: no channel is configured under tell:.\n"), (result.ExitCode, result.Out));
    }

    [Fact]
    public async Task Json_has_the_proofs()
    {
        await using var cli = await new CliFixture().ServeAsync();
        cli.Daemon.Board = SampleNotices.Board;
        using var json = JsonDocument.Parse((await cli.RunAsync("notices", "--json")).Out);
        Assert.Equal("https://chat.example:443: status 200 \"ok\"", json.RootElement.GetProperty("recent")[0].GetProperty("proof").GetString());
        Assert.Equal("dead", json.RootElement.GetProperty("dead")[0].GetProperty("state").GetString());
    }

    [Fact]
    public async Task What_was_given_up_is_tried_again_on_request_and_nothing_else()
    {
        await using var cli = await new CliFixture().ServeAsync();
        cli.Daemon.Board = SampleNotices.Board;
        Assert.Equal((0, "notice #9 to pager is tried again\n"), Pair(await cli.RunAsync("notices", "retry", "9")));
        var unknown = await cli.RunAsync("notices", "retry", "4711");
        Assert.Equal((2, "hale: there is no notice #4711\n"), (unknown.ExitCode, unknown.Error));
        Assert.Equal(2, (await cli.RunAsync("notices", "retry", "web")).ExitCode);

        static (int, string) Pair(Result result) => (result.ExitCode, result.Out);
    }

    [Fact]
    public async Task Status_says_that_notices_were_given_up()
    {
        await using var cli = await new CliFixture().ServeAsync();
        cli.Daemon.Figures = cli.Daemon.Figures with { NoticesDead = 2 };
        Assert.StartsWith("! 2 notices could not be delivered and were given up: hale notices\n", (await cli.RunAsync("status")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_acknowledges_by_either_word()
    {
        await using var cli = await new CliFixture().ServeAsync();
        Assert.Equal(0, (await cli.RunAsync("acknowledge", "orchestrator")).ExitCode);
        Assert.Equal(0, (await cli.RunAsync("ack", "orchestrator", "--why", "ticket 42")).ExitCode);
        Assert.Equal(2, cli.Daemon.Orders.Count(order => order.StartsWith("acknowledge orchestrator", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_test_goes_through_the_running_daemon()
    {
        await using var cli = await new CliFixture().ServeAsync();
        cli.Daemon.Deliveries["ops"] = Delivery.Done("status 200");
        cli.Daemon.Deliveries["pager"] = Delivery.Failed("exited with code 1");
        cli.Daemon.Board = SampleNotices.Board;
        var good = await cli.RunAsync("notify", "test", "ops");
        Assert.Equal((0, "delivered: ops: status 200\n"), (good.ExitCode, good.Out));
        var bad = await cli.RunAsync("notify", "test", "pager");
        Assert.Equal((1, "not delivered: pager: exited with code 1\n"), (bad.ExitCode, bad.Out));
        Assert.Contains("tell.pager", bad.Error, StringComparison.Ordinal);
        var unknown = await cli.RunAsync("notify", "test", "op");
        Assert.Equal((2, "hale: No channel is named 'op'. Did you mean 'ops'?\n"), (unknown.ExitCode, unknown.Error));
    }

    [Fact]
    public async Task Without_a_daemon_a_test_goes_straight_through_the_channel()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var cli = new CliFixture();
        await File.AppendAllTextAsync(cli.Config, $"\ntell: {{ ops: {{ webhook: {receiver.Url} }}, broken: {{ file: /nowhere/x }} }}\n", TestContext.Current.CancellationToken);
        var good = await cli.RunAsync("notify", "test", "ops");
        Assert.Equal((0, $"delivered: ops: {receiver.Url}: status 200 \"thank you\"\n"), (good.ExitCode, good.Out));
        Assert.Equal("test", (string)Assert.Single(receiver.Posts).Body["kind"]!);
        var bad = await cli.RunAsync("notify", "test", "broken");
        Assert.Equal(1, bad.ExitCode);
        Assert.Contains("/nowhere/x cannot be opened: No such file or directory", bad.Out, StringComparison.Ordinal);
        var unknown = await cli.RunAsync("notify", "test", "nobody");
        Assert.Equal((2, "hale: No channel is named 'nobody'. There are ops, broken.\n"), (unknown.ExitCode, unknown.Error));
    }
}
