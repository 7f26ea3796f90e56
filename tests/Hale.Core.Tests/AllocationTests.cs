using Hale.Core.Alarming;
using Hale.Core.Model;
using Hale.Core.Tests.Support;
using static Hale.Core.Tests.Support.Scenario;
using static Hale.Core.Tests.Support.Service;

namespace Hale.Core.Tests;

/// <summary>An observation that changes nothing costs no memory: 5,000 checks may be tried every second.</summary>
public class AllocationTests
{
    [Theory]
    [InlineData(Outcome.Pass)]
    [InlineData(Outcome.Warn)]
    [InlineData(Outcome.Fail)]
    [InlineData(Outcome.Inconclusive)]
    public void A_steady_observation_allocates_nothing(Outcome outcome)
    {
        var spec = Build(
        [
            new Service("db") { Checks = [Check("sql")] },
            new Service("web") { Needs = ["db"], Group = "g", Checks = [Check("http", levels: new Levels("used", 80, 95))], Ladder = [Rung.Clean(3)] },
        ]);
        var story = Scenario.Of(spec.With(spec.Over("web/http.used", threshold: 90, period: "5m", periods: 3), spec.Over("web", "b", threshold: 2)));
        story.Idle().Observe("db/sql", Pass);
        var world = story.World;
        var result = new ProbeResult(outcome, "seen") { Measurements = [new Measurement("used", 50)] };
        var facts = new Model.Fact[10_000];
        for (var n = 0; n < facts.Length; n++)
        {
            var at = Origin + TimeSpan.FromSeconds(n / 10.0);
            facts[n] = new Observed(at, new Observation(1, default, at, TimeSpan.FromMilliseconds(3), result));
        }
        for (var n = 0; n < 1000; n++)
            world.Fold(facts[n]);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var n = 1000; n < facts.Length; n++)
            world.Fold(facts[n]);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_tick_that_changes_nothing_allocates_nothing()
    {
        var story = Scenario.Of(new Service("web") { IsSupervised = true, Checks = [Check("http")], Ladder = [Rung.Restart()] }).Answer("web/http", Pass).At("20s");
        var spec = story.Spec.With(story.Spec.Over("web/http", comparison: Comparison.LessThan, threshold: 0.5));
        story = Scenario.Of(spec).Answer("web/http", Pass).At("70s");
        var tick = new Ticked(story.World.Now);
        story.World.Fold(tick);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var n = 0; n < 10_000; n++)
            story.World.Fold(tick);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
