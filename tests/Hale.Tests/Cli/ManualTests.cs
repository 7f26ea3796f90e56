using System.Diagnostics;
using Hale.Cli;
using Hale.Manual;
using Hale.Tests.Config;
using Xunit;

namespace Hale.Tests.Cli;

/// <summary>The manual pages are whole and well formed; that they are what the code says is tested with the other generated files.</summary>
public sealed class ManualTests
{
    private static readonly string Folder = Path.Combine(CorpusFiles.Repository, "deploy/man");

    [Fact]
    public void Every_verb_and_option_stands_in_the_page()
    {
        var page = File.ReadAllText(Path.Combine(Folder, "hale.1"));
        foreach (var verb in CommandLine.Root(UsageTests.Nowhere()).Subcommands.Where(verb => !verb.Hidden))
        {
            Assert.Contains($".SS \"hale {verb.Name}", page, StringComparison.Ordinal);
            Assert.All(verb.Options, option => Assert.Contains(option.Name.Replace("-", "\\-", StringComparison.Ordinal), page, StringComparison.Ordinal));
        }
        Assert.DoesNotContain("hale complete ", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hale.1")]
    [InlineData("hale.yaml.5")]
    public async Task The_formatters_have_no_complaint(string page)
    {
        Assert.Equal("", await ComplaintsAsync("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", Path.Combine(Folder, page)));
        // The pages have no date: they are as old as the program that they are written from.
        var lint = await ComplaintsAsync("mandoc", "-T", "lint", "-W", "warning", Path.Combine(Folder, page));
        Assert.All(lint.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Contains("missing date", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Text_that_looks_like_a_request_is_not_one()
    {
        var page = new Roff("x", 1, "X 1").Paragraph(".hidden -a `b-c` \\n").Verbatim("'quoted\n\n.x").ToString();

        Assert.Contains("\n\\&.hidden \\-a \\fBb\\-c\\fR \\en\n", page, StringComparison.Ordinal);
        Assert.Contains("\n\\&'quoted\n\\&\n\\&.x\n", page, StringComparison.Ordinal);
    }

    private static async Task<string> ComplaintsAsync(string program, params string[] arguments)
    {
        var cancel = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["MANWIDTH"] = "80";
        start.Environment["LC_ALL"] = "C.UTF-8";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var error = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        // mandoc writes its findings to standard output; of man that is the page.
        return (program == "mandoc" ? await output : "") + await error;
    }
}
