using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hale.Cli;
using Hale.Cli.Manual;
using Hale.Config;
using Hale.Manual;
using Hale.Tests.Cli;
using Hale.Tests.Warming.Plans;
using Hale.Web;
using Xunit;

namespace Hale.Tests.Config;

/// <summary>
/// The schema, the reference and the manual pages are what the code says, and what is shown to users loads. <c>HALE_REWRITE=1</c> in the
/// environment writes these files anew.
/// </summary>
public sealed partial class GeneratedFilesTests
{
    private static readonly string Schema = Path.Combine(CorpusFiles.Repository, "schema/hale.schema.json");
    private static readonly string Reference = Path.Combine(CorpusFiles.Repository, "docs/configuration.md");

    private static readonly string Manual = Path.Combine(CorpusFiles.Repository, "deploy/man");

    private static readonly string SampleFolder = Path.Combine(CorpusFiles.Repository, "samples");

    public static TheoryData<string> Samples =>
        [.. Directory.EnumerateFiles(SampleFolder, "*.yaml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(SampleFolder, file)).Where(sample => NeedsNoPlugin(sample) && !IsGroup(sample)).Order(StringComparer.Ordinal)];

    // Its plugin has to be built first, which a system test does.
    private static bool NeedsNoPlugin(string sample) => !sample.StartsWith("adding-a-probe/", StringComparison.Ordinal);

    // Groups of containers are tried by GroupFileTests.
    private static bool IsGroup(string sample) => Path.GetFileName(sample) == "group.yaml";

    // Plans of warm-ups have a loader and a schema of their own.
    private static bool IsPlan(string sample) => Path.GetFileName(sample).Contains("plan", StringComparison.Ordinal);

    public static TheoryData<string> GoodFiles => CorpusTests.GoodFiles;

    [Fact]
    public void The_schema_is_what_the_registry_says() => GeneratedFile.Check(Schema, SchemaWriter.Write());

    [Fact]
    public void The_reference_is_what_the_registry_says() => GeneratedFile.Check(Reference, ReferenceWriter.Write(File.ReadAllText(Reference)));

    [Fact]
    public void The_manual_page_of_the_command_is_what_the_command_line_says() =>
        GeneratedFile.Check(Path.Combine(Manual, "hale.1"), CommandPage.Write(CommandLine.Root(UsageTests.Nowhere()), Product.Version));

    [Fact]
    public void The_manual_page_of_the_configuration_is_what_the_registry_says() =>
        GeneratedFile.Check(Path.Combine(Manual, "hale.yaml.5"), ConfigurationPage.Write(Product.Version));

    [Fact]
    public void The_examples_of_the_reference_load()
    {
        var examples = Example().Matches(File.ReadAllText(Reference)).Select(match => match.Groups[1].Value).Where(text => text.Contains("targets:\n", StringComparison.Ordinal)).ToArray();
        Assert.True(examples.Length >= 6, "the examples of the page were not found");
        Assert.All(examples, LoadsAndFitsTheSchema);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_loads_and_fits_the_schema(string name)
    {
        var text = File.ReadAllText(Path.Combine(SampleFolder, name));
        if (IsPlan(name))
            WarmPageTests.LoadsAndFitsTheSchema(text);
        else
            LoadsAndFitsTheSchema(text);
    }

    [Theory]
    [MemberData(nameof(GoodFiles))]
    public void What_the_loader_takes_the_schema_takes(string name)
    {
        var schema = JsonNode.Parse(SchemaWriter.Write(SampleKinds.Probes, SampleKinds.Remedies))!;

        Assert.Empty(SchemaCheck.Errors(schema, File.ReadAllText(CorpusFiles.Path($"good/{name}.yaml"))));
    }

    [Theory]
    [InlineData("01-unknown-key")]
    [InlineData("02-unknown-keys-everywhere")]
    [InlineData("03-wrong-types")]
    [InlineData("04-bad-durations")]
    [InlineData("05-out-of-range")]
    [InlineData("14-empty-selectors")]
    [InlineData("15-no-targets")]
    [InlineData("16-empty-targets")]
    [InlineData("38-no-kind")]
    [InlineData("39-two-kinds")]
    [InlineData("41-missing-required")]
    [InlineData("43-heal-shapes")]
    [InlineData("44-maintenance")]
    [InlineData("46-process")]
    [InlineData("47-names")]
    [InlineData("48-a-level-too-deep")]
    [InlineData("49-flap-and-cooldown")]
    [InlineData("60-tell")]
    [InlineData("62-tell-is-no-mapping")]
    public void What_the_loader_refuses_for_its_shape_the_schema_refuses(string name)
    {
        var schema = JsonNode.Parse(SchemaWriter.Write(SampleKinds.Probes, SampleKinds.Remedies))!;

        Assert.NotEmpty(SchemaCheck.Errors(schema, File.ReadAllText(CorpusFiles.Path(name + ".yaml"))));
    }

    internal static void LoadsAndFitsTheSchema(string yaml)
    {
        var result = new SpecLoader().LoadText(yaml, "hale.yaml", "/srv/app", _ => null);
        Assert.True(result.Errors.Count == 0, string.Join('\n', result.Errors) + "\n" + yaml);
        // An example may speak of containers, and here is no engine that could list them.
        Assert.DoesNotContain(result.Warnings, warning => !warning.Message.StartsWith("the containers could not be listed", StringComparison.Ordinal));
        Assert.Empty(SchemaCheck.Errors(JsonNode.Parse(SchemaWriter.Write())!, yaml));
    }

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
