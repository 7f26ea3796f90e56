using Hale.Core.Model;
using Hale.Core.Planning;
using Hale.Core.Tests.Support;

namespace Hale.Core.Tests.Properties;

/// <summary>The laws over random histories of random worlds.</summary>
public class LawProperties
{
    [Fact]
    public void The_same_facts_give_the_same_world() => Histories.Hold(history =>
    {
        var player = Player.Play(history);
        Assert.Equal(player.World.Digest(), Refold(new World(history.Spec, Scenario.Origin), player.Facts).Digest());
    });

    [Fact]
    public void A_checkpoint_at_any_point_makes_no_difference() => Histories.Hold(history =>
    {
        var player = Player.Play(history);
        var cut = player.Facts.Count == 0 ? 0 : history.Seed % player.Facts.Count;
        var world = Refold(new World(history.Spec, Scenario.Origin), player.Facts.Take(cut));
        world = Scenario.Reload(world, history.Spec);
        Assert.Equal(player.World.Digest(), Refold(world, player.Facts.Skip(cut)).Digest());
    });

    [Fact]
    public void What_groups_and_fleet_count_is_what_their_members_are() => Histories.Hold(history =>
    {
        var world = Player.Play(history).World;
        var copy = Scenario.Reload(world, history.Spec);
        foreach (var (kept, counted) in world.Groups.Append(world.Fleet).Zip(copy.Groups.Append(copy.Fleet)))
            Assert.Equal((counted.Judged, counted.Unhealthy, counted.Unknown, counted.Busy), (kept.Judged, kept.Unhealthy, kept.Unknown, kept.Busy));
    });

    [Fact]
    public void Attempts_that_could_not_tell_change_no_verdict() =>
        Histories.Hold(history => Player.Play(history, new CouldNotTellIsNoVerdict()));

    [Fact]
    public void Inconclusive_alone_never_makes_a_target_impaired_or_ok() => Histories.Hold(history =>
    {
        Happening[] evidence = [Happening.Pass, Happening.Warn, Happening.Fail, Happening.Proof, Happening.Late, Happening.OldLife];
        Happening[] lives = [Happening.Begin, Happening.End, Happening.EndUnwatched];
        var world = Player.Play(history with
        {
            Steps = [.. history.Steps.Where(s => !lives.Contains(s.What)).Select(s => evidence.Contains(s.What) ? s with { What = Happening.CouldNotTell } : s)],
        }).World;
        for (var t = 0; t < world.Targets.Length; t++)
            if (!history.Spec.Targets[t].IsSupervised)
                Assert.True(world.Targets[t].Health is Health.Initializing or Health.InsufficientData or Health.NotApplicable, $"{world.Targets[t].Health}: {world.Targets[t].Reason}");
    });

    [Fact]
    public void No_remedy_without_enough_confirming_observations_of_this_life() =>
        Histories.Hold(history => Player.Play(history, new RemediesAreConfirmed(history.Spec)));

    [Fact]
    public void Never_two_remedies_on_one_target_and_never_more_than_the_bounds() =>
        Histories.Hold(history => Player.Play(history, new RemediesAreBounded(history.Spec)));

    [Fact]
    public void A_refusal_always_has_a_reason() => Histories.Hold(history => Player.Play(history, new RefusalsHaveReasons()));

    [Fact]
    public void No_good_verdict_without_a_fresh_pass_of_this_life() =>
        Histories.Hold(history => Player.Play(history, new GoodVerdictsHaveEvidence(history.Spec)));

    [Fact]
    public void In_doubt_no_verdict_becomes_worse_and_nothing_is_healed() => Histories.Hold(history => Player.Play(history, new DoubtFreezes()));

    [Fact]
    public void A_persons_stop_holds_until_a_person_starts() => Histories.Hold(history => Player.Play(history, new AStopHolds(history.Spec)));

    [Fact]
    public void Adding_a_pass_never_adds_a_remedy() => Histories.Hold(history =>
    {
        // A last tick, so that the pass is not what lets time pass.
        var end = Player.Play(history with { Steps = [.. history.Steps, new Step(0, Happening.Tick, 0, 0)] }).World;
        for (var check = 0; check < history.Spec.Checks.Length; check++)
        {
            var world = Scenario.Reload(end, history.Spec);
            var target = history.Spec.Checks[check].Target;
            if (Planner.Plan(world, target, 1_000_000, world.Now).Intent is not null)
                continue;
            world.Fold(new Observed(world.Now, new Observation(check, world.Targets[target].Life, world.Now, TimeSpan.Zero, ProbeResult.Pass("good") with { Progress = "a new row" })));
            Assert.Null(Planner.Plan(world, target, 1_000_000, world.Now).Intent);
        }
    });

    [Fact]
    public void Facts_about_unrelated_targets_commute() => Histories.Hold(history =>
    {
        var end = Player.Play(history).World;
        foreach (var (one, other) in Unrelated(history.Spec))
            foreach (var a in About(end, one))
                foreach (var b in About(end, other))
                {
                    var ab = Refold(Scenario.Reload(end, history.Spec), [a, b]);
                    var ba = Refold(Scenario.Reload(end, history.Spec), [b, a]);
                    Assert.True(ab.Digest() == ba.Digest(), $"{a} and {b} do not commute");
                }
    });

    private static World Refold(World world, IEnumerable<Model.Fact> facts)
    {
        foreach (var fact in facts)
            world.Fold(fact);
        return world;
    }

    /// <summary>The first pair of targets that no chain of dependencies and groups connects.</summary>
    private static IEnumerable<(int One, int Other)> Unrelated(WorldSpec spec)
    {
        var island = Enumerable.Range(0, spec.Targets.Length).ToArray();
        for (var t = 0; t < island.Length; t++)
            for (var u = 0; u < t; u++)
                if (spec.Targets[t].DependsOn.Contains(u) || (spec.Targets[t].Group >= 0 && spec.Targets[t].Group == spec.Targets[u].Group))
                    Array.ForEach(Enumerable.Range(0, island.Length).Where(i => island[i] == island[t]).ToArray(), i => island[i] = island[u]);
        return (from t in Enumerable.Range(0, island.Length) from u in Enumerable.Range(0, t) where island[t] != island[u] select (u, t)).Take(1);
    }

    /// <summary>Something of each kind that may happen to a target in this moment.</summary>
    private static IEnumerable<Model.Fact> About(World world, int t)
    {
        var (spec, state, now) = (world.Spec.Targets[t], world.Targets[t], world.Now);
        yield return new Observed(now, new Observation(spec.Checks[^1], state.Life, now, TimeSpan.Zero, ProbeResult.Fail("bad")));
        yield return new Observed(now, new Observation(spec.Checks[^1], state.Life, now, TimeSpan.Zero, ProbeResult.Pass("good")));
        yield return new Ordered(now, Order.Stop, t, "ann", "", Instant.Distant);
        if (spec.IsSupervised)
            yield return state.Life.IsNone ? new LifeBegan(now, t, new("new"), now, false) : new LifeEnded(now, t, state.Life, "exit code 1");
        if (state.Open is { } intent)
            yield return new IntentClosed(now, intent.Id, t, RemedyOutcome.Done, "done");
    }
}
