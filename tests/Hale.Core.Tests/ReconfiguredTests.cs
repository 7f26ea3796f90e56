using Hale.Core.Model;
using Hale.Core.Tests.Support;
using static Hale.Core.Tests.Support.Scenario;
using static Hale.Core.Tests.Support.Service;

namespace Hale.Core.Tests;

/// <summary>The configuration is replaced while Hale runs.</summary>
public class ReconfiguredTests
{
    private static readonly Service Web = new("web") { Checks = [Check("http", fall: 2), Check("disk", fall: 1)] };

    private static World Moved(Scenario story, int[] anew, params Service[] services)
    {
        var world = story.World.MovedTo(Build(services));
        world.Fold(new Reconfigured(world.Now, anew, "reloaded"));
        return world;
    }

    [Fact]
    public void What_a_check_saw_elsewhere_says_nothing_about_where_it_looks_now()
    {
        var story = Scenario.Of(Web).Observe("web/http", Pass).Observe("web/disk", Pass).Expect("web", Health.Ok);
        var world = Moved(story, [0], Web);
        Assert.Equal((Health.Initializing, "changed; not looked at yet"), (world.Checks[0].Health, world.Checks[0].Reason));
        Assert.Null(world.Checks[0].Last);
        Assert.NotEqual(Health.Ok, world.Targets[0].Health);
        Assert.Equal(Health.Ok, world.Checks[1].Health);
    }

    [Fact]
    public void A_run_of_failures_elsewhere_does_not_count_here()
    {
        var story = Scenario.Of(Web).Observe("web/disk", Pass).Observe("web/http", Fail);
        var world = Moved(story, [0], Web);
        world.Fold(new Observed(world.Now, new Observation(0, Incarnation.None, world.Now, TimeSpan.Zero, Fail)));
        Assert.Equal(1, world.Checks[0].FailStreak);
        Assert.NotEqual(Health.Impaired, world.Checks[0].Health);
    }

    [Fact]
    public void What_did_not_change_goes_on_with_its_runs()
    {
        var story = Scenario.Of(Web).Observe("web/disk", Pass).Observe("web/http", Fail);
        var world = Moved(story, [], Web, new Service("other") { Checks = [Check("ping")] });
        world.Fold(new Observed(world.Now, new Observation(0, Incarnation.None, world.Now, TimeSpan.Zero, Fail)));
        Assert.Equal(Health.Impaired, world.Checks[0].Health);
    }

    [Fact]
    public void The_failure_of_a_check_that_is_no_more_ends_with_it()
    {
        var story = Scenario.Of(Web).Observe("web/http", Pass).Observe("web/disk", Fail).Expect("web", Health.Impaired);
        var world = Moved(story, [], Web with { Checks = [Check("http", fall: 2)] });
        Assert.Equal(Health.Ok, world.Targets[0].Health);
        Assert.Contains(world.Changes, change => change is { Kind: ChangeKind.Target, From: Health.Impaired, To: Health.Ok });
    }

    [Fact]
    public void Readers_keep_the_measurements_and_the_count_of_pictures()
    {
        var story = Scenario.Of(Web).Observe("web/disk", Measured(42));
        var before = story.World.TakeSnapshot();
        var after = Moved(story, [], Web).TakeSnapshot();
        Assert.Equal(before.Targets[0].Checks[1].Measurements, after.Targets[0].Checks[1].Measurements);
        Assert.True(after.Version > before.Version);
    }

    [Fact]
    public void A_checkpoint_between_the_move_and_the_fact_that_follows_makes_no_difference()
    {
        var story = Scenario.Of(Web).Observe("web/http", Pass).Observe("web/disk", Fail).Expect("web", Health.Impaired);
        var live = story.World.MovedTo(Build([Web with { Checks = [Check("http", fall: 2)] }]));
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, System.Text.Encoding.UTF8, leaveOpen: true))
            live.Save(writer);
        bytes.Position = 0;
        using var reader = new BinaryReader(bytes);
        var folded = World.Load(live.Spec, reader);
        var fact = new Reconfigured(live.Now + TimeSpan.FromSeconds(1), [], "reloaded");
        live.Fold(fact);
        folded.Fold(fact);
        Assert.Equal(Health.Ok, live.Targets[0].Health);
        Assert.Equal(live.Digest(), folded.Digest());
    }
}
