using System.Text.Json;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Cli;

public class WaitTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Fact]
    public async Task A_ready_target_is_0_and_is_told_on_standard_error()
    {
        await using var cli = new CliFixture();
        await using var server = LoopbackServer.Answering(Ok);
        var result = await cli.RunAsync("wait", server.Url().ToString());
        Assert.Equal((0, ""), (result.ExitCode, result.Out));
        Assert.StartsWith("hale: ready after ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_ready_is_1_with_its_reason()
    {
        await using var cli = new CliFixture();
        using var refusing = LoopbackServer.Refusing(out var port);
        var result = await cli.RunAsync("wait", $"tcp:127.0.0.1:{port}", "--timeout", "2s");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("connection refused", result.Error, StringComparison.Ordinal);
        Assert.Contains($"not ready within 2 s: tcp:127.0.0.1:{port}", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quiet_tells_failures_only()
    {
        await using var cli = new CliFixture();
        await using var server = LoopbackServer.Answering(Ok);
        Assert.Equal((0, "", ""), await cli.RunAsync("wait", "-q", server.Url().ToString()) is var good ? (good.ExitCode, good.Out, good.Error) : default);
        var bad = await cli.RunAsync("wait", "-q", "file:/does/not/exist", "--timeout", "1s");
        Assert.Equal((1, "hale: not ready within 1 s: file:/does/not/exist: /does/not/exist does not exist\n"), (bad.ExitCode, bad.Error));
    }

    [Fact]
    public async Task Json_is_one_object_with_the_timeline_and_the_reason()
    {
        await using var cli = new CliFixture();
        await using var server = LoopbackServer.Answering(Ok);
        var result = await cli.RunAsync("wait", server.Url().ToString(), "file:/does/not/exist", "--timeout", "2s", "--json");
        Assert.Equal((1, ""), (result.ExitCode, result.Error));
        using var json = JsonDocument.Parse(result.Out);
        Assert.Equal("notReady", json.RootElement.GetProperty("end").GetString());
        Assert.Contains("/does/not/exist does not exist", json.RootElement.GetProperty("reason").GetString(), StringComparison.Ordinal);
        var targets = json.RootElement.GetProperty("targets").EnumerateArray().ToArray();
        Assert.Equal([true, false], targets.Select(target => target.GetProperty("ready").GetBoolean()));
        var episode = targets[1].GetProperty("timeline")[0];
        Assert.Equal(("fail", "/does/not/exist does not exist"), (episode.GetProperty("outcome").GetString(), episode.GetProperty("evidence").GetString()));
        // The last attempt may still be under way at the deadline.
        Assert.InRange(targets[1].GetProperty("attempts").GetInt32() - episode.GetProperty("attempts").GetInt32(), 0, 1);
    }

    [Fact]
    public async Task A_target_of_the_running_hale_is_ready_when_it_is_judged_well()
    {
        await using var cli = await new CliFixture().ServeAsync();
        var well = cli.Daemon.Current.Targets.First(target => target.Health == Core.Model.Health.Ok);
        var bad = cli.Daemon.Current.Targets.First(target => target.Health == Core.Model.Health.Impaired);
        Assert.Equal(0, (await cli.RunAsync("wait", $"check:{well.Name}")).ExitCode);
        var result = await cli.RunAsync("wait", $"check:{bad.Name}", "--timeout", "2s");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"{bad.Name} is impaired", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_running_hale_its_targets_cannot_be_told_which_is_3()
    {
        await using var cli = new CliFixture();
        var result = await cli.RunAsync("wait", "check:web", "--timeout", "1s");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("No Hale is running here", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is nothing to wait for", "wait")]
    [InlineData("is not a target", "wait", "web")]
    [InlineData("is not check:TARGET", "wait", "check:")]
    [InlineData("did you mean tcp:localhost:5432?", "wait", "localhost:5432")]
    [InlineData("Did you mean '--timeout'?", "wait", "tcp:a:1", "--tiemout", "1s")]
    [InlineData("is not a time span", "wait", "tcp:a:1", "--timeout", "soon")]
    [InlineData("must be between 1ms and 1d", "wait", "tcp:a:1", "--interval", "0")]
    [InlineData("is not a whole number of at least 1", "wait", "tcp:a:1", "--successes", "0")]
    [InlineData("is not a size", "wait", "file:a", "--min-size", "big")]
    [InlineData("is not 'NAME: VALUE'", "wait", "http://a/", "--header", "x")]
    [InlineData("is not a status", "wait", "http://a/", "--status", "good")]
    [InlineData("--while-pid '0' is not a whole number", "wait", "tcp:a:1", "--while-pid", "0")]
    [InlineData("--start-first needs a command", "wait", "tcp:a:1", "--start-first")]
    public async Task Mistakes_are_2_and_say_what_would_do(string message, params string[] args)
    {
        await using var cli = new CliFixture();
        var result = await cli.RunAsync(args);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }
}
