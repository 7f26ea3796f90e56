using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hale.SystemTests.Warming;

/// <summary><c>hale warm</c> with a recorder that is well.</summary>
public sealed partial class WarmTests
{
    [Fact]
    public async Task A_plan_is_rehearsed_until_its_times_are_alike_and_only_its_own_files_are_removed()
    {
        await using var warm = new WarmRun(changes: ("repeat: 1", "repeat: { limit: 9, slack: 1500ms }"));
        warm.Environment["WARM"] = warm.At("is-warm");
        warm.Environment["SLOW"] = "3";
        warm.Write("recordings/old.mcap", "from the last lesson");
        var result = await warm.WarmAsync();
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Matches(Times(), result.Output);
        Assert.Contains("left 1 file from before the start: " + warm.At("recordings/old.mcap"), result.Error, StringComparison.Ordinal);
        Assert.Equal(["old.mcap"], warm.Recordings);
        Assert.Empty(warm.Living);
    }

    [Fact]
    public async Task The_report_tells_each_rehearsal()
    {
        await using var warm = new WarmRun();
        var (code, report) = await warm.ReportAsync();
        Assert.Equal((0, "warm", true), (code, report.GetProperty("end").GetString(), report.GetProperty("healthy").GetBoolean()));
        var rehearsal = Assert.Single(report.GetProperty("rehearsals").EnumerateArray());
        Assert.Equal(("proved", false), (rehearsal.GetProperty("end").GetString(), rehearsal.GetProperty("killed").GetBoolean()));
        Assert.Equal("recorder.sh exited with code 0; its last output: closed", rehearsal.GetProperty("ending").GetString());
        Assert.StartsWith("removed 1 file (", rehearsal.GetProperty("cleaning").GetString(), StringComparison.Ordinal);
        Assert.Equal(["files recordings/*.mcap", "log /recording started/"], rehearsal.GetProperty("evidence").EnumerateArray().Select(each => each.GetProperty("name").GetString()));
        Assert.Equal(["recording started", "closed"], report.GetProperty("tail").EnumerateArray().Select(line => line.GetString()));
    }

    [Fact]
    public async Task A_command_follows_once_all_is_warm()
    {
        await using var warm = new WarmRun();
        File.AppendAllText(warm.At("plan.yaml"), "\nthen: [sh, -c, \"echo watched from now on; exit 7\"]\n");
        var result = await warm.WarmAsync();
        Assert.Equal(7, result.ExitCode);
        Assert.EndsWith(": warm\nwatched from now on\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_follows_a_failure()
    {
        await using var warm = new WarmRun("crash");
        File.AppendAllText(warm.At("plan.yaml"), "\nthen: [sh, -c, \"echo watched from now on\"]\n");
        var result = await warm.WarmAsync();
        Assert.Equal(1, result.ExitCode);
        Assert.DoesNotContain("watched", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_daemon_may_follow_and_watch_what_was_warmed()
    {
        await using var warm = new WarmRun();
        File.AppendAllText(warm.At("plan.yaml"), $"\nthen: [{Fixture.Checkout.Hale}, run, --config, hale.yaml]\n");
        using var process = warm.Launch();
        // The socket is there once it watches, and it is the very same process.
        await Fixture.Until.TrueAsync(() => "hale run has not taken over", () => File.Exists(warm.At(".hale/hale.sock")));
        Assert.False(process.HasExited);
        Fixture.RealProcesses.Signal(process.Id, Fixture.RealProcesses.Terminate);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Fixture.Until.Limit, TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    [GeneratedRegex(@"^(\d+(\.\d)? m?s, )+\d+(\.\d)? m?s: warm\n$")]
    private static partial Regex Times();
}
