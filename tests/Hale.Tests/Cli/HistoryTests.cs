using Hale.Cli;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Cli;

public sealed class HistoryTests
{
    private static readonly DateTimeOffset At = SampleWorld.At.ToUtc();

    [Fact]
    public async Task History_is_a_table_with_the_newest_last()
    {
        await using var cli = await new CliFixture().ServeAsync();
        cli.Daemon.Record("daemon", null, "Hale started", At);
        cli.Daemon.Record("transition", "web", "Ok -> Impaired: 500", At.AddSeconds(5));
        cli.Daemon.Record("intent", "web", "#1 restart: 500\n(twice)", At.AddSeconds(6), 1);
        var result = await cli.RunAsync("history");
        Assert.Equal(
            """
            TIME                  KIND        TARGET  WHAT
            2025-11-22 12:00:00Z  daemon      -       Hale started
            2025-11-22 12:00:05Z  transition  web     Ok -> Impaired: 500
            2025-11-22 12:00:06Z  intent      web     #1 restart: 500 (twice)

            """,
            result.Out);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task It_is_narrowed_by_target_kind_limit_and_time()
    {
        await using var cli = await new CliFixture().ServeAsync();
        var now = DateTimeOffset.UtcNow;
        for (var i = 0; i < 120; i++)
            cli.Daemon.Record(i % 2 == 0 ? "life" : "order", i % 3 == 0 ? "web" : "backup", $"event {i}", now.AddMinutes(i - 120));
        Assert.Equal(50, Lines(await cli.RunAsync("history", "--json")));
        Assert.Equal(7, Lines(await cli.RunAsync("history", "--json", "-n", "7")));
        Assert.Equal(120, Lines(await cli.RunAsync("history", "--json", "--since", "1d")));
        Assert.InRange(Lines(await cli.RunAsync("history", "--json", "--since", "30m")), 28, 30);
        Assert.Equal(40, Lines(await cli.RunAsync("history", "--json", "--target", "web", "--limit", "999")));
        Assert.Equal(120, Lines(await cli.RunAsync("history", "--json", "-k", "life", "-k", "order", "--since", "7d")));
        Assert.Equal(60, Lines(await cli.RunAsync("history", "--json", "-k", "life", "--since", "7d")));

        static int Lines(Result result)
        {
            Assert.Equal(0, result.ExitCode);
            return result.Out.Count(character => character == '\n');
        }
    }

    [Theory]
    [InlineData("--since", "yesterday")]
    [InlineData("--limit", "-1")]
    [InlineData("--limit", "many")]
    [InlineData("--kind", "lives")]
    public async Task What_is_not_understood_is_wrong_usage(string option, string value)
    {
        await using var cli = await new CliFixture().ServeAsync();
        var result = await cli.RunAsync("history", option, value);
        Assert.Equal(2, result.ExitCode);
        Assert.NotEmpty(result.Error);
    }

    [Fact]
    public async Task Following_goes_on_with_what_is_new_and_ends_when_interrupted()
    {
        await using var cli = await new CliFixture().ServeAsync();
        cli.Daemon.Record("life", "web", "before");
        using var stop = new CancellationTokenSource();
        var output = new LiveWriter();
        var running = CommandLine.RunAsync(["history", "--follow"], cli.Surroundings(output, TextWriter.Null, stop.Token));
        await output.UntilAsync("before");
        cli.Daemon.Record("life", "web", "after");
        await output.UntilAsync("after");
        await stop.CancelAsync();
        Assert.Equal(0, await running);
        Assert.Single(output.ToString().Split('\n'), line => line.EndsWith("before", StringComparison.Ordinal));
        Assert.Single(output.ToString().Split('\n'), line => line.EndsWith("after", StringComparison.Ordinal));
    }
}
