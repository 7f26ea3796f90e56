using System.Text.Json;
using Hale.Core.Model;
using Hale.Running;
using Hale.Storage;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Cli;

public sealed class CommandsTests
{
    [Theory]
    [InlineData("pause web --for 30m --why deploy", "pause web", ": deploy (30m)")]
    [InlineData("resume web", "resume web", "")]
    [InlineData("stop orchestrator", "stop orchestrator", "")]
    [InlineData("start orchestrator", "start orchestrator", "")]
    [InlineData("restart orchestrator --why x", "restart orchestrator", ": x")]
    [InlineData("approve orchestrator", "approve orchestrator", "")]
    [InlineData("reject orchestrator", "reject orchestrator", "")]
    public async Task An_order_reaches_the_daemon(string line, string begin, string end)
    {
        await using var cli = await new CliFixture().ServeAsync();
        var result = await cli.RunAsync(line.Split(' '));
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("accepted", result.Out);
        var order = Assert.Single(cli.Daemon.Orders);
        Assert.StartsWith(begin, order);
        Assert.EndsWith(end, order);
    }

    [Fact]
    public async Task A_refused_order_is_bad_and_says_why()
    {
        await using var cli = await new CliFixture().ServeAsync();
        cli.Daemon.Answer = new OrderResult(false, "nothing waits for approval");
        var result = await cli.RunAsync("approve", "web");
        Assert.Equal((1, "", "hale: nothing waits for approval\n"), (result.ExitCode, result.Out, result.Error));
    }

    [Fact]
    public async Task All_means_every_target_that_the_order_applies_to()
    {
        await using var cli = await new CliFixture().ServeAsync();
        Assert.Equal(0, (await cli.RunAsync("stop", "--all")).ExitCode);
        Assert.StartsWith("stop orchestrator", Assert.Single(cli.Daemon.Orders));
        Assert.Contains("nothing to stop", (await cli.RunAsync("stop", "--all")).Error);
        Assert.Equal(0, (await cli.RunAsync("pause", "--all")).ExitCode);
        Assert.Equal(4, cli.Daemon.Orders.Count);
    }

    [Fact]
    public async Task A_rehearsal_does_nothing_and_needs_to_be_called_one()
    {
        await using var cli = await new CliFixture().ServeAsync();
        var result = await cli.RunAsync("heal", "--dry-run");
        Assert.Equal("orchestrator\n  clean\n    would clean orchestrator\n  restart\n    would restart orchestrator\n", result.Out);
        Assert.Empty(cli.Daemon.Orders);
        Assert.Equal(2, (await cli.RunAsync("heal")).ExitCode);
    }

    [Fact]
    public async Task Check_asks_the_daemon_to_look_now()
    {
        await using var cli = await new CliFixture().ServeAsync();
        var result = await cli.RunAsync("check", "web", "-v");
        Assert.Equal("web", Assert.Single(cli.Daemon.Checks));
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("200 OK", result.Out);
        Assert.Null(cli.EngineRoom.RoundOf);
    }

    [Fact]
    public async Task Check_without_a_daemon_looks_itself_and_leaves_no_trace()
    {
        await using var cli = new CliFixture();
        cli.EngineRoom.Round = SampleWorld.Mixed;
        var result = await cli.RunAsync("check");
        Assert.Equal("*", cli.EngineRoom.RoundOf);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("one look", result.Error);
        Assert.False(Directory.Exists(Path.Combine(cli.Directory, ".hale")));
        Assert.Equal(2, (await cli.RunAsync("check", "wep")).ExitCode);
        Assert.Equal(3, (await cli.RunAsync("check", "--socket", "nowhere.sock")).ExitCode);
    }

    [Fact]
    public async Task As_a_plugin_it_speaks_one_line_with_performance_data()
    {
        await using var cli = await new CliFixture().ServeAsync();
        var result = await cli.RunAsync("check", "--nagios");
        Assert.Equal(
            "HALE CRITICAL - orchestrator impaired: activity: no progress for 12m (fails after 10m); backup insufficient data: nightly: no heartbeat yet"
            + " | 'web/home:latency'=0.012s 'orchestrator/activity:age'=720s 'orchestrator/disk:used'=87% 'orchestrator/disk:free'=13958643712B\n",
            result.Out);
        Assert.Equal((2, ""), (result.ExitCode, result.Error));
    }

    [Theory]
    [InlineData(Health.Ok, "OK - 1 target ok", 0)]
    [InlineData(Health.Degraded, "WARNING - web degraded", 1)]
    [InlineData(Health.Impaired, "CRITICAL - web impaired", 2)]
    [InlineData(Health.InsufficientData, "UNKNOWN - web insufficient data", 3)]
    [InlineData(Health.Initializing, "UNKNOWN - web initializing", 3)]
    public async Task A_plugin_has_the_exit_codes_of_plugins(Health health, string begin, int exitCode)
    {
        await using var cli = await new CliFixture().ServeAsync();
        cli.Daemon.Publish(_ => SampleWorld.World(SampleWorld.Web with { Health = health, Reason = "a|b" }));
        var result = await cli.RunAsync("check", "--nagios");
        Assert.StartsWith($"HALE {begin}", result.Out);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Single(result.Out, character => character == '|');
    }

    [Fact]
    public async Task A_plugin_that_cannot_look_is_unknown_on_standard_output()
    {
        await using var cli = new CliFixture();
        await File.WriteAllTextAsync(cli.Config, "targets: 5", TestContext.Current.CancellationToken);
        var result = await cli.RunAsync("check", "--nagios");
        Assert.StartsWith("HALE UNKNOWN - ", result.Out);
        Assert.Single(result.Out, character => character == '\n');
        Assert.Equal(3, result.ExitCode);
    }

    [Fact]
    public async Task Config_check_prints_every_error_with_its_place()
    {
        await using var cli = new CliFixture();
        var good = await cli.RunAsync("config", "check");
        Assert.Equal((0, ""), (good.ExitCode, good.Error));
        Assert.Contains("1 target, 1 check", good.Out);
        await File.WriteAllTextAsync(cli.Config, "targets:\n  web: { chekcs: {} }\nhale: { lisen: off }\n", TestContext.Current.CancellationToken);
        var bad = await cli.RunAsync("config", "check", "hale.yaml");
        Assert.Equal((2, ""), (bad.ExitCode, bad.Out));
        Assert.Contains("hale.yaml:2:", bad.Error);
        Assert.Contains("hale.yaml:3:", bad.Error);
        using var json = JsonDocument.Parse((await cli.RunAsync("config", "check", "--json")).Out);
        Assert.False(json.RootElement.GetProperty("good").GetBoolean());
        Assert.Equal(2, json.RootElement.GetProperty("errors")[0].GetProperty("line").GetInt32());
    }

    [Fact]
    public async Task Config_schema_prints_json()
    {
        await using var cli = new CliFixture();
        using var json = JsonDocument.Parse((await cli.RunAsync("config", "schema")).Out);
        Assert.Equal(JsonValueKind.Object, json.RootElement.ValueKind);
    }

    [Theory]
    [InlineData(null, 2, 0, "same")]
    [InlineData("the world differs at fact 7", 2, 1, "differs")]
    [InlineData(null, 0, 3, "empty")]
    public async Task Replay_says_whether_the_same_world_comes_out(string? difference, int checkpoints, int exitCode, string word)
    {
        await using var cli = new CliFixture();
        cli.EngineRoom.Replayed = new ReplayResult(10, checkpoints, difference, null);
        var result = await cli.RunAsync("replay", "hale.yaml");
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(word, result.Out);
        Assert.Equal(2, (await cli.RunAsync("replay", "none.db")).ExitCode);
    }

    [Fact]
    public async Task Version_names_the_product_and_its_runtime()
    {
        await using var cli = new CliFixture();
        Assert.Matches(@"^hale \d+\.\d+\.\d+ \(\.NET .+\)\n$", (await cli.RunAsync("version")).Out);
    }
}
