using Hale.Config;
using Xunit;

namespace Hale.Tests.Config;

/// <summary>
/// Wrong files, and what is said about them. <c>HALE_REWRITE=1</c> in the environment writes the expectations anew: read the
/// difference before committing it.
/// </summary>
public sealed class CorpusTests
{
    public static TheoryData<string> WrongFiles => [.. Directory.EnumerateFiles(CorpusFiles.Folder, "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    public static TheoryData<string> GoodFiles => [.. Directory.EnumerateFiles(CorpusFiles.Path("good"), "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    /// <summary>The whole environment of the corpus.</summary>
    internal static string? Environment(string name) => name switch
    {
        "HOME" => "/home/me",
        "SECRET" => "hunter2-hunter2-hunter2",
        "EMPTY" => "",
        _ => null,
    };

    [Theory]
    [MemberData(nameof(WrongFiles))]
    public void A_wrong_file_is_refused_with_all_its_errors_at_their_places(string name)
    {
        var result = SampleKinds.Loader.LoadText(File.ReadAllText(CorpusFiles.Path(name + ".yaml")), "hale.yaml", "/srv/app", Environment);
        var said = string.Concat(result.Errors.Select(error => error + "\n"));

        Assert.Null(result.Plan);
        Assert.All(result.Errors, error => Assert.True(error is { Line: > 0, Column: > 0 }, error.ToString()));
        Assert.DoesNotContain("hunter2", said, StringComparison.Ordinal);
        GeneratedFile.Check(CorpusFiles.Path(name + ".txt"), said);
    }

    [Theory]
    [MemberData(nameof(GoodFiles))]
    public void A_good_file_becomes_the_plan_that_it_describes(string name)
    {
        var result = SampleKinds.Loader.LoadText(File.ReadAllText(CorpusFiles.Path($"good/{name}.yaml")), "hale.yaml", "/srv/app", Environment);

        Assert.Empty(result.Errors);
        GeneratedFile.Check(CorpusFiles.Path($"good/{name}.txt"), PlanText.Write(result.Plan!, result.Warnings));
    }
}
