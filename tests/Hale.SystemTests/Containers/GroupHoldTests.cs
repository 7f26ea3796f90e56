using Hale.Containers;
using Hale.Containers.Groups;
using Hale.SystemTests.Fixture;

namespace Hale.SystemTests.Containers;

/// <summary>Who wants a group, and what becomes of it when nobody does.</summary>
[Collection(nameof(DockerEngine))]
public sealed class GroupHoldTests(DockerEngine engine)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_held_group_is_gone_with_its_handle()
    {
        await using var groups = new TestGroups(engine);
        engine.Require();
        await using (var group = await ContainerGroup.UpAsync(groups.Of(TestGroups.Web("web")), groups.Options, Cancel))
        {
            Assert.Equal(80, group["web"].Url!.Port);
            Assert.False(group.Death.IsCompleted);
        }
        Assert.Empty(await groups.ThingsAsync());
    }

    [Fact]
    public async Task A_group_that_two_hold_is_taken_down_by_the_last()
    {
        await using var groups = new TestGroups(engine);
        engine.Require();
        var spec = groups.Of(TestGroups.Web("web"));
        await using var one = await ContainerGroup.UpAsync(spec, groups.Options, Cancel);
        await using var other = await ContainerGroup.UpAsync(spec, groups.Options with { Who = "the other" }, Cancel);
        Assert.Equal(one["web"].Id, other["web"].Id);
        Assert.Equal("the other", (await one.DownAsync(Cancel)).Keeper);
        Assert.True((await groups.Api.Containers.InspectAsync(other["web"].Id!, Cancel)).State.Running);
        Assert.Null((await other.DownAsync(Cancel)).Keeper);
        Assert.Empty(await groups.ThingsAsync());
    }

    [Fact]
    public async Task What_a_holder_uses_is_not_taken_from_it_by_another_up()
    {
        await using var groups = new TestGroups(engine);
        engine.Require();
        await using var group = await ContainerGroup.UpAsync(groups.Of(TestGroups.Web("web")), groups.Options with { Who = "the holder" }, Cancel);
        var report = await groups.EnsureAsync(groups.Of(TestGroups.Web("web") with { User = "root" }));
        Assert.False(report.IsReady);
        Assert.Contains("the holder uses the group", report.Reason);
        Assert.True((await groups.Api.Containers.InspectAsync(group["web"].Id!, Cancel)).State.Running);
    }

    [Fact]
    public async Task The_death_of_a_member_reaches_the_holder_with_its_reason()
    {
        await using var groups = new TestGroups(engine);
        engine.Require();
        await using var group = await ContainerGroup.UpAsync(groups.Of(TestGroups.Web("web"), TestGroups.Shell("worker", "trap 'echo so long; exit 5' TERM; while :; do usleep 20000; done")), groups.Options, Cancel);
        await groups.Api.Containers.KillAsync(group["worker"].Id!, "SIGTERM", Cancel);
        var death = await group.Death.WaitAsync(Until.Limit, Cancel);
        Assert.StartsWith("worker: ", death);
        Assert.Contains("5", death);
        Assert.Contains("so long", death);
    }

    [Fact]
    public async Task A_group_whose_lease_is_over_is_collected_and_no_other_is()
    {
        await using var over = new TestGroups(engine);
        await using var leased = new TestGroups(engine);
        await using var endless = new TestGroups(engine);
        await over.ReadyAsync(over.Of(TestGroups.Web("web")) with { Lease = TimeSpan.FromMilliseconds(1) });
        await leased.ReadyAsync(leased.Of(TestGroups.Web("web")) with { Lease = TimeSpan.FromHours(1) });
        await endless.ReadyAsync(endless.Of(TestGroups.Web("web")));
        var shown = await over.HaleAsync("ps", over.Session);
        Assert.Contains("nobody wants it any more", shown.Output);

        var result = await over.HaleAsync("down", "--expired");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains(over.Session, result.Output);
        Assert.Empty(await over.ThingsAsync());
        Assert.Equal(3, (await leased.ThingsAsync()).Count);
        Assert.Equal(3, (await endless.ThingsAsync()).Count);
    }

    [Fact]
    public async Task Up_holds_a_group_for_a_command_that_finds_its_members()
    {
        await using var groups = new TestGroups(engine);
        groups.Write("group.yaml", $"members: {{ my-web: {{ image: \"{TestEngine.Httpd}\", port: 80, path: /, grace: 0s }} }}");
        var result = await groups.HaleAsync("up", "--session", groups.Session, "--", "sh", "-c", "echo \"$HALE_UP_SESSION at $HALE_UP_MY_WEB\"; exit 5");
        Assert.Equal(5, result.ExitCode);
        Assert.Matches($"^{System.Text.RegularExpressions.Regex.Escape(groups.Session)} at [0-9.]+:80\n$", result.Output);
        Assert.Empty(await groups.ThingsAsync());
    }

    [Fact]
    public async Task The_death_of_a_member_ends_the_command_that_the_group_is_held_for()
    {
        await using var groups = new TestGroups(engine);
        groups.Write("group.yaml", $"members: {{ web: {{ image: \"{TestEngine.Busybox}\", command: [sh, -c, \"sleep 2; echo enough; exit 3\"] }} }}");
        var result = await groups.HaleAsync("up", "--session", groups.Session, "--", "sleep", "1000");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("hale: web: ", result.Error);
        Assert.Contains("enough", result.Error);
        Assert.Empty(await groups.ThingsAsync());
    }

    [Fact]
    public async Task Ctrl_C_takes_back_what_was_made()
    {
        await using var groups = new TestGroups(engine);
        groups.Write("group.yaml", $"members: {{ web: {{ image: \"{TestEngine.Busybox}\", command: [sleep, \"1000\"], port: 80, probe: {{ timeout: 5m }} }} }}");
        using var up = groups.Start("up.out", "up", "--session", groups.Session);
        await Until.TrueAsync(() => $"the container had not been started. It said:\n{groups.Read("up.out")}", () => groups.Read("up.out").Contains("web: started", StringComparison.Ordinal));
        RealProcesses.Signal(up.Id, RealProcesses.Interrupt);
        await up.WaitForExitAsync(Cancel).WaitAsync(Until.Limit, Cancel);
        Assert.True(up.ExitCode == 130, groups.Read("up.out"));
        Assert.Contains("interrupted; everything that was made is taken back", groups.Read("up.out"));
        Assert.Empty(await groups.ThingsAsync());
    }

    [Theory]
    [InlineData("web: started", false)]
    [InlineData("network default: made", false)]
    [InlineData("ready after", true)]
    public async Task After_a_kill_the_next_run_finds_what_was_left(string moment, bool holds)
    {
        await using var groups = new TestGroups(engine);
        groups.Write("group.yaml", $"members: {{ web: {{ image: \"{TestEngine.Httpd}\", port: {(holds ? 80 : 81)}, probe: {{ timeout: 5m }}, grace: 0s }} }}");
        using (var up = groups.Start("up.out", "up", "--session", groups.Session, "--hold"))
        {
            await Until.TrueAsync(() => $"'{moment}' had not been said. It said:\n{groups.Read("up.out")}", () => groups.Read("up.out").Contains(moment, StringComparison.Ordinal));
            RealProcesses.Signal(up.Id, RealProcesses.Kill);
            await up.WaitForExitAsync(Cancel).WaitAsync(Until.Limit, Cancel);
        }
        Assert.NotEmpty(await groups.ThingsAsync());

        var report = await groups.ReadyAsync(groups.Of(TestGroups.Web("web")));
        Assert.Equal(["lease a test", "member web", "network default"], await groups.ThingsAsync());
        Assert.Equal(holds, report.Members[0].IsReused);
        var result = await groups.HaleAsync("down", "--session", groups.Session, "--json");
        Assert.Equal((0, 2), (result.ExitCode, TestGroups.Json(result)[0].GetProperty("removed").GetArrayLength()));
        Assert.Empty(await groups.ThingsAsync());
    }

    [Fact]
    public async Task Collecting_finds_what_a_killed_run_left()
    {
        await using var groups = new TestGroups(engine);
        groups.Write("group.yaml", $"members: {{ web: {{ image: \"{TestEngine.Httpd}\", port: 81, probe: {{ timeout: 5m }}, grace: 0s }} }}");
        using (var up = groups.Start("up.out", "up", "--session", groups.Session))
        {
            await Until.TrueAsync(() => $"the container had not been started. It said:\n{groups.Read("up.out")}", () => groups.Read("up.out").Contains("web: started", StringComparison.Ordinal));
            Assert.DoesNotContain(await ContainerGroups.CollectAsync(groups.Options, Cancel), down => down.Session == groups.Session);
            Assert.Contains("member web", await groups.ThingsAsync());
            RealProcesses.Signal(up.Id, RealProcesses.Kill);
            await up.WaitForExitAsync(Cancel).WaitAsync(Until.Limit, Cancel);
        }
        var collected = await ContainerGroups.CollectAsync(groups.Options, Cancel);
        Assert.Equal(["member web", "network default"], Assert.Single(collected, down => down.Session == groups.Session).Removed);
        Assert.Empty(await groups.ThingsAsync());
    }

    [Fact]
    public async Task Up_and_ps_speak_json_and_their_exit_codes_say_how_it_went()
    {
        await using var groups = new TestGroups(engine);
        groups.Write("two.yaml", $"members: {{ web: {{ image: \"{TestEngine.Httpd}\", port: 80, path: \"${{WHERE}}\", probe: {{ timeout: \"${{FOR}}\" }}, grace: 0s }} }}");
        Task<CommandResult> UpAsync(string where, string limit) => groups.HaleAsync("up", "two.yaml", "-s", groups.Session, "--set", $"WHERE={where}", "--set", $"FOR={limit}", "--json");

        var bad = await UpAsync("/nowhere", "1s");
        Assert.Equal((1, "notReady"), (bad.ExitCode, TestGroups.Json(bad).GetProperty("end").GetString()));
        Assert.Contains("404", TestGroups.Json(bad).GetProperty("members")[0].GetProperty("trouble").GetString());
        var good = await UpAsync("/", "60s");
        Assert.Equal((0, "ready"), (good.ExitCode, TestGroups.Json(good).GetProperty("end").GetString()));
        Assert.EndsWith(":80", TestGroups.Json(good).GetProperty("members")[0].GetProperty("endpoint").GetString());
        var shown = TestGroups.Json(await groups.HaleAsync("ps", groups.Session, "--json"))[0];
        Assert.Equal((groups.Session, "running"), (shown.GetProperty("session").GetString(), shown.GetProperty("containers")[0].GetProperty("state").GetString()));
    }
}
