using Hale.Core.Model;
using Hale.Core.Tests.Support;
using static Hale.Core.Tests.Support.Scenario;
using static Hale.Core.Tests.Support.Service;

namespace Hale.Core.Tests.Judging;

public class RollupTests
{
    [Theory]
    [InlineData("PP", Health.Ok)]
    [InlineData("PW", Health.Degraded)]
    [InlineData("P-", Health.Initializing)]
    [InlineData("W-", Health.Initializing)]
    [InlineData("WF", Health.Impaired)]
    [InlineData("-F", Health.Impaired)]
    [InlineData("--", Health.Initializing)]
    public void A_target_is_as_bad_as_its_worst_check(string outcomes, Health expected)
    {
        var story = Scenario.Of(new Service("web") { Checks = [Check("a", fall: 1), Check("b", fall: 1)] });
        for (var c = 0; c < outcomes.Length; c++)
            if (outcomes[c] != '-')
                story.Observe($"web/{"ab"[c]}", outcomes[c] switch { 'P' => Pass, 'W' => Warn, _ => Fail });
        story.Expect("web", expected);
    }

    [Fact]
    public void Insufficient_data_hides_no_ok_but_an_impairment_shows_through()
    {
        var story = Scenario.Of(new Service("web") { Checks = [Check("a", fall: 1, stale: "30s"), Check("b", fall: 1)] });
        story.Observe("web/a", Pass).Observe("web/b", Pass).Expect("web", Health.Ok).At("1m").Expect("web", Health.InsufficientData);
        story.Observe("web/b", Fail).Expect("web", Health.Impaired);
    }

    [Fact]
    public void The_reason_names_the_check_that_decided()
    {
        var story = Scenario.Of(new Service("web") { Checks = [Check("a", fall: 1), Check("b", fall: 1)] });
        story.Observe("web/a", Pass).Observe("web/b", Fail);
        Assert.Equal("b: refused", story["web"].Reason);
    }

    [Fact]
    public void A_target_without_checks_is_insufficient_data() => Scenario.Of(new Service("host")).At("1s").Expect("host", Health.InsufficientData);

    [Fact]
    public void A_failed_dependency_hides_what_hangs_on_it_all_the_way_down()
    {
        var story = Chain().Observe("db/c", Pass).Observe("api/c", Pass).Observe("web/c", Pass);
        story.Observe("db/c", Fail).Expect("api", Health.InsufficientData).Expect("web", Health.InsufficientData);
        Assert.Equal("depends on api: depends on db: c: refused", story["web"].Reason);
        story.Observe("web/c", Fail).Expect("web", Health.InsufficientData).ExpectIntents();
        story.Observe("web/c", Pass).Observe("db/c", Pass).Expect("api", Health.Ok).Expect("web", Health.Ok);
    }

    [Fact]
    public void The_reason_of_what_is_hidden_follows_that_of_the_dependency()
    {
        var story = Scenario.Of(new Service("db") { Checks = [Check("a", fall: 1), Check("b", fall: 1)] }, new Service("web") { Needs = ["db"], Checks = [Check("c")] });
        story.Observe("db/a", Pass).Observe("db/b", Fail);
        Assert.Equal("depends on db: b: refused", story["web"].Reason);
        story.Observe("db/a", Fail);
        Assert.Equal("depends on db: a: refused", story["web"].Reason);
    }

    [Theory]
    [InlineData("-")]
    [InlineData("I")]
    [InlineData("W")]
    public void A_dependency_that_is_not_known_to_fail_hides_nothing(string outcome)
    {
        var story = Chain().Observe("web/c", Pass).Observe("api/c", Pass);
        if (outcome != "-")
            story.Observe("db/c", outcome == "I" ? CouldNotTell : Warn);
        story.Expect("api", Health.Ok).Expect("web", Health.Ok);
    }

    [Fact]
    public void A_stopped_dependency_hides_what_hangs_on_it()
    {
        var story = Scenario.Of(
            new Service("db") { IsSupervised = true },
            new Service("web") { Needs = ["db"], Checks = [Check("c")] });
        story.At("5s").Observe("web/c", Pass).Expect("web", Health.Ok);
        story.Order(Order.Stop, "db").Expect("db", Health.NotApplicable).Expect("web", Health.InsufficientData);
        Assert.Equal("depends on db: stopped by a person", story["web"].Reason);
        story.Order(Order.Start, "db").After("5s").Observe("web/c", Pass).Expect("web", Health.Ok);
    }

    [Fact]
    public void A_group_and_the_fleet_are_as_bad_as_their_worst_member()
    {
        var story = Scenario.Of(
            new Service("a") { Group = "g", Checks = [Check("c", fall: 1)] },
            new Service("b") { Group = "g", Checks = [Check("c", fall: 1)] },
            new Service("x") { Checks = [Check("c", fall: 1)] });
        var group = story.Observe("a/c", Pass).Observe("b/c", Fail).Observe("x/c", Pass).World.TakeSnapshot().Groups[0];
        Assert.Equal(("g", Health.Impaired, 2, 1, 0), (group.Name, group.Health, group.Members, group.Unhealthy, group.Unknown));
        Assert.Equal(Health.Impaired, story.World.TakeSnapshot().Health);
        story.Observe("b/c", Pass);
        Assert.Equal(Health.Ok, story.World.TakeSnapshot().Groups[0].Health);
    }

    private static Scenario Chain() => Scenario.Of(
        new Service("web") { Needs = ["api"], Checks = [Check("c", fall: 1)], Ladder = [Rung.Clean()] },
        new Service("api") { Needs = ["db"], Checks = [Check("c", fall: 1)] },
        new Service("db") { Checks = [Check("c", fall: 1)] });
}
