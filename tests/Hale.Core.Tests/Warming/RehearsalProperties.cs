using FsCheck;
using FsCheck.Fluent;
using Hale.Core.Model;
using Hale.Core.Warming;
using Outcome = Hale.Core.Model.Outcome;

namespace Hale.Core.Tests.Warming;

/// <summary>The laws of a rehearsal over random plans and random things that happen.</summary>
public class RehearsalProperties
{
    private const int Cases = 500;

    private static readonly Arbitrary<Trial> Any = Arb.From(
        from seed in Gen.Choose(0, int.MaxValue)
        from length in Gen.Choose(0, 60)
        select new Trial(seed, length),
        trial => trial.Length == 0 ? [] : [trial with { Length = trial.Length / 2 }, trial with { Length = trial.Length - 1 }]);

    private static void Hold(Action<Run> property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Cases).WithQuietOnSuccess(true), Prop.ForAll(Any, trial => property(new Run(trial))));

    [Fact]
    public void Never_warm_without_all_evidence_of_this_very_life() => Hold(run =>
    {
        if (run.Result.End != RehearsalEnd.Proved)
            return;
        Assert.All(run.PassedInThisLife, Assert.True);
        Assert.True(run.Result.TimeToEvidence < run.Spec.Within);
        Assert.False(run.HasDiedEarly);
        Assert.Empty(run.Result.Further);
    });

    [Fact]
    public void What_could_not_be_told_is_never_taken_for_proof_and_alone_for_no_failure_of_the_evidence() => Hold(run =>
    {
        if (!run.Seen.All(outcome => outcome == Outcome.Inconclusive))
            return;
        Assert.NotEqual(RehearsalEnd.Proved, run.Result.End);
        if (run.Result.Stage == RehearsalStage.Evidence && !run.HasDiedEarly)
            Assert.NotEqual(RehearsalEnd.Failed, run.Result.End);
    });

    [Fact]
    public void Whatever_happens_it_ends_by_its_deadlines_with_a_reason() => Hold(run =>
    {
        Assert.NotEmpty(run.Result.Reason);
        var most = run.Spec.PrepareWithin + RehearsalSpec.StartWithin + run.Spec.Within + run.Spec.Hold + run.Spec.Grace + RehearsalSpec.KillWithin + (run.Spec.CleanWithin ?? TimeSpan.Zero);
        Assert.True(run.Result.Stages[^1].At - run.Result.BeganAt <= most + Run.LongestStep);
    });

    [Fact]
    public void What_was_started_is_always_stopped_and_cleaned_up_after() => Hold(run =>
    {
        var stages = run.Result.Stages.Select(each => each.Stage).ToList();
        Assert.Equal(stages.Order(), stages);
        Assert.Equal(stages.Distinct(), stages);
        if (!stages.Contains(RehearsalStage.Evidence))
            return;
        Assert.Contains(RehearsalStage.Stop, stages);
        Assert.Equal(run.Spec.CleanWithin is not null, stages.Contains(RehearsalStage.Clean));
    });

    private sealed record Trial(int Seed, int Length);

    /// <summary>A random rehearsal, played to its end.</summary>
    private sealed class Run
    {
        public static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(3);

        private readonly Random random;
        private readonly Rehearsal rehearsal;
        private Instant now = Stage.Start;
        private Instant started = Instant.Never;

        public Run(Trial trial)
        {
            random = new(trial.Seed);
            Spec = new([.. Enumerable.Range(0, random.Next(1, 4)).Select(i => new EvidenceSpec($"evidence {i}"))])
            {
                Within = TimeSpan.FromSeconds(random.Next(1, 30)),
                Hold = TimeSpan.FromSeconds(random.Next(0, 3)),
                Grace = TimeSpan.FromSeconds(random.Next(0, 5)),
                KilledFails = random.Next(2) == 0,
                CleanWithin = random.Next(2) == 0 ? null : TimeSpan.FromSeconds(5),
            };
            PassedInThisLife = new bool[Spec.Evidence.Length];
            rehearsal = new(Spec, now);
            for (var i = 0; i < trial.Length && rehearsal.Result is null; i++)
                Step();
            // Nobody tells anything any more: the deadlines end it.
            while (rehearsal.Result is null)
            {
                var step = rehearsal.Next(now);
                if (step.Move == RehearsalMove.Wait)
                    now = Instant.Max(now, step.At);
            }
        }

        public RehearsalSpec Spec { get; }

        public RehearsalResult Result => rehearsal.Result!;

        public bool[] PassedInThisLife { get; }

        public List<Outcome> Seen { get; } = [];

        public bool HasDiedEarly { get; private set; }

        private void Step()
        {
            now += random.NextDouble() * LongestStep;
            rehearsal.Next(now);
            var stage = rehearsal.Stage;
            switch (random.Next(10))
            {
                case 0:
                    rehearsal.Prepared(now, random.Next(5) == 0 ? "it would prove nothing" : null);
                    break;
                case 1:
                    if (stage == RehearsalStage.Start)
                        started = now;
                    rehearsal.Started(now);
                    break;
                case 2 or 3 or 4 or 5:
                    Look();
                    break;
                case 6 when random.Next(4) == 0:
                    HasDiedEarly |= stage is RehearsalStage.Evidence or RehearsalStage.Hold;
                    rehearsal.Exited(now, "it exited with code 1");
                    break;
                case 7:
                    if (stage == RehearsalStage.Stop)
                        rehearsal.Asked();
                    rehearsal.Gone(now, random.Next(3) == 0 ? "something" : null);
                    break;
                case 8 when random.Next(4) == 0:
                    rehearsal.Failed(now, "a step failed");
                    break;
                case 9 when random.Next(8) == 0:
                    rehearsal.Interrupt(now);
                    break;
                default:
                    rehearsal.Cleaned(now, "removed");
                    break;
            }
            rehearsal.Next(now);
        }

        private void Look()
        {
            var index = random.Next(Spec.Evidence.Length);
            var outcome = (Outcome)random.Next(4);
            var beganAt = now - random.NextDouble() * TimeSpan.FromSeconds(2);
            var isOfThisLife = !started.IsNever && beganAt >= started && rehearsal.Stage is RehearsalStage.Evidence or RehearsalStage.Hold;
            if (isOfThisLife)
            {
                Seen.Add(outcome);
                PassedInThisLife[index] = outcome is Outcome.Pass or Outcome.Warn;
            }
            rehearsal.Saw(index, beganAt, now, outcome, outcome.ToString());
        }
    }
}
