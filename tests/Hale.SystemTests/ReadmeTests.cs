using System.Text.RegularExpressions;
using Hale.SystemTests.Fixture;

namespace Hale.SystemTests;

/// <summary>The first screen of the README, done by a newcomer.</summary>
public sealed class ReadmeTests
{
    /// <summary>What the README promises: five minutes from nothing.</summary>
    private static readonly TimeSpan Promised = TimeSpan.FromMinutes(5);

    private static readonly string Readme = File.ReadAllText(Path.Combine(Checkout.Root, "README.md"));

    [Fact]
    public void The_configuration_that_it_shows_is_that_of_the_sample()
    {
        var shown = Block("yaml").Trim().Split('\n');
        var sample = File.ReadAllLines(Path.Combine(Checkout.Root, "samples/quickstart/hale.yaml")).Where(line => !line.StartsWith('#'));
        Assert.Equal(shown, sample);
    }

    [Fact]
    public async Task Its_commands_lead_to_a_shop_that_heals_and_an_alarm_in_the_inbox()
    {
        await using var run = new HaleRun("targets: {}");
        // The sample in a copy, at the same place below the scripts of the checkout and the command that is built already. The network is the
        // test's own, so that the ports are free.
        await Done(run.CommandAsync(Promised, "bash", "-ec", $"mkdir samples && cp -r '{Checkout.Root}/samples/quickstart' samples/ && ln -s '{Checkout.Root}/eng' eng && ln -s '{Checkout.Hale}' hale && ./eng/packages.sh samples/quickstart/packages.txt"));
        // On failure alone: a second signal would end Hale before the shop has ended.
        run.Write("first-screen.sh", "set -e\ntrap '[ $? = 0 ] || kill $(jobs -p)' EXIT\nip link set lo up\n" + Block("sh"));

        var result = await Done(run.CommandAsync(Promised, "unshare", "--net", "--map-root-user", "bash", "first-screen.sh"));

        Assert.Contains("killed by SIGKILL", result.Output, StringComparison.Ordinal);
        Assert.Contains("Subject: ", result.Output, StringComparison.Ordinal);
        Assert.Contains("ShopSlow", result.Output, StringComparison.Ordinal);
        await Until.TrueAsync(() => $"these were left behind: {string.Join(", ", run.Others().Select(RealProcesses.CommandOf))}", () => run.Others().Count == 0);
    }

    private static async Task<CommandResult> Done(Task<CommandResult> command)
    {
        var result = await command;
        Assert.True(result.ExitCode == 0, result.ToString());
        return result;
    }

    private static string Block(string language) => new Regex($"^```{language}\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline).Match(Readme).Groups[1].Value;
}
