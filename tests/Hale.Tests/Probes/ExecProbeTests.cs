using Hale.Core.Model;
using Hale.Probes;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Probes;

public sealed class ExecProbeTests
{
    [Theory]
    [InlineData("exit 0", Outcome.Pass)]
    [InlineData("exit 1", Outcome.Warn)]
    [InlineData("exit 2", Outcome.Fail)]
    [InlineData("exit 3", Outcome.Inconclusive)]
    [InlineData("exit 4", Outcome.Inconclusive)]
    [InlineData("exit 127", Outcome.Inconclusive)]
    [InlineData("kill -SEGV $$", Outcome.Inconclusive)]
    public async Task A_plugin_is_judged_by_its_exit_code(string script, Outcome expected)
    {
        Assert.Equal(expected, (await ShellAsync(script)).Outcome);
    }

    [Theory]
    [InlineData("exit 0", Outcome.Pass)]
    [InlineData("exit 1", Outcome.Fail)]
    [InlineData("exit 3", Outcome.Fail)]
    [InlineData("exit 127", Outcome.Fail)]
    [InlineData("kill -KILL $$", Outcome.Fail)]
    public async Task A_command_is_judged_as_on_a_command_line_when_asked(string script, Outcome expected)
    {
        Assert.Equal(expected, (await ShellAsync(script, codes: "unix")).Outcome);
    }

    [Theory]
    [InlineData("nagios")]
    [InlineData("unix")]
    public async Task What_could_not_be_started_is_not_held_against_the_target(string codes)
    {
        var result = await Attempt.OfAsync(ExecProbe.Kind, new() { ["command"] = new[] { "/no/such/plugin" }, ["exit_codes"] = codes });

        Assert.Equal(Outcome.Inconclusive, result.Outcome);
        Assert.Contains("ENOENT", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_line_is_the_evidence_and_performance_data_become_measurements()
    {
        var result = await ShellAsync("""echo "DISK OK - free space: / 3326 MB|/=2643MB;5948;5958;0;5968 'time taken'=12ms;;;0"; echo more; exit 1""");

        Assert.Equal("DISK OK - free space: / 3326 MB", result.Evidence);
        Assert.Equal([new("/", 2643d * 1024 * 1024, Unit.Bytes), new("time taken", 0.012, Unit.Seconds)], result.Measurements);
    }

    [Fact]
    public async Task A_code_that_is_no_plugins_says_so()
    {
        Assert.Equal("exited with code 42, not a plugin exit code: oops", (await ShellAsync("echo oops; exit 42")).Evidence);
    }

    [Fact]
    public async Task Without_output_the_evidence_is_what_happened()
    {
        Assert.Equal("exited with code 2, no output", (await ShellAsync("exit 2")).Evidence);
        Assert.Equal("broken pipe", (await ShellAsync("echo broken pipe >&2; exit 2")).Evidence);
    }

    [Fact]
    public async Task Output_without_bounds_and_without_sense_is_cut_and_cleaned()
    {
        var result = await ShellAsync("printf '\\033[2Jx\\377%0600d' 1; head -c 5000000 /dev/urandom; exit 0");

        Assert.Equal(Outcome.Pass, result.Outcome);
        Assert.Equal(500, result.Evidence.Length);
        Assert.DoesNotContain(result.Evidence, char.IsControl);
        Assert.True(result.Measurements.Length <= 64);
    }

    [Fact]
    public async Task A_plugin_that_hangs_fails_at_the_time_out()
    {
        var result = await ShellAsync("echo begun; sleep 300", timeout: TimeSpan.FromMilliseconds(300));

        Assert.Equal(Outcome.Fail, result.Outcome);
        Assert.StartsWith("timed out after 0.3 s", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_knows_what_it_is_asked_about()
    {
        var result = await Attempt.OfAsync(
            ExecProbe.Kind, new() { ["command"] = new[] { "sh", "-c", "echo $HALE_TARGET, $HALE_CHECK, $HALE_PID" }, ["exit_codes"] = "nagios" }, pid: 42);

        Assert.Equal("the target, the check, 42", result.Evidence);
    }

    [Fact]
    public async Task A_real_plugin_works_as_it_is()
    {
        using var scratch = new Scratch();
        const string plugin = "/usr/lib/nagios/plugins/check_disk";
        if (!File.Exists(plugin))
            Assert.Skip("monitoring-plugins-basic is not installed");
        var result = await Attempt.OfAsync(ExecProbe.Kind, new() { ["command"] = new[] { plugin, "-w", "1%", "-p", scratch.Path }, ["exit_codes"] = "nagios" });

        Assert.True(result.Outcome is Outcome.Pass or Outcome.Warn, result.Evidence);
        Assert.Equal(Unit.Bytes, Assert.Single(result.Measurements).Unit);
    }

    private static Task<ProbeResult> ShellAsync(string script, string codes = "nagios", TimeSpan? timeout = null) =>
        Attempt.OfAsync(ExecProbe.Kind, new() { ["command"] = new[] { "bash", "-c", script }, ["exit_codes"] = codes }, timeout);
}
