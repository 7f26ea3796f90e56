using Hale.Core.Model;
using Hale.Probes;
using Hale.Running;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Running;

/// <summary>The schedule on manual time: whatever is due has been begun when <see cref="ManualTime.Advance"/> returns.</summary>
public class ProbeSchedulerTests
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly ManualTime time = new();

    /// <summary>A probe that returns what the test gives it, and listens to its token only if told to.</summary>
    private static ScriptedProbe Waiting(TaskCompletionSource<ProbeResult> answer, bool listens = false) => new(async (_, cancel) =>
        listens ? await answer.Task.WaitAsync(cancel) : await answer.Task);

    private static TaskCompletionSource<ProbeResult> Answer() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task A_check_is_tried_at_once_and_then_on_its_slots()
    {
        await using var rig = new SchedulerRig(time, Every, Limit, new ScriptedProbe()).Start();
        await rig.PostedAsync(1);
        for (var i = 2; i <= 20; i++)
            await rig.NextAsync();
        var starts = rig.Posted.Select(o => o.StartedAt.Ticks).ToArray();
        Assert.Equal(20, starts.Length);
        Assert.All(Enumerable.Range(1, 18), i => Assert.Equal(Every.Ticks, starts[i + 1] - starts[i]));
        Assert.Equal((20, 0, 0L), (rig.Scheduler.Started, rig.Scheduler.InFlight, rig.Scheduler.SlotsMissed));
    }

    [Fact]
    public async Task Checks_without_a_probe_are_not_scheduled()
    {
        await using var rig = new SchedulerRig(time, Every, Limit, null, new ScriptedProbe()).Start();
        await rig.PostedAsync(1);
        await rig.Scheduler.TryNowAsync([0], CancellationToken.None);
        Assert.All(rig.Posted, observation => Assert.Equal(1, observation.Check));
    }

    [Fact]
    public async Task The_incarnation_is_the_one_from_before_the_attempt()
    {
        var answer = Answer();
        var life = new Incarnation("first");
        ProbeContext? seen = null;
        await using var rig = new SchedulerRig(time, Every, Limit, new ScriptedProbe(async (context, _) =>
        {
            seen = context;
            return await answer.Task;
        }));
        rig.LifeOf = _ => (life, 42, true);
        rig.Start();
        await Eventually.HoldsAsync(() => rig.Scheduler.Started == 1, "the attempt began");
        life = new Incarnation("second");
        answer.SetResult(ProbeResult.Pass("fine"));
        await rig.PostedAsync(1);
        Assert.Equal("first", rig.Posted.Single().Incarnation.Id);
        Assert.Equal(("first", 42, "t0", "c", Limit), (seen!.Incarnation.Id, seen.Pid, seen.Target, seen.Check, seen.Timeout));
    }

    [Fact]
    public async Task A_target_that_is_not_to_be_probed_is_passed_over()
    {
        var probe = new ScriptedProbe();
        await using var rig = new SchedulerRig(time, Every, Limit, probe);
        var alive = false;
        rig.LifeOf = _ => (Incarnation.None, null, alive);
        rig.Start();
        time.Advance(5 * Every);
        await rig.Scheduler.TryNowAsync([0], CancellationToken.None);
        Assert.Equal((0, 0L), (probe.Calls, rig.Scheduler.SlotsMissed));
        alive = true;
        await rig.NextAsync();
        Assert.Equal(1, probe.Calls);
    }

    [Fact]
    public async Task An_exception_is_inconclusive_and_the_check_goes_on()
    {
        await using var rig = new SchedulerRig(time, Every, Limit, new ScriptedProbe((_, _) => throw new InvalidOperationException("tool\nmissing"))).Start();
        await rig.PostedAsync(1);
        await rig.NextAsync();
        Assert.All(rig.Posted, o => Assert.Equal((Outcome.Inconclusive, "the probe failed: InvalidOperationException: tool missing"), (o.Result.Outcome, o.Result.Evidence)));
    }

    [Fact]
    public async Task A_probe_that_stops_at_its_time_out_speaks_for_itself()
    {
        await using var rig = new SchedulerRig(time, Every, Limit, new ScriptedProbe(async (_, cancel) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancel).ContinueWith(_ => { }, TaskScheduler.Default);
            return ProbeResult.Fail("no answer within 10s");
        })).Start();
        await Eventually.HoldsAsync(() => rig.Scheduler.Started == 1, "the attempt began");
        time.Advance(Limit - TimeSpan.FromSeconds(1));
        Assert.Equal(0, rig.Scheduler.TimedOut);
        time.Advance(TimeSpan.FromSeconds(1));
        await rig.PostedAsync(1);
        var observation = rig.Posted.Single();
        Assert.Equal((Outcome.Fail, "no answer within 10s", 1L), (observation.Result.Outcome, observation.Result.Evidence, rig.Scheduler.TimedOut));
        Assert.Equal(Limit, observation.Took);
    }

    [Fact]
    public async Task A_probe_that_is_cancelled_without_a_result_is_inconclusive()
    {
        await using var rig = new SchedulerRig(time, Every, Limit, Waiting(Answer(), listens: true)).Start();
        await Eventually.HoldsAsync(() => rig.Scheduler.Started == 1, "the attempt began");
        time.Advance(Limit);
        await rig.PostedAsync(1);
        var result = rig.Posted.Single().Result;
        Assert.Equal((Outcome.Inconclusive, "the probe did not end within its time-out of 10s and was stopped"), (result.Outcome, result.Evidence));
    }

    [Fact]
    public async Task The_attempt_after_a_time_out_is_not_born_cancelled()
    {
        var calls = 0;
        await using var rig = new SchedulerRig(time, Every, Limit, new ScriptedProbe(async (_, cancel) =>
        {
            if (Interlocked.Increment(ref calls) == 1)
                await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
            return cancel.IsCancellationRequested ? ProbeResult.Fail("cancelled") : ProbeResult.Pass("fine");
        })).Start();
        await Eventually.HoldsAsync(() => rig.Scheduler.Started == 1, "the attempt began");
        time.Advance(Limit);
        await rig.PostedAsync(1);
        for (var i = 0; i < 3; i++)
            await rig.NextAsync();
        Assert.All(rig.Posted.Skip(1), o => Assert.Equal(Outcome.Pass, o.Result.Outcome));
    }

    [Fact]
    public async Task A_probe_that_ignores_its_time_out_is_left_behind_and_not_started_again_until_it_ends()
    {
        var answer = Answer();
        var probe = Waiting(answer);
        await using var rig = new SchedulerRig(time, Every, Limit, probe).Start();
        await Eventually.HoldsAsync(() => probe.Calls == 1, "the attempt began");
        time.Advance(Limit);
        Assert.Empty(rig.Posted);
        time.Advance(ProbeScheduler.StopsWithin);
        await rig.PostedAsync(1);
        Assert.Equal(
            (Outcome.Inconclusive, "the probe did not end within its time-out and was left behind"),
            (rig.Posted.Single().Result.Outcome, rig.Posted.Single().Result.Evidence));
        Assert.Equal((0, 1), (rig.Scheduler.InFlight, rig.Scheduler.Abandoned));

        time.Advance(10 * Every);
        Assert.Equal(1, probe.Calls);
        await rig.Scheduler.TryNowAsync([0], CancellationToken.None);
        Assert.Equal((2, Outcome.Inconclusive), (rig.Posted.Count, rig.Posted.Last().Result.Outcome));

        answer.SetResult(ProbeResult.Pass("at last"));
        await Eventually.HoldsAsync(() => rig.Scheduler.Abandoned == 0, "the probe that was left behind ended");
        Assert.DoesNotContain(rig.Posted, o => o.Result.Evidence == "at last");
        await rig.NextAsync();
        Assert.Equal("at last", rig.Posted.Last().Result.Evidence);
        Assert.True(rig.Scheduler.SlotsMissed >= 9);
        Assert.Equal(1, probe.MostAtOnce);
    }

    [Fact]
    public async Task Slots_that_pass_during_an_attempt_are_missed_and_not_made_up_for()
    {
        var answer = Answer();
        var probe = Waiting(answer);
        await using var rig = new SchedulerRig(time, TimeSpan.FromSeconds(1), Limit, probe).Start();
        await Eventually.HoldsAsync(() => probe.Calls == 1, "the attempt began");
        time.Advance(TimeSpan.FromSeconds(5));
        answer.SetResult(ProbeResult.Pass("fine"));
        await rig.PostedAsync(1);
        await Eventually.HoldsAsync(() => rig.Scheduler.InFlight == 0, "the attempt ended");
        Assert.InRange(rig.Scheduler.SlotsMissed, 4, 5);
        await rig.NextAsync();
        Assert.Equal(2, probe.Calls);
    }

    [Fact]
    public async Task Only_so_many_attempts_are_under_way_and_the_others_keep_their_order()
    {
        var answers = Enumerable.Range(0, 6).Select(_ => Answer()).ToArray();
        await using var rig = new SchedulerRig(2, time, Every, Limit, [.. answers.Select(a => Waiting(a))]).Start();
        time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(2, rig.Scheduler.InFlight);
        for (var i = 0; i < 6; i++)
        {
            answers[i].SetResult(ProbeResult.Pass("fine"));
            await rig.PostedAsync(i + 1);
        }
        Assert.Equal([0, 1, 2, 3, 4, 5], rig.Posted.Select(o => o.Check));
        Assert.True(rig.Scheduler.Lag.P99 > 0.05, "waiting does not show in the lag");
    }

    [Fact]
    public async Task A_hastened_check_is_tried_before_its_slot()
    {
        await using var rig = new SchedulerRig(time, Every, Limit, new ScriptedProbe()).Start();
        await rig.PostedAsync(1);
        await Eventually.HoldsAsync(() => rig.Scheduler.InFlight == 0, "the attempt ended");
        rig.Scheduler.Hasten(0);
        await rig.PostedAsync(2);
    }

    [Fact]
    public async Task Trying_now_waits_for_attempts_that_began_after_the_call()
    {
        var first = Answer();
        var calls = 0;
        await using var rig = new SchedulerRig(
            time, Every, Limit,
            new ScriptedProbe(async (_, _) => Interlocked.Increment(ref calls) == 1 ? await first.Task : ProbeResult.Pass("second")),
            new ScriptedProbe()).Start();
        time.Advance(TimeSpan.FromMilliseconds(10));
        await rig.PostedAsync(1);
        var round = rig.Scheduler.TryNowAsync([0, 1], CancellationToken.None);
        await rig.PostedAsync(2);
        Assert.False(round.IsCompleted);
        first.SetResult(ProbeResult.Pass("first"));
        await round;
        Assert.Equal(["first", "second"], rig.Posted.Where(o => o.Check == 0).Select(o => o.Result.Evidence));
    }

    [Fact]
    public async Task Trying_now_before_the_start_asks_for_the_first_attempts_at_once()
    {
        var probes = Enumerable.Range(0, 300).Select(_ => new ScriptedProbe()).ToArray();
        await using var rig = new SchedulerRig(time, Every, Limit, probes);
        var round = rig.Scheduler.TryNowAsync([.. Enumerable.Range(0, 300)], CancellationToken.None);
        rig.Start();
        await round;
        Assert.All(probes, probe => Assert.Equal(1, probe.Calls));
    }

    [Fact]
    public async Task After_a_stall_the_overdue_checks_are_spread_instead_of_being_tried_in_one_moment()
    {
        var probes = Enumerable.Range(0, 500).Select(_ => new ScriptedProbe()).ToArray();
        await using var rig = new SchedulerRig(time, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(5), probes).Start();
        time.Advance(TimeSpan.FromSeconds(10));
        await rig.PostedAsync(500);
        await Eventually.HoldsAsync(() => rig.Scheduler.InFlight == 0, "all attempts ended");
        var before = rig.Scheduler.Started;
        time.Stall(TimeSpan.FromSeconds(60));
        await Eventually.HoldsAsync(() => rig.Scheduler.InFlight == 0, "what was begun at once ended");
        Assert.InRange(rig.Scheduler.Started - before, 0, 50);
        time.Advance(TimeSpan.FromSeconds(3));
        await rig.PostedAsync((int)before + 500);
    }

    [Fact]
    public async Task Nothing_is_posted_once_it_has_stopped()
    {
        var answer = Answer();
        var deaf = Waiting(answer);
        var listening = Waiting(Answer(), listens: true);
        await using var rig = new SchedulerRig(TimeProvider.System, Every, Limit, deaf, listening).Start();
        await Eventually.HoldsAsync(() => deaf.Calls + listening.Calls == 2, "both attempts began");
        var round = rig.Scheduler.TryNowAsync([0], CancellationToken.None);
        await rig.StopAsync();
        answer.SetResult(ProbeResult.Pass("too late"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => round);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.Scheduler.TryNowAsync([0], CancellationToken.None));
        Assert.Empty(rig.Posted);
    }

    [Fact]
    public async Task A_defect_of_the_caller_ends_the_run_instead_of_stopping_the_schedule_in_silence()
    {
        await using var rig = new SchedulerRig(time, Every, Limit, new ScriptedProbe());
        rig.LifeOf = _ => throw new InvalidOperationException("defect");
        rig.Start();
        Assert.Equal("defect", (await Assert.ThrowsAsync<InvalidOperationException>(() => rig.Running)).Message);
    }
}
