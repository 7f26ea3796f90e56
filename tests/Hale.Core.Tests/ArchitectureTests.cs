using System.Text.RegularExpressions;

namespace Hale.Core.Tests;

/// <summary>What the page on the architecture claims can be found.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string Root = FindRoot();

    private static readonly string Page = File.ReadAllText(Path.Combine(Root, "docs", "architecture.md"));

    [Fact]
    public void Every_test_that_the_architecture_names_exists()
    {
        var named = TestName().Matches(Page).Select(m => m.Groups[1].Value).ToHashSet();
        Assert.True(named.Count > 30, $"only {named.Count} names of tests were found on the page");
        var declared = Directory.EnumerateFiles(Path.Combine(Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Declaration().Matches(File.ReadAllText(file)).Select(m => m.Groups[1].Value))
            .ToHashSet();
        Assert.Empty(named.Except(declared));
    }

    [Fact]
    public void Every_file_that_the_architecture_names_exists()
    {
        var files = SourceFile().Matches(Page).Select(m => m.Groups[1].Value).ToHashSet();
        Assert.NotEmpty(files);
        var sources = Directory.EnumerateFiles(Path.Combine(Root, "src"), "*", SearchOption.AllDirectories).Select(f => f.Replace('\\', '/')).ToArray();
        Assert.All(files, file => Assert.Contains(sources, s => s.EndsWith($"/{file}", StringComparison.Ordinal)));
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Hale.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException($"no checkout is above {AppContext.BaseDirectory}");
        return folder.FullName;
    }

    [GeneratedRegex(@"`([A-Z]\w*_\w+)`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"public (?:async )?(?:void|Task|ValueTask) (\w+)\(")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"`([\w/.]+\.(?:cs|txt))`")]
    private static partial Regex SourceFile();
}
