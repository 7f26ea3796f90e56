using System.Text.RegularExpressions;
using Hale.SystemTests.Fixture;

namespace Hale.SystemTests;

/// <summary>What the documents show is true of the executable.</summary>
public sealed partial class DocumentTests
{
    /// <summary>Documents written for users; the samples bring their own.</summary>
    private static IEnumerable<string> Documents() =>
        Directory.EnumerateFiles(Path.Combine(Checkout.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(Checkout.Root, "samples"), "*.md", SearchOption.AllDirectories))
            .Append(Path.Combine(Checkout.Root, "README.md"));

    public static TheoryData<string> SampleConfigurations() =>
        [.. Directory.EnumerateFiles(Path.Combine(Checkout.Root, "samples"), "*.yaml", SearchOption.AllDirectories).Select(Relative).Where(sample => NeedsNoPlugin(sample) && !IsOfAnotherKind(sample))];

    // That one is checked by AddingAProbeTests, once its plugin is built.
    private static bool NeedsNoPlugin(string sample) => !sample.StartsWith("samples/adding-a-probe/", StringComparison.Ordinal);

    // Groups of containers and plans of warm-ups are other files, and are checked by being carried out.
    private static bool IsOfAnotherKind(string sample) => Path.GetFileName(sample) is "group.yaml" or "plan.yaml";

    /// <summary>Fenced blocks of YAML that are whole configurations: they begin with a section of one.</summary>
    public static TheoryData<string, int, string> ShownConfigurations()
    {
        var blocks = new TheoryData<string, int, string>();
        foreach (var document in Documents())
        {
            var text = File.ReadAllText(document);
            foreach (Match block in YamlBlock().Matches(text))
                if (block.Groups[1].Value.Contains("targets:", StringComparison.Ordinal))
                    blocks.Add(Relative(document), text[..block.Index].Count(c => c == '\n') + 2, block.Groups[1].Value);
        }
        return blocks;
    }

    [Theory]
    [MemberData(nameof(SampleConfigurations))]
    public async Task Every_sample_s_configuration_is_valid(string file)
    {
        await using var run = new HaleRun("targets: {}");
        var result = await run.HaleAsync("config", "check", Path.Combine(Checkout.Root, file));
        Assert.True(result.ExitCode == 0, result.ToString());
    }

    [Theory]
    [MemberData(nameof(ShownConfigurations))]
    public async Task Every_configuration_that_a_document_shows_is_valid(string document, int line, string text)
    {
        await using var run = new HaleRun(text);
        var result = await run.HaleAsync("config", "check", run.At("hale.yaml"));
        Assert.True(result.ExitCode == 0, $"{document}:{line}: {result}");
    }

    [Fact]
    public async Task Every_verb_that_the_documents_use_exists()
    {
        await using var run = new HaleRun("targets: {}");
        var verbs = Documents().SelectMany(document => Verb().Matches(File.ReadAllText(document))).Select(use => use.Groups[1].Value).Distinct().ToList();
        Assert.Contains("run", verbs);
        foreach (var verb in verbs)
        {
            var help = await run.HaleAsync(verb, "--help");
            Assert.True(help.ExitCode == 0, $"hale {verb} --help: {help}");
        }
    }

    [Fact]
    public void Every_link_between_documents_leads_somewhere()
    {
        var broken = from document in Documents().Append(Path.Combine(Checkout.Root, "CONTRIBUTING.md"))
                     from Match link in Link().Matches(File.ReadAllText(document))
                     let target = link.Groups[1].Value
                     where !target.Contains("://", StringComparison.Ordinal)
                     where !Path.Exists(Path.Combine(Path.GetDirectoryName(document)!, target))
                     select $"{Relative(document)}: {target}";
        Assert.Empty(broken);
    }

    private static string Relative(string path) => Path.GetRelativePath(Checkout.Root, path);

    [GeneratedRegex(@"^```yaml\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex YamlBlock();

    // [words](target), without the place within the target.
    [GeneratedRegex(@"\]\(([^)#\s]+)")]
    private static partial Regex Link();

    // "hale VERB" in code: at the start of a line of a block, or between back quotes.
    [GeneratedRegex(@"(?:^\s*(?:\./)?|`(?:\./)?)hale ([a-z]+)\b", RegexOptions.Multiline)]
    private static partial Regex Verb();
}
