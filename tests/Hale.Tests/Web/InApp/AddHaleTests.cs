using System.Net;
using System.Net.Http.Json;
using Hale.Core.Model;
using Hale.Testing;
using Hale.Web;
using Hale.Web.Contract;
using Hale.Web.InApp;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Hale.Tests.Web.InApp;

public sealed class AddHaleTests
{
    private static readonly CheckOptions Fast = new() { Every = TimeSpan.FromMilliseconds(100), Timeout = TimeSpan.FromSeconds(5), Fall = 1 };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Targets_named_in_code_are_watched_and_shown_under_the_prefix()
    {
        var length = 3;
        await using var app = await AppFixture.StartAsync(hale =>
        {
            hale.Target("orders").Check("queue", _ => Task.FromResult(Volatile.Read(ref length) < 10 ? ProbeResult.Pass($"{length} wait") : ProbeResult.Fail($"{length} wait")), Fast);
            hale.Target("disk").Check("root", "disk", "/", Fast).DependsOn("orders");
        });
        await app.UntilAsync(daemon => daemon.Current.Targets.All(target => target.Health == Health.Ok), "both are well");
        Volatile.Write(ref length, 40);
        await app.UntilAsync(daemon => daemon.Current.Targets[0].Health == Health.Impaired, "the queue is too long");
        var status = await app.Client.GetFromJsonAsync("/hale/api/v1/status", WireJson.Default.StatusDto, Cancel);
        Assert.Equal(["orders", "disk"], status!.Targets.Select(target => target.Name));
        Assert.Contains("40 wait", status.Targets[0].Reason);
        var page = await app.Client.GetFromJsonAsync("/hale/api/v1/targets?limit=1", WireJson.Default.TargetsDto, Cancel);
        var next = await app.Client.GetFromJsonAsync(page!.Next, WireJson.Default.TargetsDto, Cancel);
        Assert.Equal("disk", Assert.Single(next!.Targets).Name);
    }

    [Fact]
    public async Task A_configuration_may_name_probes_in_code()
    {
        await using var app = await AppFixture.StartAsync(hale => hale
            .Probe("queue", _ => Task.FromResult(ProbeResult.Warn("long")))
            .UseText("""
                targets:
                  orders: { checks: { queue: { code: queue, every: 100ms }, disk: { path: /, every: 100ms } } }
                """));
        await app.UntilAsync(daemon => daemon.Current.Targets[0].Health == Health.Degraded, "its warning is taken");
    }

    [Fact]
    public async Task Probes_of_the_application_that_throw_or_hang_could_not_tell_or_are_given_up()
    {
        var release = new TaskCompletionSource<ProbeResult>();
        await using var app = await AppFixture.StartAsync(hale => hale.Target("orders")
            .Check("broken", _ => throw new InvalidOperationException("no connection string"), Fast)
            .Check("hanging", _ => release.Task, Fast with { Timeout = TimeSpan.FromMilliseconds(200) })
            .Check("well", _ => Task.FromResult(ProbeResult.Pass("well")), Fast));
        await app.UntilAsync(daemon => daemon.Current.Targets[0].Checks is [{ LastOutcome: Outcome.Inconclusive, Health: Health.InsufficientData }, { LastOutcome: Outcome.Inconclusive }, { Health: Health.Ok }],
            "each is judged for itself");
        Assert.Equal(1, app.Daemon.Figures.ProbesAbandoned);
        release.SetResult(ProbeResult.Pass("late"));
    }

    [Fact]
    public async Task What_is_wrong_stops_the_start_and_is_all_named()
    {
        var wrong = await Assert.ThrowsAsync<HaleConfigurationException>(() => AppFixture.StartAsync(hale =>
        {
            hale.Target("orders").Check("queue", "tpc", "localhost:1", Fast);
            hale.Target("bad name").Check("x", "disk", "/", Fast);
            hale.Target("late").Check("x", "disk", "/", new CheckOptions { Every = TimeSpan.FromMilliseconds(1) });
        }));
        Assert.Contains("tpc", wrong.Message);
        Assert.Contains("bad name", wrong.Message);
        Assert.Contains("targets.late.checks.x.every", wrong.Message);
        Assert.True(wrong.Errors.Count >= 3);
    }

    [Fact]
    public async Task What_to_watch_is_said_once()
    {
        var nothing = await Assert.ThrowsAsync<HaleConfigurationException>(() => AppFixture.StartAsync(_ => { }));
        Assert.Contains("UseFile", nothing.Message);
        var twice = await Assert.ThrowsAsync<HaleConfigurationException>(() => AppFixture.StartAsync(hale =>
        {
            hale.UseFile("hale.yaml");
            hale.Target("orders").Check("root", "disk", "/");
        }));
        Assert.Contains("said twice", twice.Message);
    }

    [Fact]
    public async Task Without_a_folder_nothing_is_left_behind_and_with_one_the_history_goes_on()
    {
        using var scratch = new Scratch();
        string folder;
        await using (var app = await AppFixture.StartAsync(hale => hale.Target("disk").Check("root", "disk", "/", Fast)))
        {
            folder = app.Services.GetServices<IHostedService>().OfType<HaleService>().Single().PassingFolder!;
            await app.UntilAsync(daemon => daemon.History(new()).Count > 0, "something was written");
            Assert.True(File.Exists(Path.Combine(folder, "journal.db")));
        }
        Assert.False(Directory.Exists(folder));

        for (var run = 1; run <= 2; run++)
        {
            await using var app = await AppFixture.StartAsync(hale =>
            {
                hale.StateFolder = scratch["state"];
                hale.Target("disk").Check("root", "disk", "/", Fast);
            });
            await app.UntilAsync(daemon => daemon.History(new(Kinds: ["daemon"])).Count(entry => entry.Text == "Hale started") == run, $"start {run} is in the history");
        }
    }

    [Fact]
    public async Task A_command_needs_the_token_and_reading_from_this_machine_does_not()
    {
        await using var app = await AppFixture.StartAsync(hale =>
        {
            hale.Token = "secret";
            hale.Target("disk").Check("root", "disk", "/", Fast);
        });
        using var refused = await app.Client.PostAsync("/hale/api/v1/targets/disk/pause", null, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        app.Client.DefaultRequestHeaders.Authorization = new("Bearer", "secret");
        using var taken = await app.Client.PostAsync("/hale/api/v1/targets/disk/pause", null, Cancel);
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        Assert.Contains(app.Daemon.History(new(Kinds: ["audit"])), entry => entry.Text.StartsWith("POST /hale/api/v1/targets/disk/pause by token (operate) from 127.0.0.1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_configuration_file_can_be_read_anew_while_the_application_runs()
    {
        using var scratch = new Scratch();
        await File.WriteAllTextAsync(scratch["hale.yaml"], "targets: { disk: { checks: { root: { disk: /, every: 100ms } } } }", Cancel);
        await using var app = await AppFixture.StartAsync(hale =>
        {
            hale.Probe("queue", _ => Task.FromResult(ProbeResult.Pass("short"))).UseFile(scratch["hale.yaml"]);
            hale.StateFolder = scratch["state"];
        });
        await File.WriteAllTextAsync(scratch["hale.yaml"], "targets: { disk: { checks: { root: { disk: /, every: 100ms } } }, orders: { checks: { queue: { code: queue, every: 100ms } } } }", Cancel);
        await app.Daemon.ReloadAsync(rehearse: false, "a test", Cancel);
        await app.UntilAsync(daemon => daemon.Current.Targets is [_, { Name: "orders", Health: Health.Ok }], "the new target is watched");
    }

    [Fact]
    public async Task Where_the_application_fails_to_start_Hale_is_stopped_and_its_folder_is_free()
    {
        using var scratch = new Scratch();
        for (var tries = 0; tries < 2; tries++)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => AppFixture.StartAsync(
                hale =>
                {
                    hale.StateFolder = scratch["state"];
                    hale.Target("disk").Check("root", "disk", "/", Fast);
                },
                services => services.AddHostedService<Broken>()));
        }
        await using var app = await AppFixture.StartAsync(hale =>
        {
            hale.StateFolder = scratch["state"];
            hale.Target("disk").Check("root", "disk", "/", Fast);
        });
        await app.UntilAsync(daemon => daemon.Current.Health == Health.Ok, "it is watched again");
    }

    [Fact]
    public async Task Parts_of_an_application_may_add_their_own_targets()
    {
        await using var app = await AppFixture.StartAsync(
            hale => hale.Target("disk").Check("root", "disk", "/", Fast),
            services => services.AddHale(hale => hale.Target("orders").Check("queue", _ => Task.FromResult(ProbeResult.Pass("short")), Fast)));
        Assert.Equal(["disk", "orders"], app.Daemon.Current.Targets.Select(target => target.Name));
    }

    private sealed class Broken : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("it does not start");

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
