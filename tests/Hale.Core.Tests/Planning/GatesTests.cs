using Hale.Core.Model;
using Hale.Core.Tests.Support;
using static Hale.Core.Tests.Support.Scenario;
using static Hale.Core.Tests.Support.Service;
using static Hale.Core.Tests.Support.Spans;

namespace Hale.Core.Tests.Planning;

/// <summary>Law 8: every refusal says which gate and why, and until when where that is known.</summary>
public class GatesTests
{
    private static readonly HealingPolicy Quick = new() { Cooldown = TimeSpan.Zero, Budget = new(99, Span("1h")) };

    [Fact]
    public void Healing_that_is_off_is_refused() =>
        Expect(Down(Web(new HealingPolicy { Mode = HealingMode.Off })), Gate.Disabled, "healing is off", Instant.Distant);

    [Fact]
    public void A_target_without_a_ladder_is_watched_only()
    {
        var story = Down(Scenario.Of(new Service("web") { Checks = [Check("http", fall: 1)] }));
        story.Expect("web", Health.Impaired).ExpectIntents().ExpectNeedsHuman("web", false);
        Assert.Null(story.RefusalOf("web"));
    }

    [Fact]
    public void A_check_that_no_rung_is_meant_for_is_watched_only()
    {
        var story = Scenario.Of(new Service("web") { Checks = [Check("http", fall: 1), Check("disk")], Ladder = [Rung.Clean(when: "disk")] });
        story.Observe("web/http", Fail).Expect("web", Health.Impaired).ExpectIntents().ExpectNeedsHuman("web", false);
        Assert.Null(story.RefusalOf("web"));
    }

    [Fact]
    public void A_paused_target_is_refused_until_the_pause_is_over()
    {
        var story = Web().Order(Order.Pause, "web", "10m");
        Expect(Down(story), Gate.Paused, "paused by a person", Origin + Span("10m"));
        story.At("9m59s").ExpectIntents().At("10m").ExpectIntents("web: clean");
        Assert.Contains(story.Changes, c => c.Kind == ChangeKind.PauseOver);
    }

    [Fact]
    public void A_pause_without_an_end_lasts_until_it_is_resumed()
    {
        var story = Web().Order(Order.Pause, "web");
        Expect(Down(story), Gate.Paused, "paused", Instant.Distant);
        story.At("59m").ExpectIntents().Order(Order.Resume, "web").ExpectIntents("web: clean");
    }

    [Fact]
    public void Doubt_refuses_until_it_is_over()
    {
        var story = Down(Web(new HealingPolicy { Mode = HealingMode.Approve }));
        Expect(story.Doubt("30s", "the clock jumped").Observe("web/http", Fail with { IsProof = true }), Gate.SelfDoubt, "the clock jumped", Origin + Span("30s"));
    }

    [Fact]
    public void A_dependency_that_is_not_well_refuses()
    {
        var story = Scenario.Of(
            new Service("db") { Checks = [Check("sql", fall: 1)] },
            new Service("web") { Needs = ["db"], Checks = [Check("http", fall: 1)], Ladder = [Rung.Clean()] });
        Expect(story.Observe("web/http", Fail), Gate.Dependency, "depends on db, which is Initializing", Instant.Distant);
        story.Observe("db/sql", Pass).ExpectIntents("web: clean");
    }

    [Fact]
    public void A_maintenance_window_refuses_until_it_closes()
    {
        // The story begins on a Monday at noon.
        var story = Scenario.Of(new Service("web")
        {
            Checks = [Check("http", fall: 1)],
            Ladder = [Rung.Clean()],
            Maintenance = [new([DayOfWeek.Monday], new(11, 0), Span("2h"), TimeZoneInfo.Utc), new(null, new(11, 30), Span("1h"), TimeZoneInfo.Utc)],
        });
        Expect(Down(story), Gate.Maintenance, "a maintenance window is open", Origin + Span("1h"));
        Assert.True(story.World.TakeSnapshot().Targets[0].InMaintenance);
        story.At("59m59s").ExpectIntents().At("1h").ExpectIntents("web: clean");
        Assert.False(story.World.TakeSnapshot().Targets[0].InMaintenance);
    }

    [Fact]
    public void A_snapshot_shows_a_maintenance_window_that_opened_in_silence()
    {
        var story = Scenario.Of(new Service("web") { Checks = [Check("http")], Maintenance = [new(null, new(12, 1), Span("1m"), TimeZoneInfo.Utc)] });
        Assert.False(story.World.TakeSnapshot().Targets[0].InMaintenance);
        Assert.True(story.At("1m").World.TakeSnapshot().Targets[0].InMaintenance);
        Assert.False(story.At("2m").World.TakeSnapshot().Targets[0].InMaintenance);
    }

    [Fact]
    public void A_start_is_held_by_pause_doubt_and_dependency_but_not_by_maintenance()
    {
        Service Runner(params string[] needs) => new("runner")
        {
            IsSupervised = true,
            Needs = needs,
            Maintenance = [new(null, new(0, 0), Span("24h"), TimeZoneInfo.Utc)],
        };
        Scenario.Of(Runner()).Tick().ExpectIntents("runner: start");
        Scenario.Of(Runner()).Idle().Order(Order.Pause, "runner").ExpectRefusal("runner", Gate.Paused);
        Scenario.Of(Runner()).Doubt("30s").ExpectRefusal("runner", Gate.SelfDoubt).At("29s").ExpectIntents().At("31s").ExpectIntents("runner: start");
        Scenario.Of(new Service("db") { Checks = [Check("sql")] }, Runner("db")).Tick().ExpectRefusal("runner", Gate.Dependency)
            .Observe("db/sql", Pass).ExpectIntents("runner: start");
    }

    [Fact]
    public void A_remedy_under_way_refuses_another()
    {
        var story = Down(Web().Idle()).ExpectIntents("web: clean");
        Expect(story.After("1s"), Gate.Busy, "#1 is under way", Instant.Distant);
    }

    [Fact]
    public void A_remedy_that_is_verified_refuses_another_until_it_had_its_time()
    {
        var story = Down(Web()).Observe("web/http", Fail);
        Expect(story, Gate.Busy, "#1 is being verified", Origin + Span("30s"));
    }

    [Fact]
    public void The_pause_after_a_remedy_refuses_until_it_is_over()
    {
        var story = Down(Web(new HealingPolicy { Cooldown = Span("1m"), Jitter = 0 })).Answer("web/http", Fail).At("31s");
        Expect(story, Gate.BackOff, "waiting after remedy 1 of this episode", Origin + Span("90s"));
        story.At("89s").ExpectIntents("web: clean").At("90s").ExpectIntents("web: clean", "web: clean");
    }

    [Fact]
    public void The_budget_is_a_sliding_window()
    {
        var story = Web(new HealingPolicy { Budget = new(2, Span("10m")), Cooldown = Span("4m"), CooldownMax = Span("4m"), Jitter = 0 }, tries: 9);
        Down(story.Hands(RemedyOutcome.Failed)).Answer("web/http", Fail).At("8m");
        Assert.Equal([Origin, Origin + Span("4m")], story.Intents.Select(i => i.At));
        Expect(story, Gate.Budget, "2 remedies in 10 min are used up", Origin + Span("10m"));
        story.At("14m");
        Assert.Equal([Origin, Origin + Span("4m"), Origin + Span("10m"), Origin + Span("14m")], story.Intents.Select(i => i.At));
    }

    [Fact]
    public void The_budget_of_a_group_is_shared()
    {
        var story = Group(new GroupSpec { Name = "g", Concurrent = 9, Budget = new(2, Span("10m")), StopWhenUnhealthy = 1 });
        story.Observe("a/c", Fail).At("1m").Observe("b/c", Fail).Observe("c/c", Fail).ExpectIntents("a: clean", "b: clean");
        Assert.Equal((Gate.GroupBudget, Origin + Span("10m")), (story.RefusalOf("c")!.Gate, story.RefusalOf("c")!.Until));
        story.Answer("c/c", Fail).At("10m").ExpectIntents("a: clean", "b: clean", "c: clean");
    }

    [Fact]
    public void The_blast_radius_bounds_remedies_at_once()
    {
        var story = Group(new GroupSpec { Name = "g", Concurrent = 1, StopWhenUnhealthy = 1 }).Idle();
        story.Observe("a/c", Fail).Observe("b/c", Fail).ExpectIntents("a: clean").ExpectRefusal("b", Gate.BlastRadius);
        story.Close("a", RemedyOutcome.Done).ExpectIntents("a: clean").Observe("a/c", Pass).ExpectIntents("a: clean", "b: clean");
    }

    [Fact]
    public void The_fleet_has_a_blast_radius_of_its_own()
    {
        var story = Scenario.Of(Service.Build(Trio(null), fleet: new GroupSpec { Name = "fleet", Concurrent = 2, StopWhenUnhealthy = 1 })).Idle();
        story.Observe("a/c", Fail).Observe("b/c", Fail).Observe("c/c", Fail).ExpectIntents("a: clean", "b: clean").ExpectRefusal("c", Gate.BlastRadius);
        Assert.Contains("in fleet", story.RefusalOf("c")!.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    public void With_most_of_a_group_unhealthy_nothing_is_healed(int failing, bool heals)
    {
        var story = Group(new GroupSpec { Name = "g", Concurrent = 9 });
        foreach (var t in "abc")
            story.Observe($"{t}/c", Pass);
        story.Order(Order.Pause, "a").Order(Order.Pause, "b").Order(Order.Pause, "c");
        foreach (var t in "abc"[..failing])
            story.Observe($"{t}/c", Fail);
        story.Order(Order.Resume, "a").ExpectIntents(heals ? ["a: clean"] : []);
        if (!heals)
            Assert.Equal($"{failing} of 3 in g are unhealthy: the cause is elsewhere", story.ExpectRefusal("a", Gate.MajorityUnhealthy).RefusalOf("a")!.Reason);
    }

    [Fact]
    public void Of_very_few_most_may_be_unhealthy_for_reasons_of_their_own()
    {
        var story = Scenario.Of(Service.Build(Trio("g")[..2], [new GroupSpec { Name = "g", Concurrent = 9 }]));
        story.Observe("a/c", Fail).Observe("b/c", Fail).ExpectIntents("a: clean", "b: clean");
    }

    [Fact]
    public void Observe_only_says_what_it_would_do()
    {
        var story = Down(Web(Quick with { Mode = HealingMode.Observe }));
        Expect(story, Gate.ObserveOnly, "clean would be carried out now", Instant.Distant);
        story.Answer("web/http", Fail).At("30m").ExpectIntents().ExpectNeedsHuman("web", false);
    }

    [Fact]
    public void An_approval_holds_for_one_remedy()
    {
        var story = Down(Web(Quick with { Mode = HealingMode.Approve }, tries: 2));
        Expect(story, Gate.Approval, "hale approve web", Instant.Distant);
        story.Order(Order.Approve, "web").ExpectIntents("web: clean").Answer("web/http", Fail).At("1m");
        story.ExpectIntents("web: clean").ExpectRefusal("web", Gate.Approval);
    }

    [Fact]
    public void An_approval_runs_out()
    {
        var story = Web(Quick with { Mode = HealingMode.Approve, ApprovalLasts = Span("5m") }).Order(Order.Approve, "web").At("5m1s");
        Down(story).ExpectIntents().ExpectRefusal("web", Gate.Approval);
    }

    [Fact]
    public void One_rung_alone_may_need_approval()
    {
        var story = Scenario.Of(new Service("web")
        {
            Checks = [Check("http", fall: 1)],
            Ladder = [Rung.Clean(), new Rung("reboot", NeedsApproval: true)],
            Healing = Quick,
        });
        story.Answer("web/http", Fail).At("1m").ExpectIntents("web: clean").ExpectRefusal("web", Gate.Approval);
        Assert.Contains("reboot waits for approval", story.RefusalOf("web")!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rejection_holds_for_the_episode()
    {
        var story = Down(Web(Quick with { Mode = HealingMode.Approve })).Order(Order.Reject, "web");
        Expect(story, Gate.Rejected, "rejected by a person", Instant.Distant);
        story.Observe("web/http", Pass).At("4m").Observe("web/http", Fail).ExpectRefusal("web", Gate.Rejected);
        story.Observe("web/http", Pass).At("10m").Observe("web/http", Fail).ExpectRefusal("web", Gate.Approval);
    }

    [Fact]
    public void An_approval_takes_a_rejection_back() =>
        Down(Web(Quick with { Mode = HealingMode.Approve })).Order(Order.Reject, "web").Order(Order.Approve, "web").ExpectIntents("web: clean");

    [Fact]
    public void A_ladder_that_is_used_up_refuses_with_what_was_tried()
    {
        var story = Down(Web(Quick, tries: 2)).Answer("web/http", Fail).At("5m");
        Expect(story, Gate.NeedsHuman, "clean 2 times did not help: http: refused", Instant.Distant);
    }

    [Fact]
    public void What_forbids_is_named_before_what_bounds()
    {
        var story = Scenario.Of(new Service("web")
        {
            IsSupervised = true,
            Ladder = [Rung.Restart(3)],
            Healing = new() { Mode = HealingMode.Approve, Budget = new(1, Span("1h")), Cooldown = Span("10m") },
        });
        story.At("10s").End("web").ExpectRefusal("web", Gate.Approval);
        story.Order(Order.Approve, "web").After("10s").End("web").ExpectRefusal("web", Gate.BackOff);
        story.Order(Order.Reject, "web").ExpectRefusal("web", Gate.Rejected);
        story.Doubt("1m").ExpectRefusal("web", Gate.SelfDoubt);
        story.Order(Order.Pause, "web").ExpectRefusal("web", Gate.Paused);
    }

    private static Scenario Web(HealingPolicy? healing = null, int tries = 2) =>
        Scenario.Of(new Service("web") { Checks = [Check("http", fall: 1)], Ladder = [Rung.Clean(tries)], Healing = healing ?? Quick });

    private static Scenario Down(Scenario story) => story.Observe("web/http", Fail).Expect("web", Health.Impaired);

    private static Scenario Group(GroupSpec group) => Scenario.Of(Service.Build(Trio(group.Name), [group]));

    private static Service[] Trio(string? group) =>
        [.. "abc".Select(name => new Service(name.ToString()) { Group = group, Checks = [Check("c", fall: 1)], Ladder = [Rung.Clean(3)], Healing = Quick })];

    private static void Expect(Scenario story, Gate gate, string reason, Instant until)
    {
        var target = story.Spec.Targets.Length - 1;
        var refusal = story.World.Targets[target].Refusal;
        Assert.True(refusal is not null, $"nothing was refused:\n{story}");
        Assert.Equal(gate, refusal.Gate);
        Assert.Contains(reason, refusal.Reason, StringComparison.Ordinal);
        Assert.Equal(until, refusal.Until);
    }
}
