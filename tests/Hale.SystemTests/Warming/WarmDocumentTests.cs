using System.Text.RegularExpressions;
using Hale.SystemTests.Fixture;

namespace Hale.SystemTests.Warming;

/// <summary>The commands on the page about warming up do what they say, with the plan that the page shows.</summary>
public sealed partial class WarmDocumentTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "warm.md"));

    public static TheoryData<int> Blocks() => [.. Enumerable.Range(0, ShellBlock().Count(Page))];

    [Theory]
    [MemberData(nameof(Blocks))]
    public async Task Every_block_of_commands_runs(int block)
    {
        await using var warm = new WarmRun();
        // How alike the times are on a machine with other work is no business of the page.
        warm.Write("plan.yaml", PlanBlock().Match(Page).Groups[1].Value + "repeat: { slack: 1m }\n");
        File.Move(warm.At("recorder.sh"), warm.At("recorder"));
        warm.Environment["PATH"] = $"{Path.GetDirectoryName(Checkout.Hale)}:{Environment.GetEnvironmentVariable("PATH")}";
        var script = ShellBlock().Matches(Page)[block].Groups[1].Value;
        var result = await warm.CommandAsync("bash", "-ec", $"set -o pipefail\n{script}");
        Assert.True(result.ExitCode == 0, $"{script}\n{result}");
        Assert.Contains("warm", result.Output, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^```sh\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ShellBlock();

    [GeneratedRegex(@"^```yaml\n(# plan\.yaml\n.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex PlanBlock();
}
