using System.Diagnostics;
using Hale.Core.Model;
using Hale.Running;
using Hale.Storage;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Running;

/// <summary>A running daemon goes on with another configuration and forgets nothing.</summary>
public sealed class ReloadTests
{
    private const string Sleeper = """
        targets:
          sleeper:
            process: { command: [sleep, "1000"] }
        healing: { cooldown: 100ms }
        """;

    private static string Beats(params string[] targets) => "targets:\n" + string.Concat(targets.Select(name => $"  {name}: {{ checks: {{ beat: {{ heartbeat: {{}}, within: 1h }} }} }}\n"));

    [Fact]
    public async Task What_did_not_change_keeps_its_state_and_its_process()
    {
        await using var run = new DaemonFixture();
        await run.StartAsync(Sleeper);
        await run.UntilAsync(t => t.Health == Health.Ok, "the process was seen alive");
        Assert.True((await run.OrderAsync(Order.Pause, TimeSpan.FromHours(1))).Accepted);
        var (before, pid) = (run.Target, run.Pid);
        var result = await run.ReloadAsync("targets:\n  first: { checks: { beat: { heartbeat: {}, within: 1h } } }\n" + Sleeper["targets:\n".Length..]);
        Assert.True(result.Taken, result.Message);
        Assert.Contains("1 target added (first)", result.Message, StringComparison.Ordinal);
        var after = run.Daemon.Current.Targets[1];
        Assert.Equal(
            (before.Name, before.Health, before.Since, before.Incarnation, before.Lives, before.PausedUntil),
            (after.Name, after.Health, after.Since, after.Incarnation, after.Lives, after.PausedUntil));
        Assert.Equal(before.Checks[0].Attempts, after.Checks[0].Attempts);
        Assert.False(Process.GetProcessById(pid).HasExited);
        Assert.True(run.HasHappened("configuration reloaded by a test"));
    }

    [Fact]
    public async Task An_alarm_that_comes_with_a_reload_or_a_restart_looks_back_at_what_was_kept()
    {
        const string Host = "targets:\n  host: { checks: { root: { disk: /, every: 100ms } } }\n";
        const string Alarm = "alarms:\n  Full: { metric: host/root.used, above: 99% }\n";
        await using var run = new DaemonFixture();
        await run.StartAsync(Host);
        await run.UntilAsync(t => t.Health == Health.Ok, "the disk was looked at");
        var result = await run.ReloadAsync(Host + Alarm);
        Assert.True(result.Taken, result.Message);
        await Eventually.HoldsAsync(() => run.HasHappened("Full: looks back at "), "the new alarm was told what is kept");
        await run.StopAsync();
        await run.StartAsync(Host + Alarm + "  Empty: { metric: host/root.used, below: 1%, period: 10s }\n");
        await Eventually.HoldsAsync(() => run.HasHappened("Empty: looks back at "), "the alarm that came with the restart was told what is kept");
    }

    [Fact]
    public async Task A_bad_configuration_is_refused_with_every_error_and_the_old_one_goes_on()
    {
        await using var run = new DaemonFixture();
        await run.StartAsync(Beats("a"));
        await run.Daemon.HeartbeatAsync("a", "beat", Heartbeat.Success, "", TestContext.Current.CancellationToken);
        var result = await run.ReloadAsync("targets:\n  a: { chekcs: {} }\n  b: { checks: { x: { http: nowhere } } }\n");
        Assert.False(result.Taken);
        Assert.True(result.Errors.Count >= 2, string.Join('\n', result.Errors));
        Assert.Equal(Health.Ok, run.Target.Health);
        var state = run.Daemon.Figures.Configuration!;
        Assert.Equal(result.Errors.Count, state.Refused!.Errors.Count);
        Assert.All(result.Errors, error => Assert.True(run.HasHappened(error.ToString()), $"not in the history: {error}"));
        Assert.True((await run.ReloadAsync(Beats("a"))).Taken);
        Assert.Null(run.Daemon.Figures.Configuration!.Refused);
    }

    [Fact]
    public async Task A_check_that_looks_elsewhere_begins_anew_and_is_tried_at_once()
    {
        await using var run = new DaemonFixture();
        await File.WriteAllTextAsync(Path.Combine(run.Folder, "here"), "", TestContext.Current.CancellationToken);
        string At(string file) => $"targets:\n  disk: {{ checks: {{ there: {{ file: {run.Folder}/{file}, every: 1h, fall: 1 }} }} }}\n";
        await run.StartAsync(At("here"));
        await run.UntilAsync(t => t.Health == Health.Ok, "the file was seen");
        Assert.True((await run.ReloadAsync(At("gone"))).Taken);
        Assert.NotEqual(Health.Ok, run.Target.Health);
        await run.UntilAsync(t => t.Health == Health.Impaired, "the other file was looked for without waiting an hour");
    }

    [Fact]
    public async Task A_check_that_is_judged_otherwise_keeps_what_it_saw()
    {
        await using var run = new DaemonFixture();
        string Falling(int fall) => $"targets:\n  disk: {{ checks: {{ there: {{ file: {run.Folder}/absent, every: 1h, fall: {fall} }} }} }}\n";
        await run.StartAsync(Falling(2));
        await run.UntilAsync(t => t.Checks[0].Attempts == 1, "it was tried once");
        Assert.NotEqual(Health.Impaired, run.Target.Health);
        Assert.True((await run.ReloadAsync(Falling(3))).Taken);
        await run.UntilAsync(t => t.Checks[0] is { Attempts: 2, FailStreak: 2 }, "the second failure came on top of the first");
    }

    [Fact]
    public async Task A_removed_supervised_target_leaves_its_process_running_and_finds_it_again()
    {
        await using var run = new DaemonFixture();
        await run.StartAsync(Sleeper + "\n");
        await run.UntilAsync(t => t.Health == Health.Ok, "the process was seen alive");
        var (pid, life) = (run.Pid, run.Target.Incarnation);
        var result = await run.ReloadAsync(Beats("other"));
        Assert.Contains("left running", result.Diff!.Parts.Single(part => part.Name == "sleeper").Note, StringComparison.Ordinal);
        Assert.False(Process.GetProcessById(pid).HasExited);
        Assert.Contains($"{pid}", Assert.Single(run.Daemon.Figures.Configuration!.Unwatched), StringComparison.Ordinal);
        Assert.Null(run.Daemon.Explain("sleeper"));
        Assert.True((await run.ReloadAsync(Sleeper)).Taken);
        await run.UntilAsync(t => t.Health == Health.Ok, "it was found again");
        Assert.Equal(life, run.Target.Incarnation);
        Assert.Empty(run.Daemon.Figures.Configuration!.Unwatched);
        Process.GetProcessById(pid).Kill();
        await run.UntilAsync(t => t is { Health: Health.Ok, Lives: 2 }, "and it is healed again");
    }

    [Fact]
    public async Task A_process_whose_command_changed_goes_on_until_a_person_restarts_it()
    {
        await using var run = new DaemonFixture();
        await run.StartAsync(Sleeper);
        await run.UntilAsync(t => t.Health == Health.Ok, "the process was seen alive");
        var pid = run.Pid;
        var result = await run.ReloadAsync(Sleeper.Replace("1000", "2000", StringComparison.Ordinal));
        Assert.Equal(["sleeper"], result.Diff!.OldProcesses);
        Assert.Equal(["sleeper"], run.Daemon.Figures.Configuration!.OldProcesses);
        Assert.Equal((pid, Health.Ok), (run.Pid, run.Target.Health));
        Assert.True((await run.OrderAsync(Order.Restart)).Accepted);
        await run.UntilAsync(t => t is { Health: Health.Ok, Lives: 2 }, "it was begun anew");
        Assert.Equal("sleep\0" + "2000\0", await File.ReadAllTextAsync($"/proc/{run.Pid}/cmdline", TestContext.Current.CancellationToken));
        Assert.Empty(run.Daemon.Figures.Configuration!.OldProcesses);
    }

    [Fact]
    public async Task A_new_supervised_target_is_started_and_one_that_died_unwatched_too()
    {
        await using var run = new DaemonFixture();
        await run.StartAsync(Beats("a"));
        Assert.True((await run.ReloadAsync(Sleeper)).Taken);
        await run.UntilAsync(t => t is { Health: Health.Ok, Lives: 1 }, "the new process was seen alive");
        var pid = run.Pid;
        Assert.True((await run.ReloadAsync(Beats("a"))).Taken);
        Process.GetProcessById(pid).Kill();
        await Eventually.HoldsAsync(() => run.Daemon.Figures.Configuration!.Unwatched.Count == 0, "the end of the unwatched process was noticed");
        Assert.True((await run.ReloadAsync(Sleeper)).Taken);
        await run.UntilAsync(t => t is { Health: Health.Ok, Lives: 1 } && run.Pid != pid, "another one was started");
    }

    [Fact]
    public async Task A_remedy_under_way_on_a_target_that_goes_is_closed_and_harms_nobody()
    {
        await using var run = new DaemonFixture();
        var gate = Path.Combine(run.Folder, "gate");
        var broken = $$"""
              broken:
                checks: { there: { file: {{run.Folder}}/absent, every: 1s, fall: 1 } }
                heal: [{ exec: { command: [sh, -c, "touch {{run.Folder}}/begun; until test -e {{gate}}; do sleep 0.05; done"] } }]
            """;
        await run.StartAsync($"targets:\n{broken}");
        await Eventually.HoldsAsync(() => File.Exists(Path.Combine(run.Folder, "begun")), "the remedy had begun");
        Assert.True((await run.ReloadAsync(Beats("other"))).Taken);
        await File.WriteAllTextAsync(gate, "", TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync(() => run.HasHappened("#1 Done"), "its end was written down");
        Assert.Equal("other", run.Target.Name);
        await run.StopAsync();
        using var reader = new JournalReader(Path.Combine(run.Folder, "state", "journal.db"));
        Assert.Empty(reader.OpenIntents());
        Assert.Null(reader.Replay().Difference);
    }

    [Fact]
    public async Task Keys_that_need_a_restart_are_told_and_kept_as_they_are()
    {
        await using var run = new DaemonFixture();
        await run.StartAsync(Beats("a"));
        var result = await run.ReloadAsync($"hale: {{ state: {run.Folder}/other, listen: \"127.0.0.1:0\" }}\n{Beats("a")}", whole: true);
        Assert.True(result.Taken, result.Message);
        Assert.Equal(["hale.state", "hale.listen"], run.Daemon.Figures.Configuration!.NeedsRestart);
        Assert.True(run.HasHappened("hale.listen has changed; it takes effect when Hale is started again"));
        Assert.False(Directory.Exists(Path.Combine(run.Folder, "other")));
        Assert.True((await run.ReloadAsync(Beats("a"))).Taken);
        Assert.Empty(run.Daemon.Figures.Configuration!.NeedsRestart);
    }

    [Fact]
    public async Task A_rehearsal_tells_and_changes_nothing()
    {
        await using var run = new DaemonFixture();
        await run.StartAsync(Beats("a"));
        Assert.True((await run.ReloadAsync(Beats("a", "b"))).Taken);
        var version = run.Daemon.Current.Targets.Count;
        var told = await run.Daemon.ReloadAsync(rehearse: true, "a test", TestContext.Current.CancellationToken);
        Assert.Equal((true, 0, 2), (told.Taken, told.Diff!.Parts.Count, version));
    }

    [Fact]
    public async Task A_journal_folded_again_agrees_across_reloads()
    {
        await using var run = new DaemonFixture();
        await run.StartAsync(Sleeper);
        await run.UntilAsync(t => t.Health == Health.Ok, "the process was seen alive");
        for (var round = 0; round < 5; round++)
        {
            var other = $"  b{round}: {{ checks: {{ root: {{ disk: /, every: {round + 1}m }} }} }}\n";
            var result = await run.ReloadAsync(Sleeper.Replace("healing:", other + "healing:", StringComparison.Ordinal));
            Assert.True(result.Taken, string.Join('\n', result.Errors));
            await run.Daemon.CheckNowAsync(null, TestContext.Current.CancellationToken);
        }
        Process.GetProcessById(run.Pid).Kill();
        await run.UntilAsync(t => t is { Health: Health.Ok, Lives: 2 }, "it was healed under the last one");
        await run.StopAsync(takeProcesses: true);
        using var reader = new JournalReader(Path.Combine(run.Folder, "state", "journal.db"));
        var replay = reader.Replay();
        Assert.Null(replay.Difference);
        Assert.True(replay.Checkpoints >= 6, $"{replay}");
    }
}
