using Hale.Core.Model;
using Hale.Core.Readiness;
using static Hale.Core.Tests.Support.Spans;

namespace Hale.Core.Tests.Readiness;

public class ReadinessGateTests
{
    private static readonly TimeSpan Quick = Span("1ms");
    private static readonly GateSpec One = new(new GateTargetSpec("web"));
    private static readonly GateSpec Two = new(new GateTargetSpec("web"), new GateTargetSpec("db"));

    private static Rehearsal Always(GateSpec spec, Outcome outcome) => new(spec, (_, _) => (outcome, Quick));

    [Fact]
    public void The_first_attempt_is_made_at_once_and_its_pass_is_enough()
    {
        var play = Always(One, Outcome.Pass);
        Assert.Equal(GateEnd.Ready, play.Play()!.End);
        Assert.Equal((0, TimeSpan.Zero, Span("5s")), Assert.Single(play.Tried));
        Assert.Equal(Quick, play.Now - Rehearsal.Start);
        Assert.Equal("web: it came to Pass", play.Gate.Verdict!.Reason);
    }

    // Outcomes of two targets to the end of a gate that waits for both, and of one that waits for either.
    [Theory]
    [InlineData(Outcome.Pass, Outcome.Pass, GateEnd.Ready, GateEnd.Ready)]
    [InlineData(Outcome.Pass, Outcome.Warn, GateEnd.Ready, GateEnd.Ready)]
    [InlineData(Outcome.Warn, Outcome.Warn, GateEnd.Ready, GateEnd.Ready)]
    [InlineData(Outcome.Pass, Outcome.Fail, GateEnd.NotReady, GateEnd.Ready)]
    [InlineData(Outcome.Pass, Outcome.Inconclusive, GateEnd.CouldNotTell, GateEnd.Ready)]
    [InlineData(Outcome.Fail, Outcome.Fail, GateEnd.NotReady, GateEnd.NotReady)]
    [InlineData(Outcome.Fail, Outcome.Inconclusive, GateEnd.NotReady, GateEnd.CouldNotTell)]
    [InlineData(Outcome.Inconclusive, Outcome.Inconclusive, GateEnd.CouldNotTell, GateEnd.CouldNotTell)]
    public void What_the_targets_come_to_decides(Outcome first, Outcome second, GateEnd all, GateEnd any)
    {
        foreach (var (one, two) in new[] { (first, second), (second, first) })
        {
            Assert.Equal(all, new Rehearsal(Two, (target, _) => (target == 0 ? one : two, Quick)).Play()!.End);
            Assert.Equal(any, new Rehearsal(Two with { Any = true }, (target, _) => (target == 0 ? one : two, Quick)).Play()!.End);
        }
    }

    [Fact]
    public void A_deadline_fails_with_the_last_evidence()
    {
        var play = Always(One with { Timeout = Span("3s") }, Outcome.Fail);
        var verdict = play.Play()!;
        Assert.Equal((GateEnd.NotReady, Rehearsal.Start + Span("3s"), "not ready within 3 s: web: it came to Fail"), (verdict.End, verdict.At, verdict.Reason));
    }

    [Fact]
    public void An_attempt_that_hangs_is_cut_off_at_the_deadline_and_still_says_why()
    {
        var play = new Rehearsal(One with { Timeout = Span("2s") }, (_, _) => (Outcome.Pass, Span("1h")));
        var verdict = play.Play()!;
        Assert.Equal(Span("2s"), Assert.Single(play.Tried).Limit);
        Assert.Equal((GateEnd.NotReady, "not ready within 2 s: web: it came to Fail"), (verdict.End, verdict.Reason));
        Assert.Equal(Rehearsal.Start + Span("2s"), play.Now);
    }

    [Fact]
    public void A_probe_that_never_ends_does_not_hold_up_the_failure()
    {
        var play = new Rehearsal(One with { Timeout = Span("2s") }, (_, _) => null);
        var verdict = play.Play()!;
        Assert.Equal((GateEnd.CouldNotTell, "not ready within 2 s: web: no attempt has ended"), (verdict.End, verdict.Reason));
        Assert.Equal(Rehearsal.Start + Span("2s") + ReadinessGate.LastWords, play.Now);
    }

    [Fact]
    public void A_pass_that_comes_after_the_deadline_makes_nothing_ready()
    {
        var gate = new ReadinessGate(One with { Timeout = Span("2s") }, Rehearsal.Start);
        var step = gate.Next(Rehearsal.Start);
        var late = Rehearsal.Start + Span("2s") + Quick;
        Assert.Equal(GateMove.Wait, gate.Next(late).Move);
        gate.Ended(0, step.Attempt, late, ProbeResult.Pass("there"));
        Assert.Equal(GateMove.End, gate.Next(late).Move);
        Assert.Equal((GateEnd.CouldNotTell, "not ready within 2 s: web: it passed, but only after the deadline"), (gate.Verdict!.End, gate.Verdict.Reason));
    }

    [Fact]
    public void A_short_attempt_that_the_deadline_ended_does_not_replace_the_reason()
    {
        var gate = new ReadinessGate(One with { Timeout = Span("3s") }, Rehearsal.Start);
        var first = gate.Next(Rehearsal.Start);
        gate.Ended(0, first.Attempt, Rehearsal.Start + Quick, ProbeResult.Fail("refused"));
        var second = gate.Next(Rehearsal.Start + Span("2970ms"));
        Assert.Equal((GateMove.Try, Span("30ms")), (second.Move, second.Limit));
        gate.Ended(0, second.Attempt, Rehearsal.Start + Span("3s"), ProbeResult.Fail("no answer within 30ms"));
        gate.Next(Rehearsal.Start + Span("3s"));
        Assert.Equal("not ready within 3 s: web: refused", gate.Verdict!.Reason);
    }

    [Fact]
    public void The_death_of_what_must_live_fails_at_once()
    {
        var play = Always(One, Outcome.Fail);
        Assert.Null(play.Play(Span("100ms")));
        play.Gate.Died(play.Now, "process 7 exited with code 3");
        Assert.Equal((GateEnd.NotReady, play.Now, "process 7 exited with code 3"), (play.Gate.Verdict!.End, play.Gate.Verdict.At, play.Gate.Verdict.Reason));
        Assert.Equal(GateMove.End, play.Gate.Next(play.Now).Move);
    }

    [Fact]
    public void The_end_does_not_change_any_more()
    {
        var play = Always(One, Outcome.Pass);
        var verdict = play.Play();
        play.Gate.Died(play.Now, "too late");
        play.Gate.Next(play.Now + Span("1h"));
        Assert.Same(verdict, play.Gate.Verdict);
    }

    [Fact]
    public void A_guard_that_fails_fails_the_gate_at_once_and_is_no_alternative()
    {
        var guarded = new GateSpec(new GateTargetSpec("web"), new GateTargetSpec("pid:7") { IsGuard = true }) { Any = true };
        var lives = new Rehearsal(guarded, (target, at) => (target == 1 || at > Span("1s") ? Outcome.Pass : Outcome.Fail, Quick));
        Assert.Equal(GateEnd.Ready, lives.Play()!.End);
        Assert.True(lives.Now - Rehearsal.Start > Span("1s"));

        var dies = new Rehearsal(guarded, (target, at) => (target == 1 && at < Span("1s") ? Outcome.Pass : Outcome.Fail, Quick));
        Assert.Equal((GateEnd.NotReady, "pid:7: it came to Fail"), (dies.Play()!.End, dies.Gate.Verdict!.Reason));
        Assert.True(dies.Now - Rehearsal.Start < Span("3s"));
    }

    [Fact]
    public void A_guard_alone_passes_while_it_lives() =>
        Assert.Equal(GateEnd.Ready, Always(new GateSpec(new GateTargetSpec("pid:7") { IsGuard = true }), Outcome.Pass).Play()!.End);

    [Fact]
    public void All_must_be_ready_at_the_same_time()
    {
        // The first is there from the beginning and goes away after two seconds, for three; the second comes after three.
        var play = new Rehearsal(Two, (target, at) =>
            ((target == 0 ? at < Span("2s") || at > Span("5s") : at > Span("3s")) ? Outcome.Pass : Outcome.Fail, Quick));
        Assert.Equal(GateEnd.Ready, play.Play()!.End);
        Assert.True(play.Now - Rehearsal.Start > Span("5s"));
    }

    [Fact]
    public void Successes_are_counted_one_after_the_other_and_an_interval_apart()
    {
        var passes = Always(One with { Successes = 3 }, Outcome.Pass);
        Assert.Equal(GateEnd.Ready, passes.Play()!.End);
        Assert.Equal(3, passes.Tried.Count);
        Assert.True(passes.Now - Rehearsal.Start >= Span("2s"));

        var flips = 0;
        var flapping = new Rehearsal(One with { Successes = 2, Timeout = Span("20s") }, (_, _) => (flips++ % 2 == 0 ? Outcome.Pass : Outcome.Fail, Quick));
        Assert.Equal(GateEnd.NotReady, flapping.Play()!.End);
    }

    [Fact]
    public void An_attempt_left_behind_could_not_tell_and_is_not_tried_again_until_it_has_ended()
    {
        var gate = new ReadinessGate(One, Rehearsal.Start);
        var step = gate.Next(Rehearsal.Start);
        var left = Rehearsal.Start + step.Limit + ReadinessGate.StopsWithin;
        Assert.Equal(left, gate.Next(Rehearsal.Start + Quick).At);
        Assert.Equal(gate.Deadline, gate.Next(left).At);
        Assert.Equal("the attempt did not end within its time-out of 5 s and was left behind", gate.Targets[0].Trouble);
        gate.Ended(0, step.Attempt, left + Span("2s"), ProbeResult.Pass("at last"));
        Assert.Null(gate.Verdict);
        Assert.Equal(GateMove.Try, gate.Next(left + Span("2s")).Move);
    }

    [Fact]
    public void What_is_heard_of_is_tried_at_once()
    {
        var play = Always(One with { IsSteady = true }, Outcome.Fail);
        Assert.Null(play.Play(Span("500ms")));
        play.Gate.Hasten(0, play.Now);
        Assert.Equal(GateMove.Try, play.Gate.Next(play.Now).Move);
    }

    [Fact]
    public void What_is_heard_of_during_an_attempt_is_tried_once_more()
    {
        var gate = new ReadinessGate(One with { IsSteady = true }, Rehearsal.Start);
        var step = gate.Next(Rehearsal.Start);
        gate.Hasten(0, Rehearsal.Start + Quick);
        gate.Ended(0, step.Attempt, Rehearsal.Start + 2 * Quick, ProbeResult.Fail("not yet"));
        Assert.Equal(GateMove.Try, gate.Next(Rehearsal.Start + 2 * Quick).Move);
    }

    [Fact]
    public void After_the_last_of_a_number_of_attempts_it_has_failed()
    {
        var play = Always(One with { IsSteady = true, MaxAttempts = 60, Timeout = TimeSpan.MaxValue }, Outcome.Fail);
        Assert.Equal((GateEnd.NotReady, "not ready after 60 attempts: web: it came to Fail"), (play.Play()!.End, play.Gate.Verdict!.Reason));
        Assert.Equal(60, play.Tried.Count);
        Assert.All(play.Tried.Zip(play.Tried.Skip(1)), pair => Assert.Equal(Span("1s") + Quick, pair.Second.At - pair.First.At));
    }

    [Fact]
    public void A_gate_without_limit_goes_on() =>
        Assert.Null(Always(One with { Timeout = TimeSpan.MaxValue, Interval = Span("30s") }, Outcome.Fail).Play(Span("50m")));

    [Fact]
    public void The_result_of_an_attempt_that_was_under_way_when_its_target_was_lost_makes_nothing_ready()
    {
        var gate = new ReadinessGate(Two with { Any = true }, Rehearsal.Start);
        var first = gate.Next(Rehearsal.Start);
        gate.Lost(first.Target, Rehearsal.Start + Quick, "web ended");
        gate.Ended(first.Target, first.Attempt, Rehearsal.Start + 2 * Quick, ProbeResult.Pass("there"));
        Assert.Null(gate.Verdict);
        Assert.Equal((GateMove.Try, 1), (gate.Next(Rehearsal.Start + 2 * Quick).Move, 1 - first.Target));
        gate.Lost(1, Rehearsal.Start + 3 * Quick, "db ended");
        Assert.Equal((GateEnd.NotReady, "web ended; db ended"), (gate.Verdict!.End, gate.Verdict.Reason));
    }

    [Fact]
    public void A_target_that_is_lost_after_it_was_ready_fails_a_gate_that_waits_for_another()
    {
        var play = new Rehearsal(Two, (target, _) => (target == 0 ? Outcome.Pass : Outcome.Fail, Quick));
        Assert.Null(play.Play(Span("3s")));
        play.Gate.Lost(0, play.Now, "web ended");
        Assert.Equal((GateEnd.NotReady, "web ended"), (play.Gate.Verdict!.End, play.Gate.Verdict.Reason));
    }
}
