using Hale.Containers;
using Hale.Containers.Groups;
using Hale.Core.Containers;
using Hale.Core.Readiness;

namespace Hale.SystemTests.Containers;

/// <summary>Groups on a real engine: what is made, what is kept, and what is taken back.</summary>
[Collection(nameof(DockerEngine))]
public sealed class GroupUpTests(DockerEngine engine)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Members_start_in_the_order_of_their_dependencies_and_each_is_proved_ready()
    {
        await using var groups = new TestGroups(engine);
        var steps = new List<string>();
        var report = await groups.EnsureAsync(
            groups.Of(TestGroups.Web("front") with { DependsOn = ["back"] }, TestGroups.Web("back") with { Replicas = 2, DependsOn = ["base"] }, TestGroups.Web("base")),
            step => steps.Add($"{step.Subject} {step.Stage}"));
        Assert.True(report.IsReady, report.ToString());
        Assert.Equal(["front", "back.1", "back.2", "base"], report.Members.Select(member => member.Name));
        Assert.True(steps.IndexOf("base Ready") < steps.FindIndex(step => step.StartsWith("back.", StringComparison.Ordinal) && step.EndsWith(" Started", StringComparison.Ordinal)), string.Join('\n', steps));
        Assert.True(Math.Max(steps.IndexOf("back.1 Ready"), steps.IndexOf("back.2 Ready")) < steps.IndexOf("front Started"), string.Join('\n', steps));
        using var http = new HttpClient();
        foreach (var member in report.Members)
            Assert.Equal("ok\n", await http.GetStringAsync(member.Url, Cancel));
        Assert.Equal(["lease a test", "member back", "member back", "member base", "member front", "network default"], await groups.ThingsAsync());
    }

    [Fact]
    public async Task The_same_up_twice_is_one_group_and_what_runs_is_kept()
    {
        await using var groups = new TestGroups(engine);
        var spec = groups.Of(TestGroups.Web("web"));
        var first = await groups.ReadyAsync(spec);
        var second = await groups.ReadyAsync(spec);
        Assert.Equal((first.Members[0].Id, true), (second.Members[0].Id, second.Members[0].IsReused));
        Assert.Equal(["lease a test", "member web", "network default"], await groups.ThingsAsync());
    }

    [Fact]
    public async Task Several_ups_at_once_are_one_group()
    {
        await using var groups = new TestGroups(engine);
        var spec = groups.Of(TestGroups.Web("web"), TestGroups.Web("other"));
        var reports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => groups.ReadyAsync(spec)));
        Assert.Single(reports.Select(report => report.Members[0].Id).Distinct());
        Assert.Equal(3, reports.Count(report => report.Members.All(member => member.IsReused)));
        Assert.Equal(["lease a test", "member other", "member web", "network default"], await groups.ThingsAsync());
    }

    [Fact]
    public async Task A_member_that_was_made_otherwise_is_made_anew_and_the_others_are_kept()
    {
        await using var groups = new TestGroups(engine);
        var first = await groups.ReadyAsync(groups.Of(TestGroups.Web("web"), TestGroups.Web("gone"), TestGroups.Web("kept")));
        var second = await groups.ReadyAsync(groups.Of(TestGroups.Web("web") with { Environment = new Dictionary<string, string> { ["A"] = "1" } }, TestGroups.Web("kept")));
        Assert.NotEqual(first.Members[0].Id, second.Members[0].Id);
        Assert.Equal(first.Members[2].Id, second.Members[1].Id);
        Assert.Equal(["lease a test", "member kept", "member web", "network default"], await groups.ThingsAsync());
    }

    [Fact]
    public async Task What_runs_and_is_not_ready_any_more_is_made_anew()
    {
        await using var groups = new TestGroups(engine);
        // Content only after its first start in this volume: a later life of the same container would find the mark.
        var member = TestGroups.Shell("web", "httpd -p 80 -h /www; while [ ! -e /flag/end ]; do usleep 50000; done; kill $(ps | grep 'httpd -p' | grep -v grep | sed 's/^ *//;s/ .*//'); sleep 1000") with
        {
            Image = TestEngine.Httpd, Port = 80, Mounts = [new("flag", null, "/flag", false)],
            Probe = new() { Kind = ContainerGroupProbeKind.Http, AttemptTimeout = TimeSpan.FromSeconds(2) },
        };
        var spec = groups.Of(member) with { Volumes = [new("flag")] };
        var first = await groups.ReadyAsync(spec);
        var mark = await groups.Api.Containers.CreateAsync(engine.Unique("mark"), new()
        {
            Image = TestEngine.Busybox, Command = ["sh", "-c", "touch /flag/end; sleep 1; rm /flag/end"], Mounts = [MountRecipe.Volume(ContainerGroupNames.Volume(groups.Session, "flag"), "/flag")],
        }, Cancel);
        await groups.Api.Containers.StartAsync(mark.Id, Cancel);
        await groups.Api.Containers.WaitAsync(mark.Id, Cancel);
        await engine.RemoveAsync(mark.Id);
        var second = await groups.ReadyAsync(spec);
        Assert.NotEqual(first.Members[0].Id, second.Members[0].Id);
        Assert.False(second.Members[0].IsReused);
    }

    [Fact]
    public async Task A_failure_takes_back_exactly_what_the_run_made()
    {
        await using var groups = new TestGroups(engine);
        await using var similar = new TestGroups(engine);
        var kept = await groups.ReadyAsync(groups.Of(TestGroups.Web("web")));
        var neighbour = await similar.ReadyAsync(new() { Session = similar.Session, Members = [TestGroups.Web("web")] });
        var before = await groups.ThingsAsync();

        var report = await groups.EnsureAsync(groups.Of(TestGroups.Web("web"), TestGroups.Web("more"), TestGroups.Shell("bad", "echo not today >&2; exit 7") with { Port = 80, DependsOn = ["more"], Probe = new() { Kind = ContainerGroupProbeKind.Tcp } })
            with { Volumes = [new("data")] });

        Assert.Equal((GateEnd.NotReady, false), (report.End, report.IsReady));
        Assert.Empty(report.Left);
        Assert.StartsWith("bad: ", report.Reason);
        Assert.Contains("7", report.Reason);
        Assert.Contains("not today", report.Reason);
        Assert.Contains(TestEngine.Busybox, report.Reason);
        Assert.Equal(before, await groups.ThingsAsync());
        Assert.True((await groups.Api.Containers.InspectAsync(kept.Members[0].Id!, Cancel)).State.Running);
        Assert.True((await groups.Api.Containers.InspectAsync(neighbour.Members[0].Id!, Cancel)).State.Running);
    }

    [Fact]
    public async Task The_death_of_a_member_that_was_ready_fails_the_group_while_others_are_awaited()
    {
        await using var groups = new TestGroups(engine);
        var report = await groups.EnsureAsync(groups.Of(
            TestGroups.Shell("short", "sleep 1; echo that was all; exit 4"),
            TestGroups.Shell("long", "sleep 1000") with { Port = 80, Probe = new() { Kind = ContainerGroupProbeKind.Tcp, Timeout = TimeSpan.FromMinutes(5) } }));
        Assert.Equal(GateEnd.NotReady, report.End);
        Assert.StartsWith("short: ", report.Reason);
        Assert.Contains("4", report.Reason);
        Assert.Contains("that was all", report.Reason);
        Assert.Empty(await groups.ThingsAsync());
    }

    [Theory]
    [InlineData("image", "bad: image: ", "hale-test/none:1")]
    [InlineData("program", "bad: starting it: ", "nosuchprogram")]
    [InlineData("name", "bad: making it: ", "already in use")]
    [InlineData("network", "network outside: finding hale-test-none, which others make: ", "hale-test-none")]
    [InlineData("status", "bad: ", "404")]
    public async Task Trouble_names_the_member_the_step_and_the_engine_s_words(string trouble, string begin, string words)
    {
        await using var groups = new TestGroups(engine);
        engine.Require();
        var stranger = trouble == "name" ? await groups.Api.Containers.CreateAsync(ContainerGroupNames.Member(groups.Session, "bad", 1), new() { Image = TestEngine.Busybox }, Cancel) : null;
        var member = trouble switch
        {
            "image" => TestGroups.Web("bad") with { Image = "hale-test/none:1", Pull = ContainerGroupPull.Never },
            "program" => TestGroups.Web("bad") with { Command = ["nosuchprogram"] },
            "status" => TestGroups.Web("bad", "/nowhere") with { Probe = new() { Kind = ContainerGroupProbeKind.Http, Path = "/nowhere", Timeout = TimeSpan.FromSeconds(2) } },
            _ => TestGroups.Web("bad"),
        };
        var report = await groups.EnsureAsync(groups.Of(TestGroups.Web("good"), member) with { Networks = trouble == "network" ? [new("outside") { External = "hale-test-none" }] : [] });
        Assert.Equal(GateEnd.NotReady, report.End);
        Assert.StartsWith(begin, report.Reason);
        Assert.Contains(words, report.Reason);
        Assert.Empty(await groups.ThingsAsync());
        if (stranger is not null)
        {
            Assert.Equal("created", (await groups.Api.Containers.InspectAsync(stranger.Id, Cancel)).State.Status);
            await engine.RemoveAsync(stranger.Id);
        }
    }

    [Fact]
    public async Task Cancelling_takes_back_what_was_made()
    {
        await using var groups = new TestGroups(engine);
        engine.Require();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var spec = groups.Of(TestGroups.Shell("never", "sleep 1000") with { Port = 80, Probe = new() { Kind = ContainerGroupProbeKind.Tcp, Timeout = TimeSpan.FromMinutes(5) } });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ContainerGroup.EnsureAsync(spec, groups.Options with
        {
            Progress = step =>
            {
                if (step.Stage == ContainerGroupStage.NotYet)
                    cancel.Cancel();
            },
        }, cancel.Token));
        Assert.Empty(await groups.ThingsAsync());
    }
}
