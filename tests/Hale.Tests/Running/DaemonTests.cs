using System.Diagnostics;
using Hale.Core.Model;
using Hale.Processes;
using Hale.Storage;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Running;

public sealed class DaemonTests
{
    private const string Sleeper = """
        targets:
          sleeper:
            process: { command: [sleep, "1000"] }
        healing: { cooldown: 100ms, stable: 1m }
        """;

    [Fact]
    public async Task A_dead_process_is_started_again_and_the_restart_is_verified()
    {
        await using var run = new DaemonFixture();
        await run.StartAsync(Sleeper);
        await run.UntilAsync(t => t.Health == Health.Ok, "the process was seen alive");
        var first = run.Pid;
        Process.GetProcessById(first).Kill();
        await run.UntilAsync(t => t.LastRemedy == "#2 restart helped", "the restart had been verified");
        Assert.NotEqual(first, run.Pid);
        Assert.True(run.HasHappened("ended: killed by SIGKILL"));
    }

    [Fact]
    public async Task An_intent_is_on_disk_before_the_act()
    {
        await using var run = new DaemonFixture();
        // The remedy itself reads the journal, as another program, and writes down the intents that stand open in it.
        await run.StartAsync($$"""
            targets:
              broken:
                checks:
                  there: { file: {{run.Folder}}/absent, every: 1s, fall: 1 }
                heal:
                  - exec: { command: [sqlite3, {{run.Folder}}/state/journal.db, ".output {{run.Folder}}/seen", "select id from intents where outcome is null;"] }
            """);
        await Eventually.HoldsAsync(() => File.Exists(Path.Combine(run.Folder, "seen")) && File.ReadAllText(Path.Combine(run.Folder, "seen")) == "1\n", "the remedy saw its own intent in the journal");
    }

    [Fact]
    public async Task Supervised_processes_live_on_without_Hale_and_are_found_again()
    {
        await using var run = new DaemonFixture();
        await run.StartAsync(Sleeper);
        await run.UntilAsync(t => t.Health == Health.Ok, "the process was seen alive");
        var (pid, life) = (run.Pid, run.Target.Incarnation);
        await run.StopAsync();
        Assert.False(Process.GetProcessById(pid).HasExited);
        await run.StartAsync(Sleeper);
        await run.UntilAsync(t => t.Health == Health.Ok, "the process was found again");
        Assert.Equal(life, run.Target.Incarnation);
        Assert.Equal(1, run.Target.Lives);
    }

    [Fact]
    public async Task What_died_while_Hale_was_away_is_started_not_healed()
    {
        await using var run = new DaemonFixture();
        await run.StartAsync(Sleeper);
        await run.UntilAsync(t => t.Health == Health.Ok, "the process was seen alive");
        var pid = run.Pid;
        await run.StopAsync();
        Process.GetProcessById(pid).Kill();
        await Eventually.HoldsAsync(() => ProcessTable.Read(pid, out var stat) != ProcRead.Ok || stat.IsDead, "the killed process had died");
        await run.StartAsync(Sleeper);
        await run.UntilAsync(t => t is { Health: Health.Ok, Lives: 2 }, "a second life had been seen alive");
        Assert.Equal(0, run.Target.Attempts);
    }

    [Fact]
    public async Task A_persons_stop_holds_across_a_restart_of_Hale()
    {
        await using var run = new DaemonFixture();
        await run.StartAsync(Sleeper);
        await run.UntilAsync(t => t.Health == Health.Ok, "the process was seen alive");
        Assert.True((await run.OrderAsync(Order.Stop)).Accepted);
        await run.UntilAsync(t => t is { IsStopped: true, Incarnation.IsNone: true }, "the process had been stopped");
        await run.StopAsync();
        await run.StartAsync(Sleeper);
        await run.Daemon.CheckNowAsync(null, TestContext.Current.CancellationToken);
        Assert.True(run.Target is { IsStopped: true, Incarnation.IsNone: true, Health: Health.NotApplicable });
        Assert.True((await run.OrderAsync(Order.Start)).Accepted);
        await run.UntilAsync(t => t.Health == Health.Ok, "a person's start had brought it up");
    }

    [Fact]
    public async Task A_crash_loop_is_handed_to_a_person_with_growing_pauses()
    {
        await using var run = new DaemonFixture();
        await run.StartAsync("""
            targets:
              loop:
                process: { command: ["false"] }
            healing: { cooldown: 200ms, jitter: 0% }
            """);
        await run.UntilAsync(t => t.NeedsHuman is not null, "the loop was handed to a person");
        Assert.Equal(3, run.Target.Attempts);
        Assert.Equal(Gate.NeedsHuman, run.Target.Refusal?.Gate);
        var starts = run.Daemon.History(new(Kinds: ["intent"])).Select(h => h.At).Order().ToList();
        Assert.True(starts[3] - starts[2] > starts[2] - starts[1], $"the pauses did not grow: {string.Join(", ", starts)}");
        Assert.True((await run.OrderAsync(Order.Resume)).Accepted);
        await run.UntilAsync(t => t.NeedsHuman is not null && t.Lives > 5, "a person's resume gave it another ladder");
    }

    [Fact]
    public async Task A_paused_target_is_watched_and_not_healed()
    {
        await using var run = new DaemonFixture();
        await run.StartAsync(Sleeper);
        await run.UntilAsync(t => t.Health == Health.Ok, "the process was seen alive");
        Assert.True((await run.OrderAsync(Order.Pause)).Accepted);
        Process.GetProcessById(run.Pid).Kill();
        await run.UntilAsync(t => t.Refusal?.Gate == Gate.Paused, "the restart was refused");
        Assert.Equal(Health.Impaired, run.Target.Health);
        Assert.True((await run.OrderAsync(Order.Resume)).Accepted);
        await run.UntilAsync(t => t.Health == Health.Ok, "the resumed target was healed");
    }

    [Fact]
    public async Task Nothing_is_healed_while_the_journal_cannot_be_written_and_watching_goes_on()
    {
        if (Environment.UserName != "root")
            Assert.Skip("a small file system of its own needs root");
        await using var run = new DaemonFixture();
        var disk = Path.Combine(run.Folder, "disk");
        Directory.CreateDirectory(disk);
        if (Run("mount", "-t", "tmpfs", "-o", "size=3m", "none", disk) != 0)
            Assert.Skip("this machine does not let us mount a tmpfs");
        try
        {
            await run.StartAsync(Sleeper, Path.Combine(disk, "state"));
            await run.UntilAsync(t => t.Health == Health.Ok, "the process was seen alive");
            var pid = run.Pid;
            Fill(Path.Combine(disk, "filler"));
            await Eventually.HoldsAsync(() =>
            {
                _ = run.Daemon.CheckNowAsync(null, CancellationToken.None);
                return run.Daemon.Figures.JournalTrouble is not null;
            }, "the journal noticed that the disk is full");
            Process.GetProcessById(pid).Kill();
            await run.UntilAsync(t => t.Health == Health.Impaired && t.Refusal?.Gate == Gate.Journal, "the restart was refused by the gate of the journal");
            File.Delete(Path.Combine(disk, "filler"));
            await run.UntilAsync(t => t is { Health: Health.Ok, Lives: 2 }, "with space again it was healed");
            await run.StopAsync(takeProcesses: true);
            using var reader = new JournalReader(Path.Combine(disk, "state", "journal.db"));
            Assert.Null(reader.Replay().Difference);
        }
        finally
        {
            Run("umount", "-l", disk);
        }
    }

    [Fact]
    public async Task A_journal_folded_again_gives_the_same_world()
    {
        await using var run = new DaemonFixture();
        await run.StartAsync(Sleeper);
        await run.UntilAsync(t => t.Health == Health.Ok, "the process was seen alive");
        Process.GetProcessById(run.Pid).Kill();
        await run.UntilAsync(t => t is { Health: Health.Ok, Lives: 2 }, "it was healed");
        await run.OrderAsync(Order.Stop);
        await run.UntilAsync(t => t.Incarnation.IsNone, "it was stopped");
        await run.StopAsync(takeProcesses: true);
        using var reader = new JournalReader(Path.Combine(run.Folder, "state", "journal.db"));
        var replay = reader.Replay();
        Assert.Null(replay.Difference);
        Assert.True(replay.Facts > 10 && replay.Checkpoints >= 2, $"{replay}");
        Assert.Empty(reader.OpenIntents());
    }

    [Fact]
    public async Task A_second_Hale_on_the_same_state_is_refused()
    {
        await using var run = new DaemonFixture();
        await run.StartAsync(Sleeper);
        await using var other = new DaemonFixture();
        var error = await Assert.ThrowsAsync<IOException>(() => other.StartAsync(Sleeper, Path.Combine(run.Folder, "state")));
        Assert.Contains($"{Environment.ProcessId}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_heartbeat_that_stops_is_a_failure_and_one_that_never_came_is_not()
    {
        await using var run = new DaemonFixture();
        await run.StartAsync("""
            targets:
              job:
                checks:
                  nightly: { heartbeat: {}, within: 1s }
              silent:
                checks:
                  nightly: { heartbeat: {}, within: 1s }
            """);
        await run.Daemon.HeartbeatAsync("job", "nightly", Hale.Running.Heartbeat.Success, "42 rows", TestContext.Current.CancellationToken);
        Assert.Equal(Health.Ok, run.Target.Health);
        await run.UntilAsync(t => t.Health == Health.Impaired, "its silence was noticed");
        await Eventually.HoldsAsync(() => run.Daemon.Current.Targets[1].Health == Health.InsufficientData, "the one that never came was called unknown");
        await run.Daemon.HeartbeatAsync("job", "nightly", Hale.Running.Heartbeat.Success, "", TestContext.Current.CancellationToken);
        Assert.Equal(Health.Ok, run.Target.Health);
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode;
    }

    private static void Fill(string file)
    {
        using var stream = File.Create(file);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                stream.Write(block);
                stream.Flush();
            }
        }
        catch (IOException)
        {
            // Full: that is the point.
        }
    }
}
