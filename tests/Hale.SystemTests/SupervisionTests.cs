using System.Globalization;
using Hale.Core.Model;
using Hale.SystemTests.Fixture;

namespace Hale.SystemTests;

/// <summary>What Hale may and may not do to a process that it owns.</summary>
public sealed class SupervisionTests
{
    private static string Worker(string name) => Path.Combine(AppContext.BaseDirectory, "Workers", name);

    [Fact]
    public async Task A_failed_probe_never_kills()
    {
        // A tool that is missing, a database that is not there, a folder that does not exist: nobody can tell, so nobody acts.
        await using var run = new HaleRun($$"""
            targets:
              worker:
                process: [{{Worker("steady.sh")}}]
                checks:
                  tool: { exec: [no-such-tool-anywhere] }
                  rows: { sqlite: { file: missing.db, newest: select 1 }, within: 1s }
                  room: { disk: { path: missing-folder } }
                heal: [restart]
            defaults: { every: 100ms, timeout: 1s, fall: 1, grace: 0s }
            """);
        await run.StartAsync();
        var target = await run.UntilAsync("worker", "every check tried 20 times without telling",
            worker => worker.Checks.Where(check => check.Kind != "process").All(check => check.Inconclusive >= 20));
        Assert.Equal(Health.InsufficientData, target.Health);
        Assert.Equal(1, target.Lives);
        Assert.True(RealProcesses.IsAlive(Starts(run).Single().Pid));
    }

    [Fact]
    public async Task A_restart_is_verified()
    {
        await using var run = new HaleRun(Steady);
        await run.StartAsync();
        await run.UntilAsync("worker", "ok in its first life", worker => worker is { Lives: 1, Health: Health.Ok });
        RealProcesses.Signal(Starts(run).Single().Pid, RealProcesses.Kill);
        var healed = await run.UntilAsync("worker", "verified in its second life",
            worker => worker is { Lives: 2, Health: Health.Ok, OpenIntent: null, VerifyUntil: null });
        Assert.Contains("helped", healed.LastRemedy);
        Assert.DoesNotContain("not help", healed.LastRemedy);
    }

    [Fact]
    public async Task A_restart_that_does_not_help_is_not_called_a_success()
    {
        await using var run = new HaleRun($$"""
            targets:
              worker:
                process: [{{Worker("steady.sh")}}]
                checks:
                  flag: { file: flag }
                heal: [{ restart: {}, tries: 1, verify: 1s }]
            defaults: { every: 100ms, timeout: 1s, fall: 2, grace: 0s }
            """);
        run.Write("flag", "");
        await run.StartAsync();
        await run.UntilAsync("worker", "ok in its first life", worker => worker is { Lives: 1, Health: Health.Ok });
        File.Delete(run.At("flag"));
        var stuck = await run.UntilAsync("worker", "handed to a person", worker => worker.NeedsHuman is not null);
        Assert.Equal(2, stuck.Lives);
        Assert.Contains("not help", stuck.LastRemedy);
    }

    [Fact]
    public async Task A_crash_loop_ends_in_NeedsHuman_with_growing_pauses_while_watching_goes_on()
    {
        await using var run = new HaleRun($$"""
            targets:
              worker:
                process: [{{Worker("short-lived.sh")}}]
                heal: [{ restart: {}, tries: 4, verify: 1s }]
              neighbour:
                checks:
                  disk: { path: . }
            defaults: { every: 100ms, timeout: 1s }
            healing: { budget: 100 per 1h, cooldown: 400ms, stable: 1m }
            """);
        await run.StartAsync();
        await run.UntilAsync("worker", "handed to a person", worker => worker.NeedsHuman is not null);
        var starts = Starts(run);
        var pauses = starts.Skip(1).Zip(starts.Skip(2), (one, next) => next.At - one.At).ToArray();
        Assert.Equal(5, starts.Count); // the first start, and four tries
        Assert.All(pauses.Zip(pauses.Skip(1)), pair => Assert.True(pair.Second > pair.First, $"the pauses between the tries do not grow: {string.Join(", ", pauses)} s"));

        var attempts = (await run.TargetAsync("neighbour")).Checks.Single().Attempts;
        await run.UntilAsync("neighbour", "watched 20 times more", neighbour => neighbour.Checks.Single().Attempts >= attempts + 20);
        Assert.NotNull((await run.TargetAsync("worker")).NeedsHuman);
        Assert.Equal(5, Starts(run).Count);

        // The person who repairs it and says so gets a new ladder.
        var resumed = await run.HaleAsync("resume", "worker");
        Assert.True(resumed.ExitCode == 0, resumed.ToString());
        await Until.TrueAsync(() => "the worker had not been started again after resume", () => Starts(run).Count > 5);
    }

    [Fact]
    public async Task Pause_is_honoured()
    {
        await using var run = new HaleRun(Steady);
        await run.StartAsync();
        await run.UntilAsync("worker", "ok in its first life", worker => worker is { Lives: 1, Health: Health.Ok });
        var paused = await run.HaleAsync("pause", "worker");
        Assert.True(paused.ExitCode == 0, paused.ToString());
        RealProcesses.Signal(Starts(run).Single().Pid, RealProcesses.Kill);
        var refused = await run.UntilAsync("worker", "a restart refused because of the pause", worker => worker.Refusal?.Gate == Gate.Paused);
        Assert.True(refused.Paused);
        Assert.NotEmpty(refused.Refusal!.Reason);
        Assert.Single(Starts(run));

        var resumed = await run.HaleAsync("resume", "worker");
        Assert.True(resumed.ExitCode == 0, resumed.ToString());
        await run.UntilAsync("worker", "ok in its second life", worker => worker is { Lives: 2, Health: Health.Ok });
    }

    [Fact]
    public async Task A_person_s_stop_is_honoured_across_a_restart_of_Hale()
    {
        await using var run = new HaleRun(Steady);
        await run.StartAsync();
        await run.UntilAsync("worker", "ok in its first life", worker => worker is { Lives: 1, Health: Health.Ok });
        var stopped = await run.HaleAsync("stop", "worker");
        Assert.True(stopped.ExitCode == 0, stopped.ToString());
        await Until.TrueAsync(() => "the worker had not ended after it was stopped", () => !RealProcesses.IsAlive(Starts(run)[0].Pid));

        var attempts = (await run.TargetAsync("neighbour")).Checks.Single().Attempts;
        await run.KillAsync();
        await run.StartAsync();
        await run.UntilAsync("worker", "known as stopped", worker => worker is { Stopped: true, OpenIntent: null });
        await run.UntilAsync("neighbour", "watched 20 times", neighbour => neighbour.Checks.Single().Attempts >= attempts + 20);
        Assert.Single(Starts(run));

        var started = await run.HaleAsync("start", "worker");
        Assert.True(started.ExitCode == 0, started.ToString());
        await run.UntilAsync("worker", "ok again", worker => worker is { Stopped: false, Health: Health.Ok });
        Assert.Equal(2, Starts(run).Count);
    }

    [Fact]
    public async Task A_child_survives_a_restart_of_Hale_and_is_not_doubled()
    {
        await using var run = new HaleRun(Steady);
        await run.StartAsync();
        var before = await run.UntilAsync("worker", "ok in its first life", worker => worker is { Lives: 1, Health: Health.Ok });
        await run.EndAsync();
        await run.StartAsync();
        var after = await run.UntilAsync("worker", "ok in the same life", worker => worker.Health == Health.Ok);
        Assert.Equal(before.Incarnation, after.Incarnation);
        Assert.Equal(Starts(run).Single().Pid, Assert.Single(run.Others()));
    }

    private static string Steady => $$"""
        targets:
          worker:
            process: [{{Worker("steady.sh")}}]
            heal: [restart]
          neighbour:
            checks:
              disk: { path: . }
        defaults: { every: 100ms, timeout: 1s }
        """;

    private static List<(string Life, int Pid, double At)> Starts(HaleRun run) =>
        [.. run.Lines("starts").Select(line => line.Split(' ')).Select(words =>
            (words[0], int.Parse(words[1], CultureInfo.InvariantCulture), double.Parse(words[2], CultureInfo.InvariantCulture)))];
}
