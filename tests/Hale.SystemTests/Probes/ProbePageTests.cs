using System.Text.RegularExpressions;
using Hale.Config;
using Hale.SystemTests.Fixture;

namespace Hale.SystemTests.Probes;

/// <summary>
/// The pages in <c>docs/probes/</c>: there is one for every kind, built alike, and each sample on them that is marked with
/// <c>&lt;!-- run: STAGE --&gt;</c>, or <c>&lt;!-- run --&gt;</c> where it needs nothing but this machine, is run by <c>hale check</c> against the real thing.
/// A sample that shows a failure names its exit code: <c>&lt;!-- run: nginx, exit 1 --&gt;</c>.
/// </summary>
public sealed partial class ProbePageTests
{
    private static readonly string[] Sections = ["## What it observes", "## Outcomes", "## Measurements", "## Keys", "## Sample"];

    private static readonly string Folder = Path.Combine(Checkout.Root, "docs", "probes");

    /// <summary>Name of the page, line, stage, exit code, text.</summary>
    public static TheoryData<string, int, string, int, string> Samples()
    {
        var samples = new TheoryData<string, int, string, int, string>();
        foreach (var file in Directory.EnumerateFiles(Folder, "*.md").Order(StringComparer.Ordinal))
        {
            var page = File.ReadAllText(file);
            foreach (Match sample in Runnable().Matches(page))
            {
                samples.Add(
                    Path.GetFileName(file),
                    page[..sample.Index].Count(c => c == '\n') + 1,
                    sample.Groups["stage"].Value,
                    sample.Groups["code"] is { Success: true, Value: var code } ? code[0] - '0' : 0,
                    sample.Groups["yaml"].Value);
            }
        }
        return samples;
    }

    [Fact]
    public void Every_kind_has_a_page_and_every_page_is_of_a_kind()
    {
        var pages = Directory.EnumerateFiles(Folder, "*.md").Select(file => Path.GetFileNameWithoutExtension(file)).Where(name => name != "README").ToArray();
        var kinds = Registry.Probes.Select(kind => kind.Name).ToArray();
        Assert.Empty(kinds.Except(pages));
        Assert.Empty(pages.Except(kinds));
    }

    [Fact]
    public void Every_page_is_built_alike_and_has_a_sample_that_runs()
    {
        Assert.All(Directory.EnumerateFiles(Folder, "*.md").Where(file => Path.GetFileName(file) != "README.md"), file =>
        {
            var page = File.ReadAllText(file);
            Assert.StartsWith($"# {Path.GetFileNameWithoutExtension(file)}\n", page, StringComparison.Ordinal);
            Assert.Equal(Sections, page.Split('\n').Where(line => line.StartsWith("## ", StringComparison.Ordinal)));
            var outcomes = page[page.IndexOf("## Outcomes", StringComparison.Ordinal)..page.IndexOf("## Measurements", StringComparison.Ordinal)];
            Assert.All(["Pass", "Fail", "Inconclusive"], outcome => Assert.Contains(outcome, outcomes, StringComparison.Ordinal));
            Assert.True(Runnable().IsMatch(page), $"{file}: no sample is marked with <!-- run: STAGE -->");
            Assert.Equal(YamlBlock().Count(page), WholeSample().Count(page));
        });
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task Every_sample_runs_and_ends_as_its_page_says(string page, int line, string stage, int exitCode, string sample)
    {
        await using var run = new HaleRun("targets: {}");
        Assert.True(stage.Length == 0 || Stages.All.ContainsKey(stage), $"{page}:{line}: there is no stage {stage}; there is {string.Join(", ", Stages.All.Keys)}");
        await using var set = stage.Length == 0 ? new Stage(new Dictionary<string, string>()) : await Stages.All[stage](run);
        run.Write("hale.yaml", set.Set(sample) + "\nhale: { listen: off }\n");

        var result = await run.HaleAsync("check", "--verbose");

        Assert.True(result.ExitCode == exitCode, $"{page}:{line}: {result}");
    }

    [GeneratedRegex("^<!-- run(: (?<stage>[a-z0-9-]+))?(, exit (?<code>[0-3]))? -->\n```yaml\n(?<yaml>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Runnable();

    [GeneratedRegex("^```yaml\n", RegexOptions.Multiline)]
    private static partial Regex YamlBlock();

    // What is shown of the configuration is whole, so that all of it is loaded by a test.
    [GeneratedRegex("^```yaml\n(#.*\n)*targets:\n", RegexOptions.Multiline)]
    private static partial Regex WholeSample();
}
