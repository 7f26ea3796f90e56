using Hale.Core.Model;
using Hale.Core.Tests.Support;
using static Hale.Core.Tests.Support.Scenario;
using static Hale.Core.Tests.Support.Service;
using static Hale.Core.Tests.Support.Spans;

namespace Hale.Core.Tests.Planning;

public class LadderTests
{
    private static readonly HealingPolicy Quick = new() { Cooldown = TimeSpan.Zero, Budget = new(99, Span("1h")) };

    [Fact]
    public void Rungs_are_used_in_order_and_then_a_person_is_needed()
    {
        var story = Host(Rung.Clean(), Rung.Restart()).Answer("host/http", Fail).At("10m");
        story.ExpectIntents("host: clean", "host: restart").ExpectNeedsHuman("host");
        Assert.Equal("clean, restart did not help: http: refused", story["host"].NeedsHuman);
    }

    [Fact]
    public void A_rung_is_used_as_often_as_it_may() =>
        Host(Rung.Clean(3), Rung.Restart(2)).Answer("host/http", Fail).At("10m")
            .ExpectIntents("host: clean", "host: clean", "host: clean", "host: restart", "host: restart").ExpectNeedsHuman("host");

    [Fact]
    public void A_rung_is_used_only_for_the_checks_that_it_is_meant_for()
    {
        var story = Host(Rung.Clean(when: "disk"), Rung.Restart()).Observe("host/disk", Pass).Answer("host/http", Fail).At("10s");
        story.ExpectIntents("host: restart");
        story = Host(Rung.Clean(when: "disk"), Rung.Restart()).Observe("host/http", Pass).Answer("host/disk", Fail).At("10s");
        story.ExpectIntents("host: clean");
    }

    [Fact]
    public void A_dead_process_skips_to_what_begins_a_life()
    {
        var story = Scenario.Of(new Service("web") { IsSupervised = true, Ladder = [Rung.Clean(), Rung.Restart()], Healing = Quick });
        story.At("10s").End("web").ExpectIntents("web: start", "web: restart");
    }

    [Fact]
    public void A_dead_process_without_a_rung_that_begins_a_life_needs_a_person()
    {
        var story = Scenario.Of(new Service("web") { IsSupervised = true, Ladder = [Rung.Clean()], Healing = Quick });
        story.At("10s").End("web").ExpectIntents("web: start").ExpectNeedsHuman("web").ExpectRefusal("web", Gate.NeedsHuman);
        Assert.Equal("no remedy applies: the process is gone: exit code 1", story["web"].NeedsHuman);
    }

    [Fact]
    public void A_person_who_was_needed_for_want_of_a_remedy_is_not_needed_once_it_is_well_for_long_enough()
    {
        var story = Scenario.Of(new Service("web") { IsSupervised = true, Ladder = [Rung.Clean()], Healing = Quick });
        story.At("10s").End("web").ExpectNeedsHuman("web").Begin("web").After("4m").ExpectNeedsHuman("web").After("2m").ExpectNeedsHuman("web", false);
    }

    [Fact]
    public void A_remedy_that_helped_leaves_the_ladder_where_it_is_until_the_target_was_well_for_long_enough()
    {
        var story = Host(Rung.Clean(), Rung.Restart());
        story.Observe("host/disk", Pass).Observe("host/http", Fail).ExpectIntents("host: clean").After("1s").Observe("host/http", Pass);
        Assert.Contains(story.Changes, c => c.Kind == ChangeKind.Helped);
        story.After("4m").Observe("host/http", Fail).ExpectIntents("host: clean", "host: restart").After("1s").Observe("host/http", Pass);
        story.Answer("host/http", Pass).Answer("host/disk", Pass).After("5m1s");
        Assert.Contains(story.Changes, c => c.Kind == ChangeKind.EpisodeOver);
        story.Silence("host/http").Observe("host/http", Fail).ExpectIntents("host: clean", "host: restart", "host: clean");
        Assert.Equal(1, story.Intents[^1].Attempt);
    }

    [Fact]
    public void Not_well_at_any_time_begins_the_time_anew()
    {
        var story = Host(Rung.Clean()).Answer("host/disk", Pass).Observe("host/http", Fail).After("1s").Observe("host/http", Pass);
        story.After("4m").Observe("host/http", Fail).After("1s").Observe("host/http", Pass).Answer("host/http", Pass).After("4m");
        Assert.DoesNotContain(story.Changes, c => c.Kind == ChangeKind.EpisodeOver);
        story.After("1m1s");
        Assert.Contains(story.Changes, c => c.Kind == ChangeKind.EpisodeOver);
    }

    [Fact]
    public void A_remedy_without_a_fresh_good_verdict_in_time_did_not_help()
    {
        var story = Host(Rung.Clean(verify: "1m")).Observe("host/disk", Pass).Observe("host/http", Fail).At("59s");
        Assert.DoesNotContain(story.Changes, c => c.Kind == ChangeKind.DidNotHelp);
        story.At("1m");
        Assert.Contains(story.Changes, c => c.Kind == ChangeKind.DidNotHelp && c.Intent == 1);
    }

    [Fact]
    public void A_good_verdict_from_before_the_end_of_the_remedy_does_not_verify_it()
    {
        var story = Host(Rung.Clean(verify: "1m")).Idle().Observe("host/disk", Pass).Observe("host/http", Fail).At("10s");
        story.Observe("host/http", Pass).Expect("host", Health.Ok).At("20s").Close("host", RemedyOutcome.Done);
        Assert.NotNull(story["host"].Verifying);
        story.Observe("host/http", Pass, begunAgo: "5s");
        Assert.NotNull(story["host"].Verifying);
        story.At("30s").Observe("host/http", Pass, begunAgo: "5s");
        Assert.Null(story["host"].Verifying);
        Assert.Contains(story.Changes, c => c.Kind == ChangeKind.Helped);
    }

    [Fact]
    public void Failures_are_counted_from_the_last_remedy()
    {
        var story = Scenario.Of(new Service("host") { Checks = [Check("http", fall: 3)], Ladder = [Rung.Clean(2, verify: "5s")], Healing = Quick });
        for (var n = 0; n < 3; n++)
            story.Observe("host/http", Fail);
        story.ExpectIntents("host: clean").At("10s");
        story.Observe("host/http", Fail).Observe("host/http", Fail).ExpectIntents("host: clean");
        story.Observe("host/http", Fail).ExpectIntents("host: clean", "host: clean");
    }

    [Fact]
    public void Failures_after_a_remedy_must_last_as_long_again()
    {
        var story = Scenario.Of(new Service("host") { Checks = [Check("cpu", fall: 2, lasting: "1m")], Ladder = [Rung.Clean(2, verify: "5s")], Healing = Quick });
        story.Answer("host/cpu", Fail).At("1m1s").ExpectIntents("host: clean");
        story.At("2m").ExpectIntents("host: clean").At("2m30s").ExpectIntents("host: clean", "host: clean");
    }

    [Fact]
    public void A_ladder_that_is_used_up_is_climbed_again_when_a_person_resumes()
    {
        var story = Host(Rung.Clean()).Answer("host/http", Fail).At("5m").ExpectIntents("host: clean").ExpectNeedsHuman("host");
        story.Order(Order.Resume, "host").ExpectNeedsHuman("host", false).ExpectIntents("host: clean", "host: clean");
        Assert.Equal(1, story.Intents[^1].Attempt);
    }

    [Fact]
    public void Watching_goes_on_while_a_person_is_needed()
    {
        var story = Host(Rung.Clean()).Answer("host/disk", Pass).Answer("host/http", Fail).At("5m").ExpectNeedsHuman("host");
        story.Answer("host/http", Pass).At("6m").Expect("host", Health.Ok).ExpectNeedsHuman("host").At("12m").ExpectNeedsHuman("host", false);
    }

    [Fact]
    public void The_snapshot_shows_the_rung_that_would_be_next()
    {
        var story = Host(Rung.Clean(2), Rung.Restart()).Observe("host/disk", Pass).Observe("host/http", Pass);
        Assert.Equal(0, Next());
        story.Observe("host/http", Fail).Observe("host/http", Pass);
        Assert.Equal(0, Next());
        story.Observe("host/http", Fail).Observe("host/http", Pass);
        Assert.Equal(1, Next());
        story.Observe("host/http", Fail).Observe("host/http", Pass);
        Assert.Equal(2, Next());

        int Next() => story.World.TakeSnapshot().Targets[0].Rung;
    }

    private static Scenario Host(params Rung[] ladder) =>
        Scenario.Of(new Service("host") { Checks = [Check("http", fall: 1), Check("disk", fall: 1)], Ladder = ladder, Healing = Quick });
}
