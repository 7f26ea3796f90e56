using System.Text.RegularExpressions;
using Hale.SystemTests.Fixture;
using Hale.Testing.Servers;

namespace Hale.SystemTests;

/// <summary>The blocks of commands on the page about waiting do what they say.</summary>
public sealed partial class WaitDocumentTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "wait.md"));

    public static TheoryData<int> Blocks() => [.. Enumerable.Range(0, ShellBlock().Count(Page))];

    [Theory]
    [MemberData(nameof(Blocks))]
    public async Task Every_block_of_commands_runs(int block)
    {
        await using var run = new HaleRun("""
            targets:
              web: { checks: { beat: { heartbeat: {}, within: 1h } } }
            """);
        // The port of the page may be in use here.
        var script = ShellBlock().Matches(Page)[block].Groups[1].Value.Replace("8080", $"{Ports.Free()}", StringComparison.Ordinal);
        run.Environment["PATH"] = $"{Path.GetDirectoryName(Checkout.Hale)}:{Environment.GetEnvironmentVariable("PATH")}";
        // What goes on in the background would hold the pipe open.
        run.Write("block.sh", $"set -e\n{script}");
        var result = await run.CommandAsync("bash", "-c", "bash block.sh >out 2>err; code=$?; cat out; cat err >&2; exit $code");
        Assert.True(result.ExitCode == 0, $"{script}\n{result}");
        foreach (var expected in Expected(script))
            Assert.Contains(expected, result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_lines_of_CSharp_are_those_of_a_test()
    {
        var tested = File.ReadAllLines(Path.Combine(Checkout.Root, "tests", "Hale.Tests", "Readiness", "DocumentedUse.cs")).Select(line => line.Trim()).ToHashSet();
        var shown = CSharpBlock().Match(Page).Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(shown);
        Assert.All(shown, line => Assert.Contains(line.Trim(), tested));
    }

    // What the page has said by "echo", with the exit code that it explains.
    private static IEnumerable<string> Expected(string script)
    {
        if (script.Contains("it answers", StringComparison.Ordinal))
            yield return "it answers";
        if (script.Contains("not ready, exit code", StringComparison.Ordinal))
        {
            yield return "not ready, exit code 1";
            yield return "connection refused";
        }
        if (script.Contains("it has ended with", StringComparison.Ordinal))
        {
            yield return "it has ended with 124";
            yield return "not ready: 1";
        }
        if (script.Contains("no heartbeat yet", StringComparison.Ordinal))
            yield return "no heartbeat yet: exit code 3";
    }

    [GeneratedRegex(@"^```sh\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ShellBlock();

    [GeneratedRegex(@"^```csharp\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();
}
