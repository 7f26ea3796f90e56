using System.Globalization;
using Hale.Core.Model;
using Hale.Processes;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Processes;

public sealed class SupervisorTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void A_life_begins_with_its_intent_its_pid_and_its_start_time()
    {
        using var target = new SupervisedTarget("sleep 300");
        var process = target.Start(7);

        Assert.Equal(ProcRead.Ok, ProcessTable.Read(process.Pid, out var stat));
        Assert.Equal($"7:{process.Pid}@{stat.Identity.StartTicks}", process.Incarnation.Id);
        var began = Assert.IsType<LifeBegan>(Assert.Single(target.Facts));
        Assert.Equal((process.Incarnation, false, process.BeganAt), (began.Incarnation, began.Adopted, began.BeganAt));
        Assert.Equal(process, target.Supervisor.Current);
        Assert.Equal((process.Pid, process.Pid), (stat.Session, stat.Group));
    }

    [Fact]
    public async Task The_process_knows_its_target_its_life_and_its_variables()
    {
        using var target = new SupervisedTarget(
            "echo $HALE_TARGET; echo $HALE_LIFE; echo $COLOUR; pwd",
            spec => spec with { Environment = new Dictionary<string, string> { ["COLOUR"] = "green" } }, name: "my worker:a/b");
        await target.EndOf(target.Start(12).Incarnation);

        var lines = target.Supervisor.Tail(10);
        Assert.Equal("my worker:a/b", lines[0]);
        Assert.EndsWith(":my worker:a/b:12", lines[1], StringComparison.Ordinal);
        Assert.Equal("green", lines[2]);
    }

    [Fact]
    public async Task Whether_a_life_goes_on_is_asked_of_the_kernel()
    {
        using var target = new SupervisedTarget("sleep 300");
        var life = target.Start(1).Incarnation;
        Assert.True(target.Supervisor.IsAlive(life));
        Assert.False(target.Supervisor.IsAlive(new Incarnation("1:1@1")));
        await target.Supervisor.StopAsync(life, Cancel);
        Assert.False(target.Supervisor.IsAlive(life));
    }

    [Fact]
    public async Task An_end_is_told_once_with_code_and_last_words()
    {
        using var target = new SupervisedTarget("echo first; echo 'disk is on fire' >&2; exit 3");
        var process = target.Start(1);
        var end = await target.EndOf(process.Incarnation);

        Assert.StartsWith("exited with code 3 after ", end.How, StringComparison.Ordinal);
        Assert.EndsWith("; last output: disk is on fire", end.How, StringComparison.Ordinal);
        Assert.Null(target.Supervisor.Current);
        Assert.Equal([typeof(LifeBegan), typeof(LifeEnded)], target.Facts.Select(fact => fact.GetType()));
    }

    [Fact]
    public async Task A_kill_is_not_called_out_of_memory_without_evidence()
    {
        using var target = new SupervisedTarget("kill -KILL $$");
        var end = await target.EndOf(target.Start(1).Incarnation);

        Assert.StartsWith("killed by SIGKILL after ", end.How, StringComparison.Ordinal);
        Assert.DoesNotContain("memory", end.How, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_words_of_an_earlier_life_are_not_taken_for_those_of_this_one()
    {
        using var target = new SupervisedTarget("if [ -e again ]; then exit 1; fi; touch again; echo old words");
        await target.EndOf(target.Start(1).Incarnation);
        var end = await target.EndOf(target.Start(2).Incarnation);

        Assert.DoesNotContain("old words", end.How, StringComparison.Ordinal);
        Assert.Equal(["old words"], target.Supervisor.Tail(5));
    }

    [Fact]
    public async Task However_short_a_life_its_beginning_is_posted_before_its_end()
    {
        using var target = new SupervisedTarget(["true"]);
        for (var intent = 1; intent <= 50; intent++)
            await target.EndOf(target.Start(intent).Incarnation);

        var facts = target.Facts.ToArray();
        Assert.Equal(100, facts.Length);
        for (var i = 0; i < facts.Length; i += 2)
            Assert.Equal(((LifeBegan)facts[i]).Incarnation, ((LifeEnded)facts[i + 1]).Incarnation);
    }

    [Fact]
    public void What_cannot_be_started_begins_no_life()
    {
        using var target = new SupervisedTarget(["/no/such/program"]);
        var result = target.Supervisor.Start(1);

        Assert.Null(result.Process);
        Assert.Contains("ENOENT", result.Error, StringComparison.Ordinal);
        Assert.Empty(target.Facts);
    }

    [Fact]
    public void A_running_target_is_not_started_again()
    {
        using var target = new SupervisedTarget("sleep 300");
        var process = target.Start(1);
        var second = target.Supervisor.Start(2);

        Assert.Null(second.Process);
        Assert.Contains(process.Incarnation.Id, second.Error, StringComparison.Ordinal);
        Assert.Single(target.Alive(), one => one.LeadsSession);
    }

    [Fact]
    public async Task A_stop_lets_the_process_clean_up()
    {
        using var target = new SupervisedTarget("trap 'echo cleaned; exit 0' TERM; echo ready; while :; do sleep 0.05; done");
        var process = target.Start(1);
        await Ready(target);
        var result = await target.Supervisor.StopAsync(process.Incarnation, Cancel);

        Assert.Equal(StopEnd.Stopped, result.End);
        Assert.Equal("cleaned", target.Supervisor.Tail(1).Single());
        Assert.Contains("asked to stop", Assert.Single(target.Ends).How, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_reaches_the_children_too()
    {
        using var target = new SupervisedTarget("sleep 300 & sleep 300 & echo ready; wait");
        var process = target.Start(1);
        await Ready(target);
        await target.Supervisor.StopAsync(process.Incarnation, Cancel);

        Assert.Empty(target.Alive());
    }

    [Fact]
    public async Task What_ignores_the_stop_signal_is_killed_after_its_grace()
    {
        using var target = new SupervisedTarget(
            "trap '' TERM; (sleep 300; echo never) & echo ready; wait", spec => spec with { StopGrace = TimeSpan.FromMilliseconds(300) });
        var process = target.Start(1);
        await Ready(target);
        var result = await target.Supervisor.StopAsync(process.Incarnation, Cancel);

        Assert.Equal(StopEnd.Stopped, result.End);
        Assert.StartsWith("killed by SIGKILL", Assert.Single(target.Ends).How, StringComparison.Ordinal);
        Assert.Empty(target.Alive());
    }

    [Fact]
    public async Task A_held_process_can_be_stopped()
    {
        using var target = new SupervisedTarget("trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done");
        var process = target.Start(1);
        await Ready(target);
        Relatives.Signal(target.Alive(), 19);
        await target.Supervisor.StopAsync(process.Incarnation, Cancel);

        Assert.StartsWith("exited with code 0", Assert.Single(target.Ends).How, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_meant_for_another_life_touches_nothing()
    {
        using var target = new SupervisedTarget("sleep 300");
        var old = target.Start(1);
        await target.Supervisor.StopAsync(old.Incarnation, Cancel);
        var present = target.Start(2);
        var result = await target.Supervisor.StopAsync(old.Incarnation, Cancel);

        Assert.Equal(StopEnd.NotThisLife, result.End);
        Assert.True(ProcessTable.IsAlive(target.Alive().Single(one => one.LeadsSession).Stat.Identity));
        Assert.Equal(present, target.Supervisor.Current);
    }

    [Fact]
    public async Task Orphans_of_a_dead_leader_are_ended_before_the_next_start()
    {
        using var target = new SupervisedTarget("trap '' TERM; sleep 300 & echo ready; wait");
        var first = target.Start(1);
        await Ready(target);
        ProcessHandle.Open(LeaderOf(target))!.Signal(9);
        await target.EndOf(first.Incarnation);
        target.Start(2);

        Assert.DoesNotContain(target.Alive(), one => one.IntentId == 1);
    }

    [Fact]
    public async Task Orphans_are_asked_before_they_are_killed()
    {
        using var target = new SupervisedTarget("bash -c 'trap \"echo finished; exit\" TERM; echo ready; while :; do sleep 0.05; done' & wait");
        var first = target.Start(1);
        await Ready(target);
        ProcessHandle.Open(LeaderOf(target))!.Signal(9);
        await target.EndOf(first.Incarnation);
        await target.Supervisor.EndLeftoversAsync(Cancel);

        Assert.Empty(target.Alive());
        Assert.Equal("finished", target.Supervisor.Tail(1).Single());
    }

    [Fact]
    public async Task An_orphan_in_a_group_of_its_own_is_ended_too()
    {
        // With job control each background job gets a group of its own, in the session of the shell.
        using var target = new SupervisedTarget("set -m; sleep 300 & echo ready; wait");
        var first = target.Start(1);
        await Ready(target);
        Assert.Contains(target.Alive(), one => one.Stat.Group != first.Pid);
        ProcessHandle.Open(LeaderOf(target))!.Signal(9);
        await target.EndOf(first.Incarnation);
        await target.Supervisor.EndLeftoversAsync(Cancel);

        Assert.Empty(target.Alive());
    }

    [Fact]
    public async Task A_descendant_that_left_the_session_is_left_alone_and_not_taken_for_the_process()
    {
        using var target = new SupervisedTarget("setsid sleep 300 & echo ready; wait");
        var first = target.Start(1);
        await Ready(target);
        await Eventually.HoldsAsync(() => target.Alive().Count(one => one.LeadsSession) == 2, "the descendant has its own session");
        await target.Supervisor.StopAsync(first.Incarnation, Cancel);
        var daemon = Assert.Single(target.Alive());
        target.RestartHale();

        Assert.Null(target.Supervisor.Adopt().Process);
        Assert.True(ProcessTable.IsAlive(daemon.Stat.Identity));
    }

    [Fact]
    public async Task Another_target_of_the_same_command_is_not_touched()
    {
        using var one = new SupervisedTarget("sleep 300");
        using var other = new SupervisedTarget("sleep 300");
        var process = one.Start(1);
        other.Start(1);
        await one.Supervisor.StopAsync(process.Incarnation, Cancel);

        Assert.NotEmpty(other.Alive());
    }

    [Fact]
    public async Task Output_that_is_not_text_is_shown_with_replacements()
    {
        using var target = new SupervisedTarget("printf 'a\\377b\\n'; printf 'last\\033[31m red'; exit 1");
        var end = await target.EndOf(target.Start(1).Incarnation);

        Assert.Equal("a\uFFFDb", target.Supervisor.Tail(2)[0]);
        Assert.EndsWith("last output: last [31m red", end.How, StringComparison.Ordinal);
    }

    internal static Task Ready(SupervisedTarget target) =>
        Eventually.HoldsAsync(() => target.Supervisor.Tail(20).Contains("ready"), "the process says that it is ready");

    private static ProcessIdentity LeaderOf(SupervisedTarget target) =>
        target.Alive().Single(one => one.Stat.Identity.Pid == target.Supervisor.Current!.Pid).Stat.Identity;
}
