using System.CommandLine;
using Hale.Cli;
using Xunit;

namespace Hale.Tests.Cli;

public sealed class UsageTests
{
    public static TheoryData<string> Verbs
    {
        get
        {
            var verbs = new TheoryData<string>();
            foreach (var command in CommandLine.Root(Nowhere()).Subcommands)
            {
                verbs.Add(command.Name);
                foreach (var sub in command.Subcommands)
                    verbs.Add($"{command.Name} {sub.Name}");
            }
            return verbs;
        }
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Every_verb_has_help_with_an_example_on_80_columns(string verb)
    {
        await using var cli = new CliFixture();
        var result = await cli.RunAsync([.. verb.Split(' '), "--help"]);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("", result.Error);
        Assert.Contains("Examples:\n  hale ", result.Out);
        Assert.Contains($"hale {verb}", result.Out.Split("Examples:")[1]);
        Assert.Contains("Exit codes:", result.Out);
        Assert.All(result.Out.Split('\n'), line => Assert.True(line.Length <= 80, $"longer than 80 columns: {line}"));
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_example_is_a_command_line_that_is_understood(string verb)
    {
        var root = CommandLine.Root(Nowhere());
        Command command = root;
        foreach (var word in verb.Split(' '))
            command = command.Subcommands.Single(sub => sub.Name == word);
        foreach (var (line, _) in Assert.IsType<Verb>(command).Examples)
        {
            foreach (var part in line.Split("&&"))
            {
                // What stands behind dashes is another program's.
                var words = part.Split(" -- ")[0].Split('|')[0].Split('>')[0].Trim();
                if (words.StartsWith("hale ", StringComparison.Ordinal))
                    Assert.Empty(root.Parse(words["hale ".Length..].Replace('\'', '"'), new ParserConfiguration()).Errors);
            }
        }
    }

    [Fact]
    public async Task The_root_help_fits_80_columns_and_lists_the_verbs()
    {
        await using var cli = new CliFixture();
        var result = await cli.RunAsync("--help");
        Assert.Equal(0, result.ExitCode);
        Assert.All(result.Out.Split('\n'), line => Assert.True(line.Length <= 80, $"longer than 80 columns: {line}"));
        Assert.Contains("explain <TARGET>", result.Out);
    }

    [Fact]
    public async Task Without_a_verb_the_help_goes_to_standard_error()
    {
        await using var cli = new CliFixture();
        var result = await cli.RunAsync();
        Assert.Equal((2, ""), (result.ExitCode, result.Out));
        Assert.Contains("Commands:", result.Error);
    }

    [Theory]
    [InlineData("stauts", "'status'")]
    [InlineData("explian web", "'explain'")]
    [InlineData("status --wach", "'--watch'")]
    [InlineData("status web --jsno", "'--json'")]
    [InlineData("config chekc", "'check'")]
    [InlineData("history --targt web", "'--target'")]
    public async Task A_slip_is_answered_with_a_guess(string line, string guess)
    {
        await using var cli = new CliFixture();
        var result = await cli.RunAsync(line.Split(' '));
        Assert.Equal((2, ""), (result.ExitCode, result.Out));
        Assert.Contains(guess, result.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("--help", result.Error);
    }

    [Theory]
    [InlineData("explain")]
    [InlineData("explain a b")]
    [InlineData("replay")]
    [InlineData("pause")]
    [InlineData("pause web --all")]
    [InlineData("resume web --for 1h")]
    [InlineData("heal web")]
    [InlineData("status --config")]
    public async Task Wrong_usage_is_2_with_words(string line)
    {
        await using var cli = await new CliFixture().ServeAsync();
        var result = await cli.RunAsync(line.Split(' '));
        Assert.Equal((2, ""), (result.ExitCode, result.Out));
        Assert.NotEmpty(result.Error);
    }

    [Fact]
    public async Task A_word_that_begins_with_an_at_sign_is_not_a_file_to_read()
    {
        await using var cli = await new CliFixture().ServeAsync();
        var result = await cli.RunAsync("status", "@/etc/passwd");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("@/etc/passwd", result.Error);
    }

    /// <summary>Enough to build the command line, and no folder to run anything in.</summary>
    internal static Surroundings Nowhere() => new()
    {
        Out = TextWriter.Null,
        Error = TextWriter.Null,
        Environment = _ => null,
        Directory = "/",
        EngineRoom = new FakeEngineRoom(),
    };
}
