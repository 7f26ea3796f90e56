using System.Text.RegularExpressions;
using Hale.SystemTests.Fixture;

namespace Hale.SystemTests.Containers;

/// <summary>The page about a day with containers, done from top to bottom.</summary>
[Collection(nameof(DockerEngine))]
public sealed partial class ContainerDocumentTests(DockerEngine engine)
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "containers.md"));

    [Fact]
    public async Task Its_commands_do_what_it_says()
    {
        engine.Require();
        await using var run = new HaleRun("");
        run.Environment["DOCKER_HOST"] = engine.Host;
        run.Environment["HALE"] = Checkout.Hale;
        run.Environment["CYAN"] = Checkout.Cyan;
        run.Environment["PATH"] = $"{Path.GetDirectoryName(Checkout.Hale)}:{Environment.GetEnvironmentVariable("PATH")}";
        Directory.CreateSymbolicLink(run.At("samples"), Path.Combine(Checkout.Root, "samples"));
        var files = Blocks("yaml").ToList();
        run.Write("group.yaml", files.Single(file => file.Contains("members:", StringComparison.Ordinal)));
        // The port of the HTTP API may be another Hale's.
        run.Write("hale.yaml", files.Single(file => file.Contains("targets:", StringComparison.Ordinal)) + "hale: { listen: off }\n");
        run.Write("page.sh", "set -e\ntrap '[ $? = 0 ] || { kill $(jobs -p); docker rm -f web broken; hale down --session shop; hale down --session trial; }' EXIT\n" + string.Concat(Blocks("sh")));

        // By way of a file: what goes on in the background would hold a pipe open.
        var result = await run.CommandAsync(4 * Until.Limit, "bash", "-c", "bash page.sh >out 2>&1; code=$?; cat out; exit $code");

        Assert.True(result.ExitCode == 0, $"{result}\n{run.Read("hale.log")}");
        Assert.Contains("web answers", result.Output, StringComparison.Ordinal);
        foreach (var line in Blocks("text").SelectMany(block => block.Split('\n', StringSplitOptions.RemoveEmptyEntries)))
            Assert.Matches(string.Join(".*", line.Split('…', StringSplitOptions.TrimEntries).Select(Regex.Escape)), result.Output);
    }

    private static IEnumerable<string> Blocks(string language) => Block().Matches(Page).Where(block => block.Groups[1].Value == language).Select(block => block.Groups[2].Value);

    [GeneratedRegex(@"^```(\w+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
