using Hale.Core.Model;
using Hale.SystemTests.Fixture;

namespace Hale.SystemTests;

/// <summary>Hale is stalled, or its clock is set, while everything that it watches is well.</summary>
public sealed class SelfDoubtTests
{
    private static string Worker(string name) => Path.Combine(AppContext.BaseDirectory, "Workers", name);

    private static HaleRun Busy() => new($$"""
        targets:
          worker:
            process: [{{Worker("ticking.sh")}}]
            checks:
              activity: { sqlite: { file: ticks.db, newest: select max(rowid) from ticks }, within: 2s }
              disk: { path: . }
            heal: [restart]
        defaults: { every: 100ms, timeout: 1s, fall: 1 }
        """);

    [Fact]
    public async Task SIGSTOP_of_Hale_for_30_s_causes_no_verdict_and_no_action_and_a_failure_afterwards_is_found()
    {
        await using var run = Busy();
        await run.StartAsync();
        await run.UntilAsync("worker", "ok in its first life", worker => worker is { Lives: 1, Health: Health.Ok });
        run.Signal(RealProcesses.Stop);
        await Task.Delay(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken); // the stall itself, not a wait for something
        run.Signal(RealProcesses.Continue);

        await StaysWellThenHealsAsync(run);
    }

    [Theory]
    [InlineData("+2h")]
    [InlineData("-2h")]
    public async Task A_step_of_the_wall_clock_causes_no_verdict_and_no_action_and_a_failure_afterwards_is_found(string step)
    {
        // The machine's clock is left alone: libfaketime stands between Hale and it, and leaves the monotonic clock as it is.
        const string library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";
        Assert.SkipUnless(File.Exists(library), "the Debian package libfaketime is not installed");
        await using var run = Busy();
        run.Write("clock", "+0");
        run.Environment["LD_PRELOAD"] = library;
        run.Environment["FAKETIME_TIMESTAMP_FILE"] = run.At("clock");
        run.Environment["FAKETIME_NO_CACHE"] = "1";
        run.Environment["DONT_FAKE_MONOTONIC"] = "1";
        run.Environment["FAKETIME_FORCE_MONOTONIC_FIX"] = "0"; // else timed waits on the monotonic clock end too early
        await run.StartAsync();
        await run.UntilAsync("worker", "ok in its first life", worker => worker is { Lives: 1, Health: Health.Ok });
        run.Write("clock.new", step);
        File.Move(run.At("clock.new"), run.At("clock"), overwrite: true);

        await StaysWellThenHealsAsync(run);
    }

    private static async Task StaysWellThenHealsAsync(HaleRun run)
    {
        await Until.TrueAsync(() => "Hale had not said that it doubts itself", async () => (await run.HistoryAsync()).Any(entry => entry.Kind == "doubt"));
        var attempts = (await run.TargetAsync("worker")).Checks.Single(check => check.Name == "disk").Attempts;
        var well = await run.UntilAsync("worker", "watched 50 times more", worker => worker.Checks.Single(check => check.Name == "disk").Attempts >= attempts + 50);
        Assert.Equal(Health.Ok, well.Health);
        Assert.Equal(1, well.Lives);
        var since = (await run.HistoryAsync()).SkipWhile(entry => entry.Kind != "doubt").ToArray();
        Assert.DoesNotContain(since, entry => entry.Kind is "check" or "transition" or "intent" or "refusal");

        RealProcesses.Signal(int.Parse(run.Lines("starts").Single().Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), RealProcesses.Kill);
        await run.UntilAsync("worker", "restarted and ok", worker => worker is { Lives: 2, Health: Health.Ok });
    }
}
