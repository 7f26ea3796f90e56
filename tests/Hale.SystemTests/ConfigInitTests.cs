using Hale.SystemTests.Fixture;

namespace Hale.SystemTests;

/// <summary>The first configuration, of the machine that the test runs on.</summary>
public sealed class ConfigInitTests
{
    [Fact]
    public async Task A_first_configuration_is_valid_and_its_round_ends_with_a_verdict()
    {
        await using var run = new HaleRun("targets: {}");
        var written = await run.HaleAsync("config", "init", "first.yaml");
        Assert.True(written.ExitCode == 0, written.ToString());
        var check = await run.HaleAsync("config", "check", "first.yaml");
        Assert.True(check.ExitCode == 0 && check.Error.Length == 0, check.ToString());
        // Whether this machine is well is not for a test to say; that each check says something is.
        var round = await run.HaleAsync("check", "-v", "-c", "first.yaml");
        Assert.True(round.ExitCode is 0 or 1 or 3, round.ToString());
        Assert.Contains("memory", round.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_there_is_left_as_it_is()
    {
        await using var run = new HaleRun("targets: {} # mine");
        var refused = await run.HaleAsync("config", "init");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("--force", refused.Error, StringComparison.Ordinal);
        Assert.StartsWith("targets: {} # mine", run.Read("hale.yaml"), StringComparison.Ordinal);

        var forced = await run.HaleAsync("config", "init", "--force");
        Assert.True(forced.ExitCode == 0, forced.ToString());
        Assert.Contains("memory:", run.Read("hale.yaml"), StringComparison.Ordinal);
    }
}
