using Hale.Core.Model;
using Hale.Probes;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Running;

/// <summary>A hung target delays no other. On real time, so counts are asserted and not milliseconds.</summary>
public class HangIsolationTests
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Never = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Fifty_targets_that_never_answer_do_not_delay_a_good_one()
    {
        await using var silent = LoopbackServer.Start(visit => visit.HangAsync());
        await using var good = LoopbackServer.Answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        IProbe[] probes =
        [
            new HttpProbe(new HttpProbe.Options { Url = good.Url() }),
            .. Enumerable.Range(0, 50).Select(_ => new HttpProbe(new HttpProbe.Options { Url = silent.Url() })),
        ];
        await using var rig = new SchedulerRig(TimeProvider.System, Often, Never, probes).Start();
        await Eventually.HoldsAsync(() => silent.Connections == 50, "all the hanging targets were connected to");
        var before = rig.Posted.Count;
        await rig.PostedAsync(before + 100);
        Assert.All(rig.Posted, o => Assert.Equal((0, Outcome.Pass), (o.Check, o.Result.Outcome)));
        Assert.Equal(50, silent.Connections);
    }

    [Fact]
    public async Task Probes_that_block_their_thread_delay_neither_the_others_nor_the_thread_pool()
    {
        using var release = new ManualResetEventSlim();
        IProbe[] probes =
        [
            new ScriptedProbe(async (_, _) =>
            {
                await Task.Yield();
                return ProbeResult.Pass("fine");
            }),
            .. Enumerable.Range(0, 100).Select(_ => new ScriptedBlockingProbe(release.Wait)),
        ];
        await using var rig = new SchedulerRig(TimeProvider.System, Often, TimeSpan.FromSeconds(60), probes).Start();
        try
        {
            await Eventually.HoldsAsync(() => rig.Scheduler.InFlight >= 100, "all the blocking probes are under way");
            var before = rig.Posted.Count;
            await rig.PostedAsync(before + 100);
            Assert.All(rig.Posted, o => Assert.Equal(0, o.Check));
            Assert.Equal(32, probes.Skip(1).Cast<ScriptedProbe>().Sum(probe => probe.Calls));
        }
        finally
        {
            release.Set();
        }
        await Eventually.HoldsAsync(() => rig.Posted.Select(o => o.Check).Distinct().Count() == 101, "every blocking probe was tried once it could");
    }

    [Fact]
    public async Task Blocking_probes_that_are_left_behind_give_up_their_place()
    {
        using var release = new ManualResetEventSlim();
        var hanging = Enumerable.Range(0, 40).Select(_ => new ScriptedBlockingProbe(release.Wait)).ToArray();
        var good = new ScriptedBlockingProbe(() => { });
        await using var rig = new SchedulerRig(TimeProvider.System, Often, TimeSpan.FromMilliseconds(200), [.. hanging, good]).Start();
        try
        {
            await Eventually.HoldsAsync(() => rig.Scheduler.Abandoned == 40, "all the hanging probes were left behind");
            var before = good.Calls;
            await Eventually.HoldsAsync(() => good.Calls >= before + 50, "the good one was tried all the same");
            Assert.All(hanging, probe => Assert.True(probe.Calls <= 1));
            Assert.All(rig.Posted.Where(o => o.Check < 40), o => Assert.Equal(Outcome.Inconclusive, o.Result.Outcome));
        }
        finally
        {
            release.Set();
        }
        await Eventually.HoldsAsync(() => rig.Scheduler.Abandoned == 0 && hanging.All(probe => probe.Calls > 1), "the hanging probes ended and were tried again");
        Assert.All(hanging, probe => Assert.Equal(1, probe.MostAtOnce));
    }
}
