using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hale.Tests.Config;
using Hale.Warming.Plans;
using Xunit;

namespace Hale.Tests.Warming.Plans;

/// <summary>The page about warming up and the schema of a plan are what the loader reads by. <c>HALE_REWRITE=1</c> in the environment writes them anew.</summary>
public sealed partial class WarmPageTests
{
    private static readonly string Page = Path.Combine(CorpusFiles.Repository, "docs/warm.md");

    [Fact]
    public void The_schema_is_what_the_keys_say() => GeneratedFile.Check(Path.Combine(CorpusFiles.Repository, "schema/hale-plan.schema.json"), WarmSchema.Write());

    [Fact]
    public void The_tables_are_what_the_keys_say() => GeneratedFile.Check(Page, WarmSchema.WritePage(File.ReadAllText(Page)));

    [Fact]
    public void The_plans_of_the_page_load_and_fit_the_schema()
    {
        var plans = Example().Matches(File.ReadAllText(Page)).Select(match => match.Groups[1].Value).Where(text => text.Contains("rehearse:", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(plans);
        Assert.All(plans, LoadsAndFitsTheSchema);
    }

    internal static void LoadsAndFitsTheSchema(string yaml)
    {
        var result = WarmPlanLoader.LoadText(yaml, "plan.yaml", "/srv/app/plan.yaml", _ => null);
        Assert.True(result.Errors.Count == 0, string.Join('\n', result.Errors) + "\n" + yaml);
        Assert.Empty(SchemaCheck.Errors(JsonNode.Parse(WarmSchema.Write())!, yaml));
    }

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
