using Hale.Cli;
using Xunit;

namespace Hale.Tests.Cli;

/// <summary>A Hale on another machine is asked by HALE_URL and HALE_TOKEN.</summary>
public sealed class ElsewhereTests
{
    private const string Token = "a-token-of-some-length";

    [Fact]
    public async Task It_is_asked_and_given_orders_with_the_token()
    {
        await using var cli = await new CliFixture().ServeAsync(Token);
        cli.Environment["HALE_URL"] = cli.Address.ToString();
        Assert.Equal(ExitCode.Usage, (await cli.RunAsync("status")).ExitCode);
        cli.Environment["HALE_TOKEN"] = Token;
        Assert.Contains("orchestrator", (await cli.RunAsync("status")).Out);
        Assert.Equal(ExitCode.Good, (await cli.RunAsync("pause", "web", "--why", "deploy")).ExitCode);
        Assert.Equal("pause web by token (operate) from 127.0.0.1: deploy", Assert.Single(cli.Daemon.Orders));
        await cli.RunAsync("check", "web");
        Assert.Equal("web", Assert.Single(cli.Daemon.Checks));
    }

    [Fact]
    public async Task What_the_command_line_names_stands_above_it()
    {
        await using var cli = await new CliFixture().ServeAsync(Token);
        cli.Environment["HALE_URL"] = "http://127.0.0.1:1/";
        Assert.Contains("orchestrator", (await cli.RunAsync("status", "--socket", cli.SocketPath)).Out);
        Assert.Contains("orchestrator", (await cli.RunAsync("status", "--config", cli.Config)).Out);
    }

    [Fact]
    public async Task One_that_does_not_answer_is_not_taken_for_the_one_here()
    {
        await using var cli = await new CliFixture().ServeAsync(Token);
        cli.Environment["HALE_URL"] = "http://127.0.0.1:1/";
        var status = await cli.RunAsync("status");
        Assert.Equal(ExitCode.Unknown, status.ExitCode);
        Assert.Contains("HALE_URL", status.Error);
        Assert.Equal(ExitCode.Unknown, (await cli.RunAsync("check")).ExitCode);
    }

    [Theory]
    [InlineData("orchestrator:7411")]
    [InlineData("ftp://orchestrator/")]
    [InlineData("here")]
    public async Task What_is_no_url_is_refused(string url)
    {
        await using var cli = new CliFixture();
        cli.Environment["HALE_URL"] = url;
        var status = await cli.RunAsync("status");
        Assert.Equal(ExitCode.Usage, status.ExitCode);
        Assert.Contains("HALE_URL", status.Error);
    }
}
