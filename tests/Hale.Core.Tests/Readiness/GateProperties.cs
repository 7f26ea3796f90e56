using FsCheck;
using FsCheck.Fluent;
using Hale.Core.Model;
using Hale.Core.Readiness;
using Outcome = Hale.Core.Model.Outcome;

namespace Hale.Core.Tests.Readiness;

/// <summary>The laws of the gate over random rules and random targets.</summary>
public class GateProperties
{
    private const int Cases = 500;

    private static readonly Arbitrary<Trial> Any = Arb.From(
        from seed in Gen.Choose(0, int.MaxValue)
        from length in Gen.Choose(0, 60)
        select new Trial(seed, length),
        trial => trial.Length == 0 ? [] : [trial with { Length = trial.Length / 2 }, trial with { Length = trial.Length - 1 }]);

    private static void Hold(Action<Trial> property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Cases).WithQuietOnSuccess(true), Prop.ForAll(Any, property));

    [Fact]
    public void Never_ready_without_a_fresh_pass_of_an_attempt_begun_after_the_start() => Hold(trial =>
    {
        var run = trial.Run();
        if (run.Gate.Verdict is not { End: GateEnd.Ready } verdict)
            return;
        var wanted = run.Spec.Targets.Select((target, i) => (target.IsGuard, Passed: run.LastPassed[i])).ToList();
        Assert.All(wanted.Where(target => target.IsGuard), target => Assert.True(target.Passed));
        var others = wanted.Where(target => !target.IsGuard).ToList();
        Assert.True(run.Spec.Any && others.Count > 0 ? others.Exists(target => target.Passed) : others.TrueForAll(target => target.Passed));
        Assert.True(verdict.At < run.Gate.Deadline);
        Assert.False(run.HasDied);
    });

    [Fact]
    public void A_deadline_always_fails() => Hold(trial =>
    {
        var run = trial.Run();
        var after = Instant.Max(run.Now, run.Gate.Deadline) + TimeSpan.FromDays(1);
        Assert.Equal(GateMove.End, run.Gate.Next(after).Move);
        Assert.NotNull(run.Gate.Verdict);
        if (run.Gate.Verdict.At >= run.Gate.Deadline)
            Assert.NotEqual(GateEnd.Ready, run.Gate.Verdict.End);
        Assert.NotEmpty(run.Gate.Verdict.Reason);
    });

    [Fact]
    public void Inconclusive_never_makes_ready_and_alone_never_makes_not_ready() => Hold(trial =>
    {
        var run = (trial with { Only = Outcome.Inconclusive }).Run();
        run.Gate.Next(run.Gate.Deadline + TimeSpan.FromDays(1));
        if (!run.HasDied)
            Assert.Equal(GateEnd.CouldNotTell, run.Gate.Verdict!.End);
    });

    [Fact]
    public void A_death_fails_at_once() => Hold(trial =>
    {
        var run = trial.Run();
        var was = run.Gate.Verdict;
        run.Gate.Died(run.Now, "it died");
        Assert.Equal(GateMove.End, run.Gate.Next(run.Now).Move);
        Assert.Equal(was ?? new GateVerdict(GateEnd.NotReady, run.Now, "it died"), run.Gate.Verdict);
    });

    [Fact]
    public void A_target_that_is_lost_fails_at_once_or_leaves_its_alternatives() => Hold(trial =>
    {
        var run = trial.Run();
        var was = run.Gate.Verdict;
        for (var i = 0; i < run.Spec.Targets.Length && run.Gate.Verdict is null; i++)
        {
            run.Gate.Lost(i, run.Now, $"{i} ended");
            var hasAlternative = run.Spec.Any && !run.Spec.Targets[i].IsGuard && run.Gate.Targets.Any(target => !target.IsLost && !target.Spec.IsGuard);
            Assert.Equal(hasAlternative || run.Now >= run.Gate.Deadline, run.Gate.Verdict is null);
            if (run.Gate.Verdict is not { } verdict)
                Assert.NotEqual(i, run.Gate.Next(run.Now).Target);
            else
                Assert.Equal((GateEnd.NotReady, true), (verdict.End, verdict.Reason.Contains($"{i} ended", StringComparison.Ordinal)));
        }
        run.Gate.Next(run.Gate.Deadline + TimeSpan.FromDays(1));
        Assert.NotEqual(GateEnd.Ready, was is null ? run.Gate.Verdict!.End : GateEnd.NotReady);
    });

    [Fact]
    public void No_target_is_tried_twice_at_the_same_time_and_none_beyond_its_number_of_attempts() => Hold(trial => trial.Run());

    [Fact]
    public void Whoever_waits_is_never_told_to_ask_again_in_the_past() => Hold(trial => trial.Run());

    /// <summary>A random gate and what happens to it.</summary>
    private sealed record Trial(int Seed, int Length)
    {
        public Outcome? Only { get; init; }

        public Run Run() => new(this);
    }

    private sealed class Run
    {
        private readonly Random chance;
        private readonly int[] underWay;

        public Run(Trial trial)
        {
            chance = new Random(trial.Seed);
            var targets = Enumerable.Range(0, chance.Next(1, 4)).Select(i => new GateTargetSpec($"t{i}") { IsGuard = chance.Next(5) == 0 }).ToArray();
            Spec = new GateSpec(targets)
            {
                Any = chance.Next(2) == 0,
                Timeout = TimeSpan.FromMilliseconds(chance.Next(0, 20_000)),
                AttemptTimeout = TimeSpan.FromMilliseconds(chance.Next(1, 6_000)),
                Interval = TimeSpan.FromMilliseconds(chance.Next(1, 2_000)),
                Successes = chance.Next(1, 4),
                IsSteady = chance.Next(2) == 0,
                MaxAttempts = chance.Next(3) == 0 ? chance.Next(3, 20) : null,
            };
            Gate = new ReadinessGate(Spec, Now);
            underWay = new int[targets.Length];
            LastPassed = new bool[targets.Length];
            for (var i = 0; i < trial.Length; i++)
                Happen(trial.Only);
        }

        public GateSpec Spec { get; }

        public ReadinessGate Gate { get; }

        public Instant Now { get; private set; } = Rehearsal.Start;

        public bool[] LastPassed { get; }

        public bool HasDied { get; private set; }

        private void Happen(Outcome? only)
        {
            var target = chance.Next(underWay.Length);
            switch (chance.Next(12))
            {
                case < 4:
                    var step = Gate.Next(Now);
                    if (step.Move == GateMove.Try)
                        Begin(step);
                    else if (step.Move == GateMove.Wait)
                        Assert.True(step.At > Now);
                    break;
                case < 8:
                    End(target, only);
                    break;
                case < 10:
                    Now += TimeSpan.FromMilliseconds(chance.Next(0, chance.Next(2) == 0 ? 20 : 3_000));
                    break;
                case 10:
                    Gate.Hasten(target, Now);
                    break;
                default:
                    // A result that nobody waits for: of an attempt that never was, or that was answered already.
                    if (underWay[target] == 0)
                        Gate.Ended(target, chance.Next(0, 3), Now, ProbeResult.Pass("a ghost"));
                    else if (chance.Next(10) == 0)
                    {
                        HasDied |= Gate.Verdict is null;
                        Gate.Died(Now, "it died");
                    }
                    break;
            }
        }

        private void Begin(GateStep step)
        {
            Assert.Equal(0, underWay[step.Target]);
            Assert.True(step.Limit > TimeSpan.Zero && step.Limit <= Spec.AttemptTimeout && Now + step.Limit <= Gate.Deadline);
            if (Spec.MaxAttempts is { } most && !Gate.Targets[step.Target].IsReady)
                Assert.InRange(step.Attempt, 1, most);
            underWay[step.Target] = step.Attempt;
        }

        private void End(int target, Outcome? only)
        {
            if (underWay[target] == 0)
                return;
            var outcome = only ?? (Outcome)chance.Next(4);
            // What comes more than a second after its limit may have been left behind, and then counts for nothing.
            if (Gate.Next(Now) is { Move: GateMove.Try } other)
                Begin(other);
            var counts = Gate.Verdict is null && Now < Gate.Deadline;
            var before = Gate.Targets[target].Timeline.Episodes.Sum(episode => episode.Count);
            Gate.Ended(target, underWay[target], Now, new ProbeResult(outcome, $"{outcome}"));
            var taken = Gate.Targets[target].Timeline.Episodes.Sum(episode => episode.Count) > before;
            if (counts && taken)
                LastPassed[target] = outcome is Outcome.Pass or Outcome.Warn;
            underWay[target] = 0;
        }
    }
}
