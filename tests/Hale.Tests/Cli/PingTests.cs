using Xunit;

namespace Hale.Tests.Cli;

public sealed class PingTests
{
    [Fact]
    public async Task A_running_Hale_is_alive_however_ill_its_targets_are()
    {
        await using var cli = await new CliFixture().ServeAsync();
        Assert.Equal(1, (await cli.RunAsync("status")).ExitCode);
        Assert.Equal(new Result(0, "alive\n", ""), await cli.RunAsync("ping"));
    }

    [Fact]
    public async Task Without_a_Hale_nobody_can_tell()
    {
        await using var cli = new CliFixture();
        var result = await cli.RunAsync("ping");
        Assert.Equal((3, ""), (result.ExitCode, result.Out));
        Assert.Contains("No Hale is running here", result.Error);
    }
}
