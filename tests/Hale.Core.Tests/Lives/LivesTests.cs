using Hale.Core.Model;
using Hale.Core.Tests.Support;
using static Hale.Core.Tests.Support.Scenario;
using static Hale.Core.Tests.Support.Service;
using static Hale.Core.Tests.Support.Spans;

namespace Hale.Core.Tests.Lives;

/// <summary>Law 5: what was seen of one life says nothing about another.</summary>
public class LivesTests
{
    [Fact]
    public void A_supervised_target_is_started_when_it_was_never_up() =>
        Web().Expect("web", Health.Initializing).Tick().ExpectIntents("web: start");

    [Theory]
    [InlineData(RemedyOutcome.Dropped)]
    [InlineData(RemedyOutcome.Interrupted)]
    public void A_start_that_was_not_carried_out_is_still_a_start(RemedyOutcome outcome)
    {
        var story = Web().Idle().Tick().Close("web", outcome).Expect("web", Health.Initializing);
        story.ExpectIntents("web: start", "web: start");
        Assert.Equal(0, story["web"].Attempts);
    }

    [Fact]
    public void A_process_that_has_only_begun_is_not_ok_yet()
    {
        var story = Web().Idle().Begin("web").Expect("web", Health.Initializing);
        story.At("1s").Expect("web/process", Health.Ok);
    }

    [Fact]
    public void A_process_that_was_found_running_is_seen_to_run()
    {
        var story = Web().Begin("web", adopted: true, begunAgo: "1h").Observe("web/http", Pass).Expect("web", Health.Ok).ExpectIntents();
        Assert.Equal(Origin - Span("1h"), story.World.TakeSnapshot().Targets[0].LifeBeganAt);
    }

    [Fact]
    public void A_late_observation_of_an_old_life_is_dropped()
    {
        var story = Running();
        var old = story["web"].Life.Id;
        story.End("web").Expect("web", Health.Initializing);
        var before = story.World.Digest();
        story.World.Fold(new Observed(story.World.Now, new Observation(1, new(old), story.World.Now, TimeSpan.Zero, Fail with { IsProof = true })));
        Assert.Equal(1, story.World.Dropped);
        Assert.Equal(0, story.World.Checks[1].FailStreak);
        Assert.NotEqual(before, story.World.Digest());
    }

    [Fact]
    public void An_observation_without_a_life_is_dropped_where_lives_are_known()
    {
        var story = Web().Idle();
        story.Observe("web/http", Pass, life: "").Expect("web/http", Health.Initializing);
        Assert.Equal(1, story.World.Dropped);
    }

    [Fact]
    public void A_new_life_has_to_prove_itself()
    {
        var story = Running().Idle().End("web").Expect("web", Health.Impaired).Begin("web").Expect("web", Health.Initializing);
        story.After("5s").Expect("web/process", Health.Ok).Expect("web", Health.Initializing);
        story.Observe("web/http", Pass).Expect("web", Health.Ok);
    }

    [Fact]
    public void Failures_of_the_last_life_do_not_count_against_the_new_one()
    {
        var story = Running().Observe("web/http", Fail).End("web").Observe("web/http", Fail);
        story.Expect("web/http", Health.Initializing);
        Assert.Equal(1, story.World.Checks[1].FailStreak);
    }

    [Fact]
    public void A_death_is_a_failure_at_once()
    {
        var story = Running().Idle().End("web", "killed by signal 9, out of memory").Expect("web", Health.Impaired);
        story.ExpectIntents("web: start", "web: restart");
        Assert.Equal("the process is gone: killed by signal 9, out of memory", story.Intents[^1].Reason);
        Assert.True(story.Intents[^1].Incarnation.IsNone);
    }

    [Fact]
    public void The_end_of_a_life_that_is_not_the_present_one_changes_nothing()
    {
        var story = Running();
        story.World.Fold(new LifeEnded(story.World.Now, 0, new("another"), "exit code 1"));
        Assert.Empty(story.World.Changes);
        story.Expect("web", Health.Ok);
    }

    [Fact]
    public void A_life_that_ended_while_nobody_watched_is_followed_by_a_start_not_by_a_remedy()
    {
        var story = Running().End("web", "the machine was booted", unwatched: true);
        story.ExpectIntents("web: start", "web: start");
        Assert.Equal(0, story["web"].Attempts);
        Assert.Empty(story["web"].Spent);
    }

    [Fact]
    public void The_end_that_a_remedy_brings_about_is_no_failure()
    {
        var story = Running().Answer("web/http", Fail).Idle().After("20s").ExpectIntents("web: start", "web: restart");
        story.End("web", "killed by signal 15").Expect("web", Health.Initializing).ExpectIntents("web: start", "web: restart");
        story.Answer("web/http", Pass).Begin("web").Close("web", RemedyOutcome.Done).After("10s").Expect("web", Health.Ok);
        Assert.Contains(story.Changes, c => c.Kind == ChangeKind.Helped);
    }

    [Fact]
    public void A_new_life_that_dies_while_its_remedy_is_open_is_a_failure()
    {
        var story = Running().Idle().End("web").Begin("web").End("web", "exit code 7").Expect("web", Health.Impaired);
        story.Close("web", RemedyOutcome.Done).Expect("web", Health.Impaired);
        Assert.Null(story["web"].Verifying);
        Assert.Equal(0, story.World.Fleet.Busy);
        Assert.Equal("exit code 7", story["web"].LastEnd);
    }

    [Fact]
    public void A_new_life_that_dies_while_it_is_verified_shows_that_the_remedy_did_not_help()
    {
        var story = Running().Silence("web/http").End("web").After("5s");
        Assert.NotNull(story["web"].Verifying);
        story.Idle().End("web", "exit code 7");
        Assert.Contains(story.Changes, c => c.Kind == ChangeKind.DidNotHelp && c.Text == "the new life ended: exit code 7");
    }

    [Fact]
    public void A_remedy_that_was_dropped_was_not_tried()
    {
        var story = Running(tries: 1).Idle().Answer("web/http", Fail).After("20s").ExpectIntents("web: start", "web: restart");
        story.Observe("web/http", Pass).Close("web", RemedyOutcome.Dropped, "it answers again");
        Assert.Equal((0, 0), (story["web"].Attempts, story["web"].Tries[0]));
        Assert.Null(story["web"].Verifying);
        // The budget keeps its count: a plan that is dropped again and again is a fault of its own.
        Assert.Single(story["web"].Spent);
    }

    [Theory]
    [InlineData(RemedyOutcome.Failed)]
    [InlineData(RemedyOutcome.Interrupted)]
    [InlineData(RemedyOutcome.Unknown)]
    public void A_remedy_that_did_not_work_out_was_tried(RemedyOutcome outcome)
    {
        var story = Running(tries: 1).Idle().End("web").Close("web", outcome, "no such file");
        Assert.Equal(1, story["web"].Attempts);
        story.Expect("web", Health.Impaired).ExpectNeedsHuman("web");
    }

    [Fact]
    public void A_start_that_fails_is_followed_by_remedies_within_their_bounds()
    {
        var story = Web(tries: 2).Hands(RemedyOutcome.Failed).At("10m");
        story.ExpectIntents("web: start", "web: restart", "web: restart").ExpectNeedsHuman("web").Expect("web", Health.Impaired);
        Assert.Equal("by the story's hands", story["web"].LastEnd);
    }

    [Fact]
    public void Why_the_process_ended_outlives_a_remedy_that_was_dropped()
    {
        var story = Running().Idle().Answer("web/http", Fail).After("20s").End("web", "killed by signal 11");
        story.Close("web", RemedyOutcome.Dropped, "the life has changed").Expect("web", Health.Impaired);
        Assert.Equal("killed by signal 11", story["web"].LastEnd);
    }

    [Fact]
    public void A_remedy_dropped_after_a_person_ended_the_episode_takes_nothing_off()
    {
        var story = Running(tries: 1).Idle().Answer("web/http", Fail).After("20s").ExpectIntents("web: start", "web: restart");
        story.Silence("web/http").Order(Order.Resume, "web").Close("web", RemedyOutcome.Dropped);
        Assert.True(story["web"].Attempts >= 0);
        Assert.All(story["web"].Tries, tried => Assert.InRange(tried, 0, 1));
    }

    [Fact]
    public void An_outcome_of_an_unknown_intent_changes_nothing()
    {
        var story = Running();
        story.World.Fold(new IntentClosed(story.World.Now, 99, 0, RemedyOutcome.Done, "who?"));
        Assert.Empty(story.World.Changes);
        Assert.Null(story["web"].Verifying);
    }

    [Fact]
    public void Lives_are_counted_and_an_adopted_one_is_not_counted_twice()
    {
        var story = Running();
        Assert.Equal(1, story["web"].Lives);
        story.Restart().Begin("web", story["web"].Life.Id, adopted: true, begunAgo: "10s").Expect("web", Health.Ok);
        Assert.Equal(1, story["web"].Lives);
        story.End("web");
        Assert.Equal(2, story["web"].Lives);
    }

    private static Scenario Web(int tries = 3) =>
        Scenario.Of(new Service("web") { IsSupervised = true, Checks = [Check("http")], Ladder = [Rung.Restart(tries)], Healing = new() { Cooldown = Span("1s") } });

    private static Scenario Running(int tries = 3) => Web(tries).Answer("web/http", Pass).At("10s").Expect("web", Health.Ok).Silence("web/http");
}
