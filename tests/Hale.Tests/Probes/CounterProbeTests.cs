using System.Text.RegularExpressions;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Probes.Linux;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Probes;

public sealed class CounterProbeTests : IDisposable
{
    private readonly Scratch folder = new();

    public void Dispose() => folder.Dispose();

    private async Task<ProbeResult> Try(string text, string? pattern = null)
    {
        await File.WriteAllTextAsync(folder["count"], text, TestContext.Current.CancellationToken);
        return await Attempt.Of(new CounterProbe(folder["count"], pattern is null ? null : new Regex(pattern)));
    }

    [Theory]
    [InlineData("42\n", null, "42")]
    [InlineData("-1.5\n", null, "-1.5")]
    [InlineData("step 1 of 90\nstep 2 of 90\n", "step (\\d+)", "2")]
    [InlineData("done: 7 items", "\\d+", "7")]
    [InlineData("9007199254740993", null, "9007199254740993")]
    public async Task The_last_number_that_matches_is_the_mark(string text, string? pattern, string mark)
    {
        var result = await Try(text, pattern);

        Assert.Equal(Outcome.Pass, result.Outcome);
        Assert.Equal(mark, result.Progress);
        Assert.Null(result.ProgressAge);
    }

    [Theory]
    [InlineData("nothing", null)]
    [InlineData("", null)]
    [InlineData("step 1", "phase (\\d+)")]
    [InlineData("step one", "step (\\w+)")]
    public async Task Without_a_number_it_cannot_tell(string text, string? pattern) =>
        Assert.Equal(Outcome.Inconclusive, (await Try(text, pattern)).Outcome);

    [Fact]
    public async Task A_number_as_long_as_a_file_is_none() =>
        Assert.Equal(Outcome.Inconclusive, (await Try(new string('1', 10_000))).Outcome);

    [Fact]
    public async Task Of_a_long_file_the_end_is_read() =>
        Assert.Equal("2", (await Try("1" + new string(' ', 2 * FileText.Limit) + "2")).Progress);

    [Fact]
    public async Task A_missing_file_is_inconclusive() =>
        Assert.Equal(Outcome.Inconclusive, (await Attempt.Of(new CounterProbe(folder["nowhere"]))).Outcome);

    [Fact]
    public async Task A_kernel_file_without_a_length_is_read()
    {
        var result = await Attempt.Of(new CounterProbe("/proc/self/stat"));

        Assert.True(result.Outcome == Outcome.Pass, result.Evidence);
    }

    [Fact]
    public void Two_groups_leave_open_which_is_the_number()
    {
        var result = new SpecLoader().LoadText("targets: { app: { checks: { steps: { counter: { file: a, pattern: '(a)(b)' }, within: 5m } } } }", "hale.yaml", "/", _ => null);

        Assert.Contains(result.Errors, error => error.ToString()!.Contains("more than one group", StringComparison.Ordinal));
    }
}
