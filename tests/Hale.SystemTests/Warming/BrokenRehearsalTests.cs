using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hale.SystemTests.Fixture;

namespace Hale.SystemTests.Warming;

/// <summary><c>hale warm</c> where something is wrong: it ends within its bounds, with the reason, and leaves nothing running.</summary>
public sealed class BrokenRehearsalTests
{
    private static readonly (string, string) Quickly = ("within: 30s", "within: 3s");

    [Fact]
    public async Task A_warm_up_that_times_out_never_reports_healthy()
    {
        await using var warm = new WarmRun("well", ("recordings/*.mcap", "recordings/*.mkv"), Quickly);
        var (code, report) = await warm.ReportAsync();
        Assert.Equal((1, "failed", false), (code, report.GetProperty("end").GetString(), report.GetProperty("healthy").GetBoolean()));
        Assert.Equal("failed at evidence: not all evidence within 3 s: files recordings/*.mkv: there is no such file", report.GetProperty("line").GetString());
        Assert.Empty(warm.Living);
        Assert.Empty(warm.Recordings);
    }

    // What the recorder does or how the plan is wrong, to what the last line says.
    [Theory]
    [InlineData("crash", "", "", "failed at evidence: recorder.sh exited with code 3; its last output: no such device, before all evidence was there")]
    [InlineData("empty", "within: 30s", "within: 3s", "take-*.mcap is there and has 0 bytes")]
    [InlineData("well", "files: recordings/*.mcap", "files: recordings/old.mcap", "recordings/old.mcap is from before the start")]
    [InlineData("well", "log: recording started", "log: never said", "log /never said/: no line of its output matches; the last is: recording started")]
    [InlineData("well", "log: recording started", "process: ffmpeg", "process ffmpeg: there is none; what lives is recorder.sh (")]
    [InlineData("well", "log: recording started", "exec: [test, -e, ready]", "exec test -e ready: exited with code 1")]
    [InlineData("well", "./recorder.sh", "./no-such-recorder", "failed at start: cannot start ./no-such-recorder: No such file or directory (ENOENT)")]
    public async Task What_is_wrong_is_named(string how, string was, string becomes, string said)
    {
        await using var warm = new WarmRun(how, was.Length == 0 ? [Quickly] : was == Quickly.Item1 ? [(was, becomes)] : [Quickly, (was, becomes)]);
        warm.Write("recordings/old.mcap", "from the last lesson");
        var result = await warm.WarmAsync();
        Assert.Equal(1, result.ExitCode);
        var wanted = said.Split('*');
        Assert.All(wanted, part => Assert.Contains(part, result.Output, StringComparison.Ordinal));
        Assert.Empty(warm.Living);
        Assert.Equal(["old.mcap"], warm.Recordings);
    }

    [Fact]
    public async Task What_is_deaf_to_the_request_is_killed_and_that_fails()
    {
        await using var warm = new WarmRun("deaf", ("grace: 30s", "grace: 1s"));
        var result = await warm.WarmAsync();
        Assert.Equal(1, result.ExitCode);
        Assert.Matches(@"failed at stop: recorder\.sh \(\d+\)(, (sleep|recorder\.sh) \(\d+\))* did not end within 1 s and was killed", result.Output);
        Assert.Empty(warm.Living);
        Assert.Empty(warm.Recordings);
    }

    [Fact]
    public async Task What_it_had_started_is_killed_wherever_it_has_moved_to()
    {
        await using var warm = new WarmRun("leave", ("grace: 30s", "grace: 1s"));
        var result = await warm.WarmAsync();
        Assert.Equal(1, result.ExitCode);
        Assert.Matches(@"failed at stop: (sleep|sh) \(\d+\) did not end within 1 s and was killed", result.Output);
        Assert.Empty(warm.Living);

        await using var accepted = new WarmRun("leave", ("grace: 30s", "grace: 1s, killed: accept"));
        var (code, report) = await accepted.ReportAsync();
        Assert.Equal((0, true), (code, report.GetProperty("rehearsals")[0].GetProperty("killed").GetBoolean()));
        Assert.Empty(accepted.Living);
    }

    [Fact]
    public async Task A_port_that_somebody_else_answers_at_proves_nothing()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        await using var warm = new WarmRun("well", ("log: recording started", $"port: \"{other.LocalEndpoint}\""));
        var result = await warm.WarmAsync();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"failed at prepare: port {other.LocalEndpoint} holds before the start", result.Output, StringComparison.Ordinal);
        Assert.Empty(warm.Recordings);
    }

    [Fact]
    public async Task A_pid_file_is_believed_only_if_its_process_belongs_to_the_rehearsal()
    {
        await using var warm = new WarmRun("well", ("signal: INT", "signal: INT, pid_file: recorder.pid"));
        using var stranger = Process.Start("sleep", "1000");
        try
        {
            // Written before, as by a run that was killed; its number has passed on to somebody else.
            warm.Write("recorder.pid", $"{stranger.Id}\n");
            var result = await warm.WarmAsync();
            Assert.Equal(1, result.ExitCode);
            Assert.Contains($"names process {stranger.Id}, which does not belong to this rehearsal; the signal went to the command instead", result.Output, StringComparison.Ordinal);
            Assert.False(stranger.HasExited);
            Assert.Empty(warm.Living);

            warm.Environment["PIDFILE"] = warm.At("recorder.pid");
            Assert.Equal(0, (await warm.WarmAsync()).ExitCode);
        }
        finally
        {
            stranger.Kill();
        }
    }

    [Fact]
    public async Task A_stop_command_ends_it_and_one_that_fails_is_a_failure()
    {
        await using var warm = new WarmRun("well", ("signal: INT, grace: 30s", "command: [sh, -c, \"kill -INT $HALE_PID\"]"));
        Assert.Equal(0, (await warm.WarmAsync()).ExitCode);

        await using var failing = new WarmRun("well", ("signal: INT, grace: 30s", "command: [sh, -c, \"echo no such session >&2; exit 4\"], command_within: 1s, grace: 1s"));
        var result = await failing.WarmAsync();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("failed at stop: the stop command exited with code 4: no such session", result.Output, StringComparison.Ordinal);
        Assert.Empty(failing.Living);
    }

    [Theory]
    [InlineData(RealProcesses.Interrupt, 130)]
    [InlineData(RealProcesses.Terminate, 143)]
    public async Task Whoever_interrupts_it_gets_everything_stopped_and_cleaned_up(int signal, int code)
    {
        await using var warm = new WarmRun("well", ("log: recording started", "log: never said"));
        using var process = warm.Launch();
        await warm.RecordsAsync();
        RealProcesses.Signal(process.Id, signal);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Until.Limit, TestContext.Current.CancellationToken);
        Assert.Equal((code, "interrupted\n"), (process.ExitCode, await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)));
        Assert.Empty(warm.Living);
        Assert.Empty(warm.Recordings);
    }

    [Fact]
    public async Task A_second_warm_up_of_the_same_plan_is_refused_with_who_holds_it()
    {
        await using var warm = new WarmRun("well", ("log: recording started", "log: never said"));
        using var first = warm.Launch();
        await warm.RecordsAsync();
        var second = await warm.WarmAsync();
        Assert.Equal(1, second.ExitCode);
        Assert.Contains($"is in use by process {first.Id}", second.Error, StringComparison.Ordinal);
        RealProcesses.Signal(first.Id, RealProcesses.Terminate);
        await first.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Until.Limit, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_a_killed_warm_up_left_running_is_ended_by_the_next_one()
    {
        await using var warm = new WarmRun("well", ("log: recording started", "process: recorder.sh"), ("within: 30s", "within: 30s, hold: 1h"));
        using var first = warm.Launch();
        await warm.RecordsAsync();
        RealProcesses.Signal(first.Id, RealProcesses.Kill);
        await first.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Until.Limit, TestContext.Current.CancellationToken);
        Assert.NotEmpty(warm.Living);
        // What it recorded is older than the next start: that is left, and named.
        var left = Assert.Single(warm.Recordings);

        File.WriteAllText(warm.At("plan.yaml"), File.ReadAllText(warm.At("plan.yaml")).Replace(", hold: 1h", "", StringComparison.Ordinal));
        var second = await warm.WarmAsync();
        Assert.True(second.ExitCode == 0, second.ToString());
        Assert.Empty(warm.Living);
        Assert.Equal([left], warm.Recordings);
        Assert.Contains($"left 1 file from before the start: {warm.At("recordings")}/{left}", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_that_is_wrong_is_2_with_every_error()
    {
        await using var warm = new WarmRun("well", ("signal: INT", "signal: SOON"), ("repeat: 1", "repeat: 0"));
        var result = await warm.WarmAsync();
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("stop.signal: \"SOON\" is not a signal", result.Error, StringComparison.Ordinal);
        Assert.Contains("repeat: \"0\" is too small", result.Error, StringComparison.Ordinal);
    }
}
