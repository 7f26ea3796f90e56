using Hale.Config;
using Hale.Core.Model;
using Hale.Core.Scheduling;
using Hale.Probes;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Running;

/// <summary>The schedule goes on with another plan, on manual time.</summary>
public class ReloadScheduleTests
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly ManualTime time = new();

    [Fact]
    public async Task With_one_changed_check_every_other_stays_on_its_slots()
    {
        const int Checks = 50;
        var probes = Enumerable.Range(0, Checks).Select(_ => new ScriptedProbe()).ToArray();
        await using var rig = new SchedulerRig(time, Every, Limit, probes).Start();
        while (rig.Posted.Count < 3 * Checks)
            await rig.NextAsync();
        var began = Instant.From(time.GetUtcNow());
        // In another order, so that every number is another one; one probe is not the one it was.
        var changed = new ScriptedProbe();
        (string, IProbe?)[] next = [.. Enumerable.Range(0, Checks).Reverse().Select(i => ($"t{i}", (IProbe?)(i == 7 ? changed : probes[i])))];
        rig.Use(SchedulerRig.Plan(next, Every, Limit));
        await Eventually.HoldsAsync(() => changed.Calls == 1, "the changed check was tried at once");
        while (rig.PostedLater.Count < 3 * Checks)
            await rig.NextLaterAsync();

        foreach (var group in rig.PostedLater.GroupBy(o => o.Check).Where(group => Checks - 1 - group.Key != 7))
        {
            var name = $"t{Checks - 1 - group.Key}/c";
            var phase = (long)(StableHash.Of(name) % (ulong)Every.Ticks);
            var starts = group.Select(o => o.StartedAt.Ticks).ToArray();
            // Timers have whole milliseconds, so a slot is met less than one late.
            Assert.All(starts, start => Assert.InRange((start - phase) % Every.Ticks, 0, TimeSpan.TicksPerMillisecond));
            Assert.True(starts[0] - began.Ticks <= Every.Ticks, $"{name} left a slot out");
        }
        Assert.Equal(0, rig.Scheduler.SlotsMissed);
    }

    [Fact]
    public async Task What_a_probe_of_a_removed_check_brings_is_posted_in_the_old_numbers_and_ends_nothing_else()
    {
        var answer = new TaskCompletionSource<ProbeResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var (hanging, other) = (new ScriptedProbe(async (_, _) => await answer.Task), new ScriptedProbe());
        await using var rig = new SchedulerRig(time, Every, Limit, hanging, other).Start();
        time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.HoldsAsync(() => hanging.Calls == 1 && other.Calls == 1, "both were begun");
        rig.Use(SchedulerRig.Plan([("t1", other)], Every, Limit));
        answer.SetResult(ProbeResult.Pass("too late"));
        await Eventually.HoldsAsync(() => rig.Posted.Any(o => o.Check == 0) && rig.Scheduler.InFlight == 0, "the attempt of the removed check ended");
        while (rig.PostedLater.IsEmpty)
            await rig.NextLaterAsync();
        Assert.All(rig.PostedLater, o => Assert.Equal(0, o.Check));
    }

    [Fact]
    public async Task An_attempt_under_way_of_a_check_that_goes_on_counts_and_is_not_doubled()
    {
        var answer = new TaskCompletionSource<ProbeResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var probe = new ScriptedProbe(async (_, _) => await answer.Task);
        await using var rig = new SchedulerRig(time, Every, Limit, new ScriptedProbe(), probe).Start();
        time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.HoldsAsync(() => probe.Calls == 1, "it was begun");
        rig.Use(SchedulerRig.Plan([("t1", probe)], Every, Limit));
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, probe.Calls);
        answer.SetResult(ProbeResult.Pass("fine"));
        await Eventually.HoldsAsync(() => rig.Posted.Any(o => o.Check == 1), "what it brought was posted, in the number it was begun under");
        while (probe.Calls == 1)
            await rig.NextLaterAsync();
        Assert.Equal(1, probe.MostAtOnce);
    }

    [Fact]
    public async Task A_left_behind_attempt_keeps_its_check_from_being_tried_across_the_reload()
    {
        var answer = new TaskCompletionSource<ProbeResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var probe = new ScriptedProbe(async (_, _) => await answer.Task);
        await using var rig = new SchedulerRig(time, Every, Limit, new ScriptedProbe(), probe).Start();
        time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.HoldsAsync(() => probe.Calls == 1 && rig.Scheduler.InFlight == 1, "it was begun, and the other one ended");
        time.Advance(Limit + TimeSpan.FromSeconds(2));
        Assert.Equal(1, rig.Scheduler.Abandoned);
        rig.Use(SchedulerRig.Plan([("t1", probe)], Every, Limit));
        time.Advance(3 * Every);
        Assert.Equal(1, probe.Calls);
        await rig.Scheduler.TryNowAsync([0], CancellationToken.None);
        Assert.Contains("left behind", rig.PostedLater.Single().Result.Evidence, StringComparison.Ordinal);
        answer.SetResult(ProbeResult.Pass("at last"));
        await Eventually.HoldsAsync(() => rig.Scheduler.Abandoned == 0, "it ended");
        while (probe.Calls == 1)
            await rig.NextLaterAsync();
    }

    [Fact]
    public async Task Who_waits_for_a_check_that_is_removed_waits_for_nothing()
    {
        var answer = new TaskCompletionSource<ProbeResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var probe = new ScriptedProbe(async (_, _) => await answer.Task);
        await using var rig = new SchedulerRig(time, Every, Limit, new ScriptedProbe(), probe).Start();
        time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.HoldsAsync(() => probe.Calls == 1, "it was begun");
        var waiting = rig.Scheduler.TryNowAsync([1], CancellationToken.None);
        rig.Use(SchedulerRig.Plan([("t0", new ScriptedProbe())], Every, Limit));
        await waiting.WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);
        answer.SetResult(ProbeResult.Pass("too late"));
    }
}
