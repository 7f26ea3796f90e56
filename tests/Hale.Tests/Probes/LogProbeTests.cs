using System.Text.RegularExpressions;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Probes;

public sealed class LogProbeTests : IDisposable
{
    private readonly Scratch folder = new();
    private readonly ManualTime time = new();

    private string Log => folder["app.log"];

    public void Dispose() => folder.Dispose();

    private LogProbe Probe(LogProbe.Wanted wanted, TimeSpan? keep = null, bool fromStart = false) => new(Log, new Regex("ERR|tick"), wanted, keep, fromStart);

    private async Task<ProbeResult> Try(LogProbe probe) =>
        await probe.ProbeAsync(Attempt.Context() with { Time = time }, TestContext.Current.CancellationToken);

    private void Write(string text) => File.AppendAllText(Log, text);

    [Fact]
    public async Task Silence_passes_only_after_a_first_look()
    {
        Write("ERR from before\n");
        using var probe = Probe(LogProbe.Wanted.Absent);

        Assert.Equal(Outcome.Inconclusive, (await Try(probe)).Outcome);
        Write("fine\n");
        var second = await Try(probe);
        Assert.Equal((Outcome.Pass, 1, 0), (second.Outcome, second.Value("lines"), second.Value("matches")));
    }

    [Fact]
    public async Task A_line_that_must_not_come_fails_for_as_long_as_it_is_kept_and_is_shown()
    {
        Write("");
        using var probe = Probe(LogProbe.Wanted.Absent, TimeSpan.FromMinutes(5));
        await Try(probe);
        Write("ERR one\nERR \u001b[31mtwo\n");

        var failed = await Try(probe);
        time.Advance(TimeSpan.FromMinutes(4));
        var later = await Try(probe);
        time.Advance(TimeSpan.FromMinutes(2));
        var after = await Try(probe);

        Assert.Equal(Outcome.Fail, failed.Outcome);
        Assert.StartsWith($"2 lines of {Log} matched within 5", failed.Evidence, StringComparison.Ordinal);
        Assert.EndsWith("the last 'ERR [31mtwo'", failed.Evidence, StringComparison.Ordinal);
        Assert.Equal((Outcome.Fail, Outcome.Pass), (later.Outcome, after.Outcome));
    }

    [Fact]
    public async Task Lines_are_counted_for_levels()
    {
        using var probe = Probe(LogProbe.Wanted.Count);
        Write("ERR\nERR\n");
        await Try(probe);
        Write("ERR\nok\nERR\n");
        var result = await Try(probe);
        Assert.Equal((Outcome.Pass, 2), (result.Outcome, result.Value("matches")));
    }

    [Fact]
    public async Task Each_line_that_appears_is_progress()
    {
        using var probe = Probe(LogProbe.Wanted.Appears);
        var none = await Try(probe);
        Write("tick 1\n");
        var one = await Try(probe);
        Write("tock\n");
        var same = await Try(probe);
        Write("tick 2\n");
        var two = await Try(probe);

        Assert.Equal(("0", "1", "1", "2"), (none.Progress, one.Progress, same.Progress, two.Progress));
        Assert.Contains("the last 'tick 2'", two.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_is_not_there_is_not_silent()
    {
        using var probe = Probe(LogProbe.Wanted.Absent);
        await Try(probe);
        var result = await Try(probe);
        Assert.Equal((Outcome.Inconclusive, $"{Log} does not exist"), (result.Outcome, result.Evidence));
    }

    [Fact]
    public async Task What_stands_there_already_is_evidence_when_asked_for()
    {
        Write("ERR\n");
        using var probe = Probe(LogProbe.Wanted.Absent, fromStart: true);
        Assert.Equal(Outcome.Fail, (await Try(probe)).Outcome);
    }

    [Theory]
    [InlineData("log: { path: a.log, appears: x }", "within: missing")]
    [InlineData("log: { path: a.log, appears: x, absent: y }", "write one of appears, absent and count")]
    [InlineData("log: a.log", "write one of appears, absent and count")]
    public void What_says_nothing_or_two_things_is_refused(string check, string words)
    {
        var loaded = new SpecLoader().LoadText($$"""
            targets:
              app:
                checks:
                  it: { {{check}} }
            """, "hale.yaml", "/srv", _ => null);
        Assert.Contains(loaded.Errors, error => error.ToString().Contains(words, StringComparison.Ordinal));
    }
}
