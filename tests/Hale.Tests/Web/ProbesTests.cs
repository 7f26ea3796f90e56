using System.Net;
using System.Net.Http.Json;
using Hale.Core.Model;
using Hale.Testing;
using Hale.Web.Contract;
using Hale.Web.Endpoints;
using Xunit;

namespace Hale.Tests.Web;

public sealed class ProbesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<(HttpStatusCode, ReadinessDto)> ReadyAsync(WebFixture web)
    {
        using var response = await web.Tcp.GetAsync("/readyz", Cancel);
        return (response.StatusCode, (await response.Content.ReadFromJsonAsync(WireJson.Default.ReadinessDto, Cancel))!);
    }

    [Fact]
    public async Task Ready_once_every_target_has_been_judged_whatever_the_verdict()
    {
        await using var web = await WebFixture.StartAsync(world: SampleWorld.World(SampleWorld.Web, SampleWorld.Orchestrator));
        var (status, readiness) = await ReadyAsync(web);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(readiness.Ready);
        Assert.Empty(readiness.Reasons);
    }

    [Fact]
    public async Task Not_ready_before_the_first_look_and_says_at_what()
    {
        await using var web = await WebFixture.StartAsync(world: SampleWorld.World(SampleWorld.Web, SampleWorld.Unseen));
        var (status, readiness) = await ReadyAsync(web);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal(["shop/port has not been tried yet"], readiness.Reasons);
    }

    [Fact]
    public async Task A_heartbeat_that_has_not_come_yet_does_not_unready_Hale_itself()
    {
        await using var web = await WebFixture.StartAsync(world: SampleWorld.World(SampleWorld.Backup));
        Assert.Equal(HttpStatusCode.OK, (await ReadyAsync(web)).Item1);
    }

    [Fact]
    public async Task Stale_evidence_after_a_first_look_does_not_unready_Hale_itself()
    {
        await using var web = await WebFixture.StartAsync(world: SampleWorld.Well);
        web.Daemon.Publish("web", target => target with { Health = Health.InsufficientData });
        Assert.Equal(HttpStatusCode.OK, (await ReadyAsync(web)).Item1);
    }

    [Fact]
    public async Task Not_ready_in_doubt_with_a_broken_journal_or_while_a_target_initializes()
    {
        await using var web = await WebFixture.StartAsync(world: SampleWorld.Well);
        web.Daemon.Publish(world => world with { Doubt = "the clock jumped by 40s" });
        web.Daemon.Publish("web", target => target with
        {
            Health = Health.Initializing,
            Checks = [target.Checks[0] with { Health = Health.Initializing, Reason = "in its grace time" }],
        });
        web.Daemon.Figures = web.Daemon.Figures with { JournalTrouble = "disk full" };
        var (status, readiness) = await ReadyAsync(web);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal(
            ["Hale doubts itself: the clock jumped by 40s", "the journal cannot be written: disk full", "web/home is initializing: in its grace time"],
            readiness.Reasons);
    }

    [Fact]
    public async Task The_reasons_are_bounded()
    {
        var many = Enumerable.Range(0, 500).Select(i => SampleWorld.Unseen with { Name = $"shop{i}" });
        await using var web = await WebFixture.StartAsync(world: SampleWorld.World([.. many]));
        var (_, readiness) = await ReadyAsync(web);
        Assert.Equal(21, readiness.Reasons.Count);
        Assert.Equal("and more", readiness.Reasons[^1]);
    }

    [Fact]
    public async Task Alive_while_the_loop_moves()
    {
        await using var web = await WebFixture.StartAsync();
        using var response = await web.Tcp.GetAsync("/livez", Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public void Dead_after_many_looks_at_a_loop_that_stands_still_and_alive_again_when_it_moves()
    {
        var daemon = new FakeDaemon(SampleWorld.Well);
        using var watch = new LoopWatch(daemon, new NoTimers());
        for (var i = 0; i < LoopWatch.Patience - 1; i++)
            watch.Look();
        Assert.True(watch.IsAlive);
        watch.Look();
        Assert.False(watch.IsAlive);
        daemon.Publish(world => world with { At = world.At + TimeSpan.FromSeconds(1) });
        Assert.True(watch.IsAlive);
    }

    private sealed class NoTimers : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Silent();

        private sealed class Silent : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => default;
        }
    }
}
