using Hale.Core.Model;
using Hale.Core.Tests.Support;
using static Hale.Core.Tests.Support.Scenario;
using static Hale.Core.Tests.Support.Service;

namespace Hale.Core.Tests.Lives;

/// <summary>Law 5 for a target whose lives are told apart but not owned: a container. No end is told; its death is an observation of the life that died.</summary>
public class ContainerLivesTests
{
    [Fact]
    public void A_new_life_is_proved_by_nothing_that_was_seen_of_the_old_one()
    {
        var story = Web().Begin("web", "one").Observe("web/http", Pass).Expect("web", Health.Ok);

        story.Begin("web", "two").Expect("web", Health.Initializing);
        story.Observe("web/http", Pass, life: "one").Expect("web", Health.Initializing);
        story.Observe("web/http", Pass).Expect("web", Health.Ok);
    }

    [Fact]
    public void A_life_that_is_found_again_loses_no_verdict() =>
        Web().Begin("web", "one").Observe("web/http", Pass).Begin("web", "one", adopted: true, begunAgo: "1h").Expect("web", Health.Ok);

    [Fact]
    public void Having_begun_long_ago_proves_nothing_of_it() =>
        Web().Begin("web", "one", adopted: true, begunAgo: "1h").Expect("web", Health.Initializing).Expect("web/http", Health.Initializing);

    [Fact]
    public void The_death_that_was_seen_is_of_the_life_that_the_remedy_is_for()
    {
        var story = Web().Idle().Begin("web", "one").Observe("web/http", Pass);

        story.Observe("web/http", Fail with { IsProof = true }).Expect("web", Health.Impaired).Tick();

        Assert.Equal("one", story["web"].Open!.Incarnation.Id);
        // The life that the remedy began counts from its beginning, also what was seen of it before the remedy was over.
        story.Begin("web", "two").Observe("web/http", Pass).Close("web", RemedyOutcome.Done);
        story.Expect("web", Health.Ok);
        Assert.Equal("two", story["web"].Life.Id);
    }

    [Fact]
    public void Grace_counts_from_the_beginning_of_the_life()
    {
        var story = Of(new Service("web") { Checks = [Check("http", fall: 1, grace: "30s")] }).Begin("web", "one").Observe("web/http", Pass).After("1m");

        story.Begin("web", "two").Observe("web/http", Fail).Expect("web", Health.Initializing);
        story.After("31s").Observe("web/http", Fail).Expect("web", Health.Impaired);
    }

    private static Scenario Web() => Of(new Service("web") { Checks = [Check("http")], Ladder = [new Rung("container_restart", Tries: 3)] });
}
