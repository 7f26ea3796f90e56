using System.Text.RegularExpressions;
using Hale.Config;
using Xunit;

namespace Hale.Tests.Config;

/// <summary>The generated parts of <c>docs/probes/</c> are what the registry says. <c>HALE_REWRITE=1</c> in the environment writes them anew.</summary>
public sealed partial class ProbePagesTests
{
    private static readonly string Folder = Path.Combine(CorpusFiles.Repository, "docs/probes");

    [Fact]
    public void The_pages_are_what_the_registry_says()
    {
        var index = Path.Combine(Folder, "README.md");
        GeneratedFile.Check(index, ProbePages.WriteIndex(File.ReadAllText(index), Registry.Probes.Where(kind => File.Exists(PageOf(kind)))));
        foreach (var kind in Registry.Probes.Where(kind => File.Exists(PageOf(kind))))
            GeneratedFile.Check(PageOf(kind), ProbePages.Write(File.ReadAllText(PageOf(kind)), kind));
    }

    [Fact]
    public void The_samples_load_and_fit_the_schema()
    {
        var samples = Directory.EnumerateFiles(Folder, "*.md").SelectMany(page => Sample().Matches(File.ReadAllText(page)).Select(match => match.Groups[1].Value)).ToArray();
        Assert.True(samples.Length >= 3, "the samples of the pages were not found");
        Assert.All(samples, GeneratedFilesTests.LoadsAndFitsTheSchema);
    }

    private static string PageOf(ProbeKind kind) => Path.Combine(Folder, kind.Name + ".md");

    [GeneratedRegex("^```yaml\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Sample();
}
