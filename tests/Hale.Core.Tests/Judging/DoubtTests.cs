using Hale.Core.Judging;
using Hale.Core.Model;
using Hale.Core.Tests.Support;
using static Hale.Core.Tests.Support.Scenario;
using static Hale.Core.Tests.Support.Service;

namespace Hale.Core.Tests.Judging;

/// <summary>Law 10: while Hale doubts itself, no failure counts and nothing is healed.</summary>
public class DoubtTests
{
    [Fact]
    public void No_failure_counts_while_in_doubt() =>
        Web().Observe("web/http", Pass).Doubt("1m").Answer("web/http", Fail).At("1m").Expect("web", Health.Ok).ExpectIntents();

    [Fact]
    public void A_pass_counts_while_in_doubt() =>
        Web().Observe("web/http", Fail).Observe("web/http", Fail).Doubt("1m").Observe("web/http", Pass).Expect("web", Health.Ok);

    [Fact]
    public void Nothing_goes_stale_while_in_doubt() =>
        Web().Observe("web/http", Pass).Doubt("2h").At("119m").Expect("web", Health.Ok);

    [Fact]
    public void A_real_failure_is_found_after_the_doubt()
    {
        var story = Web().Observe("web/http", Pass).Doubt("1m").Answer("web/http", Fail).At("1m2s").Expect("web", Health.Ok);
        story.At("90s").Expect("web", Health.Impaired).ExpectIntents("web: clean");
    }

    [Fact]
    public void An_attempt_begun_before_the_doubt_does_not_count_after_it()
    {
        var story = Web().Observe("web/http", Pass).At("10s").Doubt("5s").At("20s");
        story.Observe("web/http", Fail, begunAgo: "11s").Observe("web/http", Fail).Expect("web", Health.Ok).Observe("web/http", Fail).Expect("web", Health.Impaired);
    }

    [Fact]
    public void Failures_from_before_the_doubt_are_counted_anew_after_it()
    {
        var story = Web().Observe("web/http", Pass).Observe("web/http", Fail).Doubt("5s").At("6s");
        story.Observe("web/http", Fail).Expect("web", Health.Ok).Observe("web/http", Fail).Expect("web", Health.Impaired);
    }

    [Fact]
    public void What_was_confirmed_before_the_doubt_is_confirmed_again_before_a_remedy()
    {
        var story = Web(new HealingPolicy { Mode = HealingMode.Approve }).Observe("web/http", Fail).Observe("web/http", Fail);
        story.ExpectRefusal("web", Gate.Approval).Doubt("5s").Order(Order.Approve, "web").At("6s").ExpectIntents();
        story.Observe("web/http", Fail).Observe("web/http", Fail).ExpectIntents("web: clean");
    }

    [Fact]
    public void Proof_is_proof_in_doubt_but_nothing_is_healed_until_it_is_over()
    {
        var story = Scenario.Of(new Service("web") { IsSupervised = true, Ladder = [Rung.Restart()] }).At("10s").Expect("web", Health.Ok);
        story.Doubt("30s").End("web").Expect("web", Health.Impaired).ExpectRefusal("web", Gate.SelfDoubt);
        story.At("39s").ExpectIntents("web: start").At("41s").ExpectIntents("web: start", "web: restart");
    }

    [Fact]
    public void A_stall_while_a_remedy_is_verified_is_not_held_against_it()
    {
        var story = Web().Observe("web/http", Fail).Observe("web/http", Fail).ExpectIntents("web: clean").At("5s");
        story.Blind("10m").Doubt("5s").After("10s");
        Assert.NotNull(story["web"].Verifying);
        story.Observe("web/http", Pass);
        Assert.Contains(story.Changes, c => c.Kind == ChangeKind.Helped);
        Assert.DoesNotContain(story.Changes, c => c.Kind == ChangeKind.DidNotHelp);
    }

    [Fact]
    public void Time_that_nobody_watched_is_no_time_of_being_well()
    {
        var story = Web().Observe("web/http", Fail).Observe("web/http", Fail).Observe("web/http", Pass).At("1m").Blind("1h").Doubt("5s").After("10s");
        Assert.DoesNotContain(story.Changes, c => c.Kind == ChangeKind.EpisodeOver);
        story.Answer("web/http", Pass).After("5m");
        Assert.Contains(story.Changes, c => c.Kind == ChangeKind.EpisodeOver);
    }

    [Fact]
    public void Doubt_that_is_raised_again_lasts_to_the_later_end()
    {
        var story = Web().Doubt("30s").At("10s").Doubt("5s", "descriptors ran out");
        story.At("29s");
        Assert.Equal("descriptors ran out", story.World.Doubt);
        story.At("30s");
        Assert.False(story.World.IsInDoubt);
        Assert.Single(story.Changes, c => c.Kind == ChangeKind.DoubtOver);
    }

    [Theory]
    [InlineData(4, 4, false)]
    [InlineData(5, 5, true)]
    [InlineData(5, 4, true)]
    [InlineData(5, 3, false)]
    [InlineData(10, 6, false)]
    [InlineData(10, 7, true)]
    public void Most_targets_failing_in_one_moment_is_suspect(int targets, int failing, bool suspect)
    {
        var story = Many(targets);
        for (var t = 0; t < failing; t++)
            story.Observe($"t{t}/http", Fail);
        Assert.Equal(suspect, MassFailure.Suspect(story.World) is not null);
    }

    [Fact]
    public void Targets_failing_one_after_the_other_are_not_suspect()
    {
        var story = Many(5);
        for (var t = 0; t < 5; t++)
        {
            story.Observe($"t{t}/http", Fail).After("11s");
            Assert.Null(MassFailure.Suspect(story.World));
        }
    }

    [Fact]
    public void Targets_without_evidence_are_not_counted_among_most()
    {
        var story = Scenario.Of([.. Enumerable.Range(0, 10).Select(t => new Service($"t{t}") { Checks = [Check("http")] })]);
        for (var t = 0; t < 4; t++)
            story.Observe($"t{t}/http", Fail);
        Assert.Null(MassFailure.Suspect(story.World));
        story.Observe("t4/http", Fail);
        Assert.NotNull(MassFailure.Suspect(story.World));
    }

    [Fact]
    public void A_mass_failure_that_lasts_is_suspected_once_and_then_judged()
    {
        var story = Many(5);
        for (var t = 0; t < 5; t++)
            story.Observe($"t{t}/http", Fail);
        Assert.NotNull(MassFailure.Suspect(story.World));
        story.Doubt("15s").After("16s");
        for (var round = 0; round < 2; round++)
        {
            for (var t = 0; t < 5; t++)
                story.Observe($"t{t}/http", Fail);
            story.After("1s");
            Assert.Null(MassFailure.Suspect(story.World));
        }
        for (var t = 0; t < 5; t++)
            story.Expect($"t{t}", Health.Impaired);
    }

    private static Scenario Web(HealingPolicy? healing = null) => Scenario.Of(new Service("web") { Checks = [Check("http")], Ladder = [Rung.Clean()], Healing = healing ?? new() });

    private static Scenario Many(int count)
    {
        var story = Scenario.Of([.. Enumerable.Range(0, count).Select(t => new Service($"t{t}") { Checks = [Check("http")] })]);
        for (var t = 0; t < count; t++)
            story.Observe($"t{t}/http", Pass);
        return story.After("30s");
    }
}
