using Hale.Config;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Config;

/// <summary>A configuration in several files: what one includes, and what an environment lays over it.</summary>
public sealed class IncludeTests : IDisposable
{
    private readonly Scratch scratch = new();

    private LoadResult Load(string? environment = null) => new SpecLoader().Load(scratch["hale.yaml"], name => name == "HALE_ENV" ? environment : name == "SECRET" ? "a-secret-text" : null);

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(scratch[name])!);
        File.WriteAllText(scratch[name], text);
    }

    private static string Target(string name, string disk = "/") => $"  {name}: {{ checks: {{ disk: {{ path: {disk} }} }} }}\n";

    private static string[] Names(LoadResult result)
    {
        Assert.True(result.Plan is not null, string.Join('\n', result.Errors));
        return [.. result.Plan.World.Targets.Select(target => target.Name)];
    }

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Files_are_included_sorted_by_name_and_their_parts_stand_beside_each_other()
    {
        Write("hale.yaml", "include: [conf.d/*.yaml]\ntargets:\n" + Target("main"));
        Write("conf.d/b.yaml", "targets:\n" + Target("b") + "groups: { front: {} }\n");
        Write("conf.d/a.yaml", "targets:\n  a: { group: front, depends_on: [main], checks: { disk: { path: / } } }\n");
        Write("conf.d/.hidden.yaml", "nonsense");
        Write("conf.d/c.yml", "nonsense");
        var result = Load();
        Assert.Equal(["main", "a", "b"], Names(result));
        Assert.Equal(0, result.Plan!.World.Targets[1].Group);
        Assert.Contains("# conf.d/a.yaml\n", result.Plan.Source, StringComparison.Ordinal);
        Assert.Equal([scratch["hale.yaml"], scratch["conf.d"], scratch["conf.d/a.yaml"], scratch["conf.d/b.yaml"]], result.Files);
    }

    [Fact]
    public void An_error_names_the_file_that_it_is_in()
    {
        Write("hale.yaml", "include: conf.d/a.yaml\ntargets:\n" + Target("main"));
        Write("conf.d/a.yaml", "targets:\n  a:\n    chekcs: {}\n");
        var errors = Load().Errors;
        Assert.Contains(errors, error => error.ToString().StartsWith("conf.d/a.yaml:3:5: targets.a.chekcs: unknown key", StringComparison.Ordinal));
    }

    [Fact]
    public void Broken_YAML_in_an_included_file_is_told_with_what_is_wrong_elsewhere()
    {
        Write("hale.yaml", "include: [a.yaml, absent.yaml]\ntargets:\n  main: { chekcs: {} }\n");
        Write("a.yaml", "targets: [unclosed\n");
        var errors = Load().Errors.Select(error => error.ToString()).ToList();
        Assert.Contains(errors, error => error.Contains("hale.yaml:1", StringComparison.Ordinal) && error.Contains("absent.yaml cannot be read: there is no such file", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.StartsWith("a.yaml:", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.Contains("chekcs", StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_name_twice_is_an_error_that_names_both_places()
    {
        Write("hale.yaml", "include: a.yaml\ntargets:\n" + Target("web"));
        Write("a.yaml", "targets:\n" + Target("web"));
        var error = Assert.Single(Load().Errors).ToString();
        Assert.StartsWith("a.yaml:2:3: targets.web:", error, StringComparison.Ordinal);
        Assert.Contains($"the first is in {scratch["hale.yaml"]}, line 3", error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_Hale_itself_goes_by_stands_in_the_main_file_only()
    {
        Write("hale.yaml", "include: a.yaml\ntargets:\n" + Target("web"));
        Write("a.yaml", "hale: { listen: off }\ndefaults: { every: 1s }\n");
        Assert.All(Load().Errors, error => Assert.Contains("cannot stand in an included file", error.Message, StringComparison.Ordinal));
        Assert.Equal(2, Load().Errors.Count);
    }

    [Fact]
    public void A_circle_of_includes_is_shown()
    {
        Write("hale.yaml", "include: a.yaml\ntargets:\n" + Target("web"));
        Write("a.yaml", "include: b.yaml\n");
        Write("b.yaml", "include: a.yaml\n");
        Assert.Contains("a.yaml → b.yaml → a.yaml", Assert.Single(Load().Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Depth_and_number_of_files_are_limited()
    {
        Write("hale.yaml", "include: f1.yaml\ntargets:\n" + Target("web"));
        for (var i = 1; i < 9; i++)
            Write($"f{i}.yaml", $"include: f{i + 1}.yaml\n");
        Assert.Contains("levels deep", Assert.Single(Load().Errors).Message, StringComparison.Ordinal);
        Write("hale.yaml", "include: many/*.yaml\ntargets:\n" + Target("web"));
        for (var i = 0; i < 510; i++)
            Write($"many/{i}.yaml", "");
        Assert.Contains("more than 500 files", Assert.Single(Load().Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_that_fits_nothing_includes_nothing()
    {
        Write("hale.yaml", "include: conf.d/*.yaml\ntargets:\n" + Target("web"));
        Assert.Equal(["web"], Names(Load()));
    }

    [Fact]
    public void An_environment_is_laid_over_the_whole_key_by_key()
    {
        Write("hale.yaml", "include: a.yaml\ndefaults: { every: 1m, fall: 5 }\ntargets:\n" + Target("web") + Target("debug"));
        Write("a.yaml", "targets:\n" + Target("db"));
        Write("hale.prod.yaml", "defaults: { every: 10s }\ntargets:\n  db: { checks: { disk: { path: /tmp } } }\n  debug:\n" + Target("only-there"));
        var result = Load("prod");
        Assert.Equal(["web", "db", "only-there"], Names(result));
        Assert.All(result.Plan!.World.Checks, check => Assert.Equal((TimeSpan.FromSeconds(10), 5), (check.Every, check.Fall)));
        Assert.Equal(["web", "debug", "db"], Names(Load()));
    }

    [Fact]
    public void An_environment_without_a_file_or_with_a_strange_name_is_an_error()
    {
        Write("hale.yaml", "targets:\n" + Target("web"));
        Assert.Contains("hale.staging.yaml cannot be read: there is no such file", Assert.Single(Load("staging").Errors).Message, StringComparison.Ordinal);
        Assert.Contains("cannot name an environment", Assert.Single(Load("../x").Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_in_the_file_of_the_environment_names_it()
    {
        Write("hale.yaml", "targets:\n" + Target("web"));
        Write("hale.prod.yaml", "defaults: { evry: 10s }\n");
        Assert.StartsWith("hale.prod.yaml:1:13: defaults.evry", Assert.Single(Load("prod").Errors).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Secret_files_are_among_the_files_that_were_read()
    {
        Write("secret", "0123456789abcdef");
        Write("hale.yaml", "hale: { token: \"${file:secret}\" }\ntargets:\n" + Target("web"));
        Assert.Contains(scratch["secret"], Load().Files);
    }
}
