using Hale.Core.Model;
using Hale.Core.Tests.Support;
using static Hale.Core.Tests.Support.Scenario;
using static Hale.Core.Tests.Support.Service;

namespace Hale.Core.Tests.Lives;

/// <summary>Hale comes back: what it saw before counts by its age, what it did not see counts neither way.</summary>
public class ResumeTests
{
    [Theory]
    [InlineData(Outcome.Pass, "59s", Health.Ok)]
    [InlineData(Outcome.Fail, "59s", Health.Impaired)]
    [InlineData(Outcome.Pass, "61s", Health.InsufficientData)]
    [InlineData(Outcome.Warn, "61s", Health.InsufficientData)]
    [InlineData(Outcome.Fail, "61s", Health.InsufficientData)]
    public void Evidence_from_before_counts_while_it_is_fresh(Outcome outcome, string away, Health expected) =>
        Web().Observe("web/http", new ProbeResult(outcome, "seen")).Blind(away).Restart().Expect("web", expected);

    [Fact]
    public void Stale_failures_lead_to_no_remedy()
    {
        var story = Web().Order(Order.Pause, "web", "10s").Observe("web/http", Fail).Expect("web", Health.Impaired);
        story.Blind("2h").Restart().After("10s").ExpectIntents();
        story.Observe("web/http", Fail).ExpectIntents("web: clean");
    }

    [Fact]
    public void A_remedy_that_was_being_verified_gets_its_time_again()
    {
        var story = Web().Observe("web/http", Fail).ExpectIntents("web: clean").Blind("2h").Restart().After("20s");
        Assert.NotNull(story["web"].Verifying);
        Assert.DoesNotContain(story.Changes, c => c.Kind == ChangeKind.DidNotHelp);
        story.Observe("web/http", Pass);
        Assert.Contains(story.Changes, c => c.Kind == ChangeKind.Helped);
    }

    [Fact]
    public void A_dead_process_is_still_dead()
    {
        var story = Scenario.Of(new Service("web") { IsSupervised = true, Ladder = [Rung.Restart()] }).At("5s").Idle().End("web").ExpectIntents("web: start", "web: restart");
        story.Blind("2h").Restart().Expect("web", Health.Impaired).ExpectIntents("web: start", "web: restart");
        story.Close("web", RemedyOutcome.Interrupted).Expect("web", Health.Impaired).ExpectNeedsHuman("web");
    }

    [Fact]
    public void A_young_target_stays_young() => Web().Blind("2h").Restart().Expect("web", Health.Initializing).After("60s").Expect("web", Health.Initializing);

    private static Scenario Web() => Scenario.Of(new Service("web") { Checks = [Check("http", fall: 1, stale: "60s")], Ladder = [Rung.Clean(2)] });
}
