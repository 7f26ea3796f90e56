using System.Text.RegularExpressions;
using Hale.SystemTests.Fixture;
using Hale.Testing.Servers;

namespace Hale.SystemTests;

/// <summary>The blocks of commands on the page about the door do what they say.</summary>
public sealed partial class DoorDocumentTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "door.md"));

    public static TheoryData<int> Blocks() => [.. Enumerable.Range(0, ShellBlock().Count(Page))];

    [Theory]
    [MemberData(nameof(Blocks))]
    public async Task Every_block_of_commands_runs(int block)
    {
        await using var run = new HaleRun("targets: {}");
        // The port of the page may be in use here.
        var script = ShellBlock().Matches(Page)[block].Groups[1].Value.Replace("7412", $"{Ports.Free()}", StringComparison.Ordinal);
        run.Environment["PATH"] = $"{Path.GetDirectoryName(Checkout.Hale)}:{Environment.GetEnvironmentVariable("PATH")}";
        run.Environment["HALE_SPOOL"] = run.At("spool");
        // What goes on in the background would hold the pipe open.
        run.Write("block.sh", $"set -e\n{script}");
        var result = await run.CommandAsync("bash", "-c", "bash block.sh >out 2>err; code=$?; cat out; cat err >&2; exit $code");
        Assert.True(result.ExitCode == 0, $"{script}\n{result}");
        foreach (var expected in Expected(script))
            Assert.Contains(expected, result.Output, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Expected(string script)
    {
        if (script.Contains("refused:", StringComparison.Ordinal))
        {
            yield return "refused: 1";
            yield return "\"reason\": \"to be rehearsed again\"";
        }
        if (script.Contains("hale door", StringComparison.Ordinal))
        {
            yield return "HTTP/1.1 202";
            yield return "Retry-After: 2";
            yield return "over: 410";
        }
        if (script.Contains("session deliver", StringComparison.Ordinal))
            yield return "Nothing is kept";
    }

    [GeneratedRegex(@"^```sh\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ShellBlock();
}
