using Hale.Core.Model;
using Hale.Processes;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Processes;

public sealed class AdoptionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_restarted_Hale_finds_its_process_again_as_the_same_life()
    {
        using var target = new SupervisedTarget("echo ready; sleep 300");
        var before = target.Start(7);
        await SupervisorTests.Ready(target);
        target.RestartHale();
        target.Facts.Clear();
        var found = target.Supervisor.Adopt();

        Assert.Equal((before.Pid, before.Incarnation, 7), (found.Process?.Pid, found.Process?.Incarnation, found.Process?.IntentId));
        Assert.Empty(found.Leftovers);
        var began = Assert.IsType<LifeBegan>(Assert.Single(target.Facts));
        Assert.True(began.Adopted);
        Assert.InRange((before.BeganAt - began.BeganAt).TotalSeconds, -1, 1);
    }

    [Fact]
    public async Task The_end_of_an_adopted_process_is_noticed()
    {
        using var target = new SupervisedTarget("echo ready; read -t 300 < <(sleep 300)");
        target.Start(1);
        await SupervisorTests.Ready(target);
        target.RestartHale();
        var process = target.Supervisor.Adopt().Process!;
        Relatives.Signal(target.Alive(), 9);

        Assert.StartsWith("killed by SIGKILL", (await target.EndOf(process.Incarnation)).How, StringComparison.Ordinal);
        Assert.Null(target.Supervisor.Current);
    }

    [Fact]
    public async Task An_adopted_process_can_be_stopped_with_its_children()
    {
        using var target = new SupervisedTarget("sleep 300 & echo ready; wait");
        target.Start(1);
        await SupervisorTests.Ready(target);
        target.RestartHale();
        var process = target.Supervisor.Adopt().Process!;

        Assert.Equal(StopEnd.Stopped, (await target.Supervisor.StopAsync(process.Incarnation, Cancel)).End);
        Assert.Empty(target.Alive());
    }

    [Fact]
    public void Adopting_twice_posts_one_beginning()
    {
        using var target = new SupervisedTarget("sleep 300");
        target.Start(1);
        target.RestartHale();
        target.Facts.Clear();
        target.Supervisor.Adopt();
        target.Supervisor.Adopt();

        Assert.Single(target.Facts);
    }

    [Fact]
    public void A_start_that_comes_before_adoption_does_not_double_the_process()
    {
        using var target = new SupervisedTarget("sleep 300");
        var before = target.Start(1);
        target.RestartHale();
        var result = target.Supervisor.Start(2);

        Assert.Null(result.Process);
        Assert.Equal(before.Incarnation, target.Supervisor.Current?.Incarnation);
        Assert.DoesNotContain(target.Alive(), one => one.IntentId == 2);
    }

    [Fact]
    public void A_process_that_was_started_but_never_recorded_is_found_by_its_mark()
    {
        using var target = new SupervisedTarget("sleep 300");
        var before = target.Start(1);
        File.Delete(Path.Combine(target["state"], "lives", target.Name));
        target.RestartHale();

        Assert.Equal(before.Incarnation, target.Supervisor.Adopt().Process?.Incarnation);
    }

    [Fact]
    public async Task A_process_that_threw_its_environment_away_is_found_by_its_record()
    {
        using var target = new SupervisedTarget(["env", "-i", "bash", "-c", "echo ready; sleep 300"]);
        var before = target.Start(1);
        await SupervisorTests.Ready(target);
        Assert.Empty(target.Alive());
        target.RestartHale();
        var found = target.Supervisor.Adopt().Process;
        await target.Supervisor.StopAsync(before.Incarnation, Cancel);

        Assert.Equal(before.Incarnation, found?.Incarnation);
    }

    [Fact]
    public async Task A_number_that_passed_on_to_another_process_is_not_adopted()
    {
        using var target = new SupervisedTarget("sleep 300");
        var before = target.Start(1);
        await target.Supervisor.StopAsync(before.Incarnation, Cancel);
        // The record of the dead life, with the number of a process that lives but began at another time.
        new LifeRecord(1, new ProcessIdentity(Environment.ProcessId, 12345)).Write(Path.Combine(target["state"], "lives", target.Name));
        target.RestartHale();

        Assert.Null(target.Supervisor.Adopt().Process);
        Assert.DoesNotContain(target.Facts, fact => fact is LifeBegan { Adopted: true });
    }

    [Fact]
    public async Task What_a_dead_leader_left_is_reported_and_ended_before_the_next_start()
    {
        using var target = new SupervisedTarget("sleep 300 & echo ready; wait");
        var before = target.Start(1);
        await SupervisorTests.Ready(target);
        // Hale is gone first, so nobody cleans up after the leader.
        target.RestartHale();
        Relatives.Signal(target.Alive().Where(one => one.LeadsSession), 9);
        await Eventually.HoldsAsync(() => !target.Alive().Any(one => one.LeadsSession), "the leader is dead");
        var orphan = Assert.Single(target.Alive()).Stat.Identity;
        var found = target.Supervisor.Adopt();

        Assert.Null(found.Process);
        Assert.Equal([orphan], found.Leftovers);
        target.Start(2);
        Assert.False(ProcessTable.IsAlive(orphan));
        Assert.Equal(1, before.IntentId);
    }

    [Fact]
    public async Task Of_two_lives_the_newer_is_adopted_and_the_older_reported_and_ended()
    {
        using var target = new SupervisedTarget("sleep 300");
        var older = target.Start(1);
        // As a Hale that did not know of the first would have started it.
        var id = StateDirectory.ReadOrCreateId(target["state"]);
        var second = await CommandRunner.Shared.RunAsync(
            new Command
            {
                Argv = ["bash", "-c", "exec setsid --fork sleep 300 >/dev/null 2>&1"],
                Environment = new Dictionary<string, string> { [LifeMarker.Variable] = new LifeMarker(id, target.Name, 2).ToString() },
            },
            TimeProvider.System, Cancel);
        Assert.True(second.IsSuccess, second.Summary);
        await Eventually.HoldsAsync(() => target.Alive().Any(one => one is { IntentId: 2, LeadsSession: true }), "the second life leads a session");
        target.RestartHale();
        var found = target.Supervisor.Adopt();

        Assert.Equal(2, found.Process?.IntentId);
        Assert.Equal(older.Pid, Assert.Single(found.Leftovers).Pid);
        Assert.Empty(await target.Supervisor.EndLeftoversAsync(Cancel));
        Assert.Equal([2], target.Alive().Select(one => one.IntentId));
    }

    [Fact]
    public void The_state_directory_tells_two_Hales_apart()
    {
        using var mine = new SupervisedTarget("sleep 300");
        using var yours = new SupervisedTarget("sleep 300");
        yours.Start(1);

        Assert.Null(mine.Supervisor.Adopt().Process);
    }
}
