using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Hale.Core.Model;
using Hale.Testing;
using Hale.Web.Contract;
using Xunit;

namespace Hale.Tests.Web;

public sealed class OverviewTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Task<OverviewDto?> OverviewAsync(WebFixture web) => web.Tcp.GetFromJsonAsync("/api/v1/overview", WireJson.Default.OverviewDto, Cancel);

    [Fact]
    public async Task It_counts_what_there_is()
    {
        await using var web = await WebFixture.StartAsync();
        var overview = await OverviewAsync(web);
        Assert.Equal(new HealthCountsDto(3, Ok: 1, Degraded: 0, Initializing: 0, InsufficientData: 1, Impaired: 1, NotApplicable: 0), overview!.Targets);
        Assert.Equal(new HealthCountsDto(4, Ok: 1, Degraded: 1, Initializing: 0, InsufficientData: 1, Impaired: 1, NotApplicable: 0), overview.Checks);
        Assert.Equal(["orchestrator", "backup"], overview.Worst.Select(target => target.Name));
        Assert.Equal("site", Assert.Single(overview.Groups).Name);
        web.Daemon.Publish("web", target => target with { PausedUntil = Instant.Distant, IsStopped = true });
        web.Daemon.Publish("backup", target => target with { NeedsHuman = "nothing helped" });
        web.Daemon.Publish(world => world with { Doubt = "the clock jumped" });
        web.Daemon.Figures = web.Daemon.Figures with { JournalTrouble = "disk full" };
        web.Daemon.Publish(world => world);
        overview = await OverviewAsync(web);
        Assert.Equal((1, 1, 1, 0), (overview!.NeedsHuman, overview.Paused, overview.Stopped, overview.Healing));
        Assert.Equal(["backup", "orchestrator"], overview.Worst.Select(target => target.Name));
        Assert.Equal(("the clock jumped", "disk full"), (overview.Doubt!.Reason, overview.JournalTrouble));
    }

    [Fact]
    public async Task Who_knows_it_is_sent_nothing_until_something_but_the_moment_changes()
    {
        await using var web = await WebFixture.StartAsync();
        using var first = await web.Tcp.GetAsync("/api/v1/overview", Cancel);
        var tag = first.Headers.ETag!;
        Assert.Equal(HttpStatusCode.NotModified, await AgainAsync());
        web.Daemon.Publish(world => world with { At = world.At + TimeSpan.FromSeconds(1) });
        Assert.Equal(HttpStatusCode.NotModified, await AgainAsync());
        web.Daemon.Publish("web", target => target with { Health = Health.Impaired });
        Assert.Equal(HttpStatusCode.OK, await AgainAsync());

        async Task<HttpStatusCode> AgainAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/overview");
            request.Headers.IfNoneMatch.Add(tag);
            using var response = await web.Tcp.SendAsync(request, Cancel);
            Assert.Equal(response.StatusCode == HttpStatusCode.OK, (await response.Content.ReadAsByteArrayAsync(Cancel)).Length > 0);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task It_is_as_small_for_five_thousand_targets_as_for_fifty()
    {
        await using var web = await WebFixture.StartAsync(world: Many(5000));
        var clock = Stopwatch.StartNew();
        var bytes = (await web.Socket.GetByteArrayAsync("/api/v1/overview", Cancel)).Length;
        var cold = clock.Elapsed;
        var times = new List<double>();
        for (var i = 0; i < 200; i++)
        {
            web.Daemon.Publish(world => world);
            clock.Restart();
            await web.Socket.GetByteArrayAsync("/api/v1/overview", Cancel);
            times.Add(clock.Elapsed.TotalMilliseconds);
        }
        times.Sort();
        TestContext.Current.TestOutputHelper!.WriteLine($"overview of 5000 targets, each time of a new snapshot: {bytes} bytes, first {cold.TotalMilliseconds:0.0} ms, then p50 {times[100]:0.0} ms, p99 {times[198]:0.0} ms");
        Assert.InRange(bytes, 1000, 20_000);
        web.Daemon.Publish(_ => Many(50));
        Assert.InRange(bytes - (await web.Socket.GetByteArrayAsync("/api/v1/overview", Cancel)).Length, -200, 200);
    }

    private static Snapshot Many(int count) => SampleWorld.World([.. Enumerable.Range(0, count).Select(i => (i % 2 == 0 ? SampleWorld.Orchestrator : SampleWorld.Web) with { Name = $"target-{i:0000}" })]);
}
