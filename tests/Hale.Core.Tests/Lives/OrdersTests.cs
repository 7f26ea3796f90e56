using Hale.Core.Model;
using Hale.Core.Tests.Support;
using static Hale.Core.Tests.Support.Scenario;
using static Hale.Core.Tests.Support.Service;
using static Hale.Core.Tests.Support.Spans;

namespace Hale.Core.Tests.Lives;

public class OrdersTests
{
    [Fact]
    public void What_a_person_stops_is_stopped_and_stays_down()
    {
        var story = Running().Order(Order.Stop, "web").ExpectIntents("web: start", "web: stop").Expect("web", Health.NotApplicable);
        story.After("1h").ExpectIntents("web: start", "web: stop").Expect("web", Health.NotApplicable);
        Assert.DoesNotContain(story.Changes, c => c.To == Health.Impaired);
    }

    [Fact]
    public void What_is_stopped_stays_down_across_a_restart_of_hale() =>
        Running().Order(Order.Stop, "web").Restart().After("5m").ExpectIntents("web: start", "web: stop").Expect("web", Health.NotApplicable);

    [Fact]
    public void What_was_stopped_is_started_when_a_person_starts_it()
    {
        var story = Running().Order(Order.Stop, "web").After("1m").Order(Order.Start, "web").ExpectIntents("web: start", "web: stop", "web: start");
        story.After("20s").Expect("web", Health.Ok);
    }

    [Fact]
    public void A_stop_while_a_remedy_is_under_way_wins_as_soon_as_it_is_over()
    {
        var story = Running().Idle().End("web").ExpectIntents("web: start", "web: restart").Order(Order.Stop, "web");
        story.Begin("web").ExpectRefusal("web", Gate.Busy).Close("web", RemedyOutcome.Done).ExpectIntents("web: start", "web: restart", "web: stop");
        story.End("web", "killed by signal 15").Close("web", RemedyOutcome.Done).After("1h");
        story.ExpectIntents("web: start", "web: restart", "web: stop").Expect("web", Health.NotApplicable);
    }

    [Fact]
    public void A_stop_wins_over_a_dead_process_that_waits_for_its_remedy()
    {
        var story = Running().Order(Order.Pause, "web").End("web").Expect("web", Health.Impaired).Order(Order.Stop, "web").Order(Order.Resume, "web");
        story.After("1h").ExpectIntents("web: start").Expect("web", Health.NotApplicable);
    }

    [Fact]
    public void A_start_that_is_ordered_while_the_stop_is_under_way_follows_it()
    {
        var story = Running(Rung.Clean()).Idle().Order(Order.Stop, "web").Order(Order.Start, "web");
        story.End("web", "killed by signal 15").Close("web", RemedyOutcome.Done).ExpectIntents("web: start", "web: stop", "web: start");
        story.ExpectNeedsHuman("web", false);
    }

    [Fact]
    public void A_start_that_a_person_orders_asks_no_gate()
    {
        var story = Running().Order(Order.Stop, "web").After("1m").Order(Order.Pause, "web").Doubt("1m").Order(Order.Start, "web");
        story.ExpectIntents("web: start", "web: stop", "web: start");
    }

    [Fact]
    public void A_restart_that_a_person_orders_asks_no_gate_and_counts_against_no_budget()
    {
        var story = Running().Order(Order.Pause, "web").Doubt("1m").Order(Order.Restart, "web").ExpectIntents("web: start", "web: restart");
        Assert.Equal(Cause.Operator, story.Intents[^1].Cause);
        Assert.Empty(story["web"].Spent);
        Assert.Equal(0, story["web"].Attempts);
    }

    [Fact]
    public void A_restart_that_a_person_orders_is_carried_out_once() =>
        Running().Order(Order.Restart, "web").After("10m").ExpectIntents("web: start", "web: restart").Expect("web", Health.Ok);

    [Fact]
    public void A_restart_order_is_verified_like_any_other()
    {
        var story = Running().Answer("web/http", Fail).Order(Order.Restart, "web");
        Assert.NotNull(story["web"].Verifying);
        story.Answer("web/http", Pass).After("20s");
        Assert.Contains(story.Changes, c => c.Kind == ChangeKind.Helped && c.Intent == 2);
    }

    [Fact]
    public void A_stop_takes_a_restart_order_back()
    {
        var story = Running().Idle().End("web").Order(Order.Restart, "web").Order(Order.Stop, "web");
        story.Close("web", RemedyOutcome.Failed).ExpectIntents("web: start", "web: restart").After("1h").ExpectIntents("web: start", "web: restart");
    }

    [Fact]
    public void A_stop_of_what_is_only_watched_silences_it_until_started()
    {
        var story = Scenario.Of(new Service("api") { Checks = [Check("http", fall: 1)], Ladder = [Rung.Clean()] });
        story.Order(Order.Stop, "api").Observe("api/http", Fail).ExpectIntents().Expect("api", Health.NotApplicable);
        story.Order(Order.Start, "api").Expect("api", Health.Impaired).ExpectIntents("api: clean");
    }

    [Fact]
    public void A_person_who_starts_what_needs_a_person_begins_a_new_episode()
    {
        var story = Running(Rung.Restart(1)).Crashing("web", "500ms").End("web").After("5m").ExpectNeedsHuman("web");
        var before = story.Intents.Count;
        story.Crashing("web", null).Order(Order.Start, "web").After("20s").Expect("web", Health.Ok).ExpectNeedsHuman("web", false);
        Assert.Equal(before + 1, story.Intents.Count);
    }

    private static Scenario Running(params Rung[] ladder) =>
        Scenario.Of(new Service("web")
        {
            IsSupervised = true,
            Checks = [Check("http")],
            Ladder = ladder.Length == 0 ? [Rung.Restart(3)] : ladder,
            Healing = new() { Cooldown = Span("1s") },
        }).Answer("web/http", Pass).At("10s").Expect("web", Health.Ok);
}
