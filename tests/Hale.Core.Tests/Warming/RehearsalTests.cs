using Hale.Core.Model;
using Hale.Core.Warming;
using static Hale.Core.Tests.Support.Spans;

namespace Hale.Core.Tests.Warming;

public class RehearsalTests
{
    private static readonly RehearsalSpec Two = Stage.Two;

    [Fact]
    public void All_evidence_at_the_same_time_proves_it_and_the_time_counts_from_the_start()
    {
        var stage = new Stage(Two).Proved(14.2).StoppedWell();
        Assert.Equal((RehearsalEnd.Proved, RehearsalStage.Done), (stage.Result.End, stage.Result.Stage));
        Assert.Equal(Span("14200ms"), stage.Result.TimeToEvidence);
        Assert.Equal("files: it came to Pass; port: it came to Pass", stage.Result.Reason);
        Assert.Equal("removed 2 files", stage.Result.Cleaning);
        Assert.Equal(
            [RehearsalStage.Prepare, RehearsalStage.Start, RehearsalStage.Evidence, RehearsalStage.Stop, RehearsalStage.Clean, RehearsalStage.Done],
            stage.Result.Stages.Select(each => each.Stage));
    }

    [Fact]
    public void A_warm_up_that_times_out_never_reports_healthy()
    {
        var stage = new Stage(Two).Running().Saw(0);
        Assert.Equal(RehearsalMove.Stop, stage.AtDeadline());
        // Proof that comes now comes too late, whatever else goes well.
        stage.Saw(0).Saw(1);
        stage.Rehearsal.Asked();
        stage.Rehearsal.Exited(stage.Now, "it exited with code 0");
        stage.Rehearsal.Gone(stage.Now);
        Assert.Equal(RehearsalMove.Clean, stage.Move);
        stage.Rehearsal.Cleaned(stage.Now, "removed 2 files");

        Assert.NotEqual(RehearsalEnd.Proved, stage.Result.End);
        var warmUp = new WarmUp(new() { Limit = 1, Last = 1, AcceptsNotWarm = true });
        warmUp.Add(stage.Result);
        Assert.False(warmUp.Verdict!.IsHealthy);
    }

    // What was seen of two pieces of evidence by the deadline, to how it ends. What is known to be missing decides over what could not be told.
    [Theory]
    [InlineData(Outcome.Pass, Outcome.Fail, RehearsalEnd.Failed)]
    [InlineData(Outcome.Fail, Outcome.Fail, RehearsalEnd.Failed)]
    [InlineData(Outcome.Fail, Outcome.Inconclusive, RehearsalEnd.Failed)]
    [InlineData(Outcome.Pass, Outcome.Inconclusive, RehearsalEnd.CouldNotTell)]
    [InlineData(Outcome.Inconclusive, Outcome.Inconclusive, RehearsalEnd.CouldNotTell)]
    [InlineData(null, null, RehearsalEnd.CouldNotTell)]
    public void What_was_seen_by_the_deadline_decides(Outcome? first, Outcome? second, RehearsalEnd end)
    {
        foreach (var (one, two) in new[] { (first, second), (second, first) })
        {
            var stage = new Stage(Two).Running().After(1);
            if (one is { } seen)
                stage.Saw(0, seen);
            if (two is { } other)
                stage.Saw(1, other);
            stage.AtDeadline();
            Stop(stage);
            Assert.Equal((end, RehearsalStage.Evidence), (stage.Result.End, stage.Result.Stage));
        }
    }

    [Fact]
    public void A_deadline_names_what_was_missing_and_why()
    {
        var stage = new Stage(Two with { Within = Span("60s") }).Running().Saw(0).Saw(1, Outcome.Fail, "refused");
        stage.AtDeadline();
        Stop(stage);
        Assert.Equal("not all evidence within 1 min: port: refused", stage.Result.Reason);
    }

    [Fact]
    public void Evidence_that_ceases_to_hold_while_other_is_waited_for_does_not_count()
    {
        var stage = new Stage(Two).Running().Saw(0).After(1).Saw(0, Outcome.Fail, "gone again").Saw(1);
        Assert.Equal(RehearsalStage.Evidence, stage.Rehearsal.Stage);
        Assert.Equal(RehearsalMove.Stop, stage.After(1).Saw(0).Move);
    }

    [Fact]
    public void A_look_that_began_before_the_start_counts_for_nothing()
    {
        var stage = new Stage(Two with { Evidence = [new("port")] }).Running();
        stage.Rehearsal.Saw(0, stage.Now - Span("1ms"), stage.After(1).Now, Outcome.Pass, "somebody answers");
        Assert.Equal(RehearsalStage.Evidence, stage.Rehearsal.Stage);
        Assert.Null(stage.Rehearsal.Evidence[0].Seen);
    }

    [Fact]
    public void A_death_ends_the_step_at_once_with_its_last_words_and_what_was_missing()
    {
        var stage = new Stage(Two).Running().Saw(0).Saw(1, Outcome.Fail, "refused").After(3);
        stage.Rehearsal.Exited(stage.Now, "rec exited with code 3; its last output: no such device");
        Assert.Equal(RehearsalMove.Stop, stage.Move);
        stage.Rehearsal.Gone(stage.Now);
        stage.Rehearsal.Cleaned(stage.Now, "nothing to remove");
        Assert.Equal("rec exited with code 3; its last output: no such device, before all evidence was there: port: refused", stage.Result.Reason);
        Assert.Equal((RehearsalEnd.Failed, RehearsalStage.Evidence, null), (stage.Result.End, stage.Result.Stage, stage.Result.TimeToEvidence));
    }

    [Fact]
    public void A_death_between_the_evidence_and_the_request_to_stop_is_a_failure()
    {
        var stage = new Stage(Two).Proved();
        Assert.Equal(RehearsalMove.Stop, stage.Move);
        stage.Rehearsal.Exited(stage.Now, "rec exited with code 0");
        stage.Rehearsal.Gone(stage.Now);
        stage.Rehearsal.Cleaned(stage.Now, "");
        Assert.Equal((RehearsalEnd.Failed, RehearsalStage.Stop, "rec exited with code 0, before it was asked to stop"), (stage.Result.End, stage.Result.Stage, stage.Result.Reason));
    }

    [Fact]
    public void A_crash_when_asked_to_stop_is_a_failure_and_an_exit_is_none()
    {
        var stage = new Stage(Two).Proved();
        Assert.Equal(RehearsalMove.Stop, stage.Move);
        stage.Rehearsal.Asked();
        stage.Rehearsal.Exited(stage.Now, "rec killed by SIGSEGV", isCrash: true);
        stage.Rehearsal.Gone(stage.Now);
        stage.Rehearsal.Cleaned(stage.Now, "");
        Assert.Equal((RehearsalEnd.Failed, RehearsalStage.Stop), (stage.Result.End, stage.Result.Stage));
    }

    [Fact]
    public void Held_evidence_must_still_hold_in_the_end()
    {
        var spec = Two with { Hold = Span("5s") };
        var stage = new Stage(spec).Proved();
        Assert.Equal(RehearsalStage.Hold, stage.Rehearsal.Stage);
        stage.After(4).Saw(1, Outcome.Fail, "refused");
        Assert.Equal(RehearsalMove.Stop, stage.AtDeadline());
        Stop(stage);
        Assert.Equal((RehearsalEnd.Failed, RehearsalStage.Hold, "the evidence did not last for 5 s: port: refused"), (stage.Result.End, stage.Result.Stage, stage.Result.Reason));
        Assert.Equal(Span("3s"), stage.Result.TimeToEvidence);

        var lasting = new Stage(spec).Proved().After(4).Saw(0).Saw(1);
        Assert.Equal(RehearsalMove.Stop, lasting.AtDeadline());
        Assert.Equal(RehearsalEnd.Proved, Stop(lasting).Result.End);
    }

    [Fact]
    public void A_death_while_it_should_go_on_is_a_failure()
    {
        var stage = new Stage(Two with { Hold = Span("5s") }).Proved();
        stage.Rehearsal.Exited(stage.After(1).Now, "rec exited with code 0");
        Assert.Equal(RehearsalMove.Stop, stage.Move);
        stage.Rehearsal.Gone(stage.Now);
        stage.Rehearsal.Cleaned(stage.Now, "");
        Assert.Equal((RehearsalEnd.Failed, RehearsalStage.Hold), (stage.Result.End, stage.Result.Stage));
    }

    [Theory]
    [InlineData(true, RehearsalEnd.Failed)]
    [InlineData(false, RehearsalEnd.Proved)]
    public void What_has_to_be_killed_is_told_and_fails_unless_the_plan_takes_it(bool fails, RehearsalEnd end)
    {
        var stage = new Stage(Two with { KilledFails = fails, Grace = Span("15s") }).Proved();
        Assert.Equal(RehearsalMove.Stop, stage.Move);
        stage.Rehearsal.Asked();
        Assert.Equal(RehearsalMove.Kill, stage.AtDeadline());
        stage.Rehearsal.Exited(stage.Now, "rec killed by SIGKILL");
        stage.Rehearsal.Gone(stage.Now, "rec (123)");
        Assert.Equal(RehearsalMove.Clean, stage.Move);
        stage.Rehearsal.Cleaned(stage.Now, "removed 2 files");
        Assert.Equal((end, true), (stage.Result.End, stage.Result.WasKilled));
        if (fails)
            Assert.Equal((RehearsalStage.Stop, "rec (123) did not end within 15 s and was killed"), (stage.Result.Stage, stage.Result.Reason));
    }

    [Fact]
    public void A_stop_command_that_fails_fails_the_rehearsal_and_it_is_ended_all_the_same()
    {
        var stage = new Stage(Two).Proved();
        Assert.Equal(RehearsalMove.Stop, stage.Move);
        stage.Rehearsal.Asked();
        stage.Rehearsal.Failed(stage.Now, "the stop command exited with code 1");
        Assert.Equal(RehearsalMove.Kill, stage.AtDeadline());
        stage.Rehearsal.Gone(stage.Now, "rec (123)");
        stage.Rehearsal.Cleaned(stage.Now, "removed 2 files");
        Assert.Equal((RehearsalStage.Stop, "the stop command exited with code 1"), (stage.Result.Stage, stage.Result.Reason));
        Assert.Equal("rec (123) did not end within 15 s and was killed", Assert.Single(stage.Result.Further));
    }

    [Fact]
    public void What_does_not_even_die_is_a_failure_and_the_rest_is_done()
    {
        var stage = new Stage(Two).Proved();
        Assert.Equal(RehearsalMove.Stop, stage.Move);
        stage.Rehearsal.Asked();
        Assert.Equal(RehearsalMove.Kill, stage.AtDeadline());
        Assert.Equal(RehearsalMove.Clean, stage.AtDeadline());
        stage.Rehearsal.Cleaned(stage.Now, "");
        Assert.Equal((RehearsalEnd.Failed, RehearsalStage.Kill), (stage.Result.End, stage.Result.Stage));
    }

    [Fact]
    public void A_file_that_cannot_be_removed_fails_the_step_and_so_does_a_removal_that_hangs()
    {
        var stage = new Stage(Two).Proved();
        Assert.Equal(RehearsalMove.Stop, stage.Move);
        stage.Rehearsal.Asked();
        stage.Rehearsal.Gone(stage.Now);
        Assert.Equal(RehearsalMove.Clean, stage.Move);
        stage.Rehearsal.Failed(stage.Now, "1 file that it created cannot be removed: a.mcap: open");
        Assert.Equal((RehearsalEnd.Failed, RehearsalStage.Clean), (stage.Result.End, stage.Result.Stage));

        var hanging = new Stage(Two).Proved();
        Assert.Equal(RehearsalMove.Stop, hanging.Move);
        hanging.Rehearsal.Gone(hanging.Now);
        Assert.Equal(RehearsalMove.Clean, hanging.Move);
        Assert.Equal(RehearsalMove.End, hanging.AtDeadline());
        Assert.Equal("removing what it created did not end within 30 s", hanging.Result.Reason);
    }

    [Fact]
    public void What_would_prove_nothing_is_not_started()
    {
        var stage = new Stage(Two);
        Assert.Equal(RehearsalMove.Prepare, stage.Move);
        stage.Rehearsal.Prepared(stage.Now, "port localhost:80 holds before the start");
        Assert.Equal(RehearsalMove.End, stage.Move);
        Assert.Equal((RehearsalEnd.Failed, RehearsalStage.Prepare), (stage.Result.End, stage.Result.Stage));
    }

    [Theory]
    [InlineData(RehearsalStage.Prepare)]
    [InlineData(RehearsalStage.Start)]
    public void A_step_before_the_start_that_hangs_or_fails_is_the_end(RehearsalStage at)
    {
        foreach (var hangs in new[] { false, true })
        {
            var stage = new Stage(Two);
            Assert.Equal(RehearsalMove.Prepare, stage.Move);
            if (at == RehearsalStage.Start)
            {
                stage.Rehearsal.Prepared(stage.Now);
                Assert.Equal(RehearsalMove.Start, stage.Move);
            }
            if (!hangs)
                stage.Rehearsal.Failed(stage.Now, "no such program");
            else if (stage.AtDeadline() == RehearsalMove.Kill)
                stage.Rehearsal.Gone(stage.Now);
            while (stage.Move != RehearsalMove.End)
                stage.AtDeadline();
            Assert.Equal((RehearsalEnd.Failed, at), (stage.Result.End, stage.Result.Stage));
        }
    }

    [Fact]
    public void Whoever_interrupts_it_gets_it_stopped_and_cleaned_up()
    {
        var stage = new Stage(Two).Running().Saw(0);
        stage.Rehearsal.Interrupt(stage.Now);
        stage.StoppedWell();
        Assert.Equal((RehearsalEnd.Interrupted, "interrupted", "removed 2 files"), (stage.Result.End, stage.Result.Reason, stage.Result.Cleaning));
    }

    [Fact]
    public void Whoever_interrupts_it_twice_gets_it_killed()
    {
        var stage = new Stage(Two).Running();
        stage.Rehearsal.Interrupt(stage.Now);
        Assert.Equal(RehearsalMove.Stop, stage.Move);
        stage.Rehearsal.Interrupt(stage.Now);
        Assert.Equal(RehearsalMove.Kill, stage.Move);
        stage.Rehearsal.Gone(stage.Now, "rec (123)");
        stage.Rehearsal.Cleaned(stage.Now, "");
        Assert.Equal(RehearsalEnd.Interrupted, stage.Result.End);
    }

    [Fact]
    public void An_interruption_before_the_start_starts_nothing()
    {
        var stage = new Stage(Two);
        Assert.Equal(RehearsalMove.Prepare, stage.Move);
        stage.Rehearsal.Interrupt(stage.Now);
        Assert.Equal(RehearsalMove.End, stage.Move);
        Assert.Equal(RehearsalEnd.Interrupted, stage.Result.End);
    }

    // Whatever the stop came to before: it ends by the deadlines, and nothing is told twice.
    private static Stage Stop(Stage stage)
    {
        stage.Rehearsal.Asked();
        stage.Rehearsal.Exited(stage.Now, "rec exited with code 0");
        stage.Rehearsal.Gone(stage.Now);
        stage.Rehearsal.Cleaned(stage.Now, "removed 2 files");
        Assert.Equal(RehearsalMove.End, stage.Move);
        return stage;
    }
}
