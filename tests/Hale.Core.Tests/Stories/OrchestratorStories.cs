using Hale.Core.Model;
using Hale.Core.Tests.Support;
using static Hale.Core.Tests.Support.Scenario;
using static Hale.Core.Tests.Support.Service;
using static Hale.Core.Tests.Support.Spans;

namespace Hale.Core.Tests.Stories;

/// <summary>
/// The job that Hale was built for: an orchestrator runs experiments for ever on one machine. Each of these ways of going wrong went wrong
/// for the health monitor that came before it.
/// </summary>
public class OrchestratorStories
{
    [Fact]
    public void A_failed_probe_never_kills()
    {
        // The tool is missing, the permission is gone, our own resolver is broken: for hours.
        var story = Healthy().Answer("orchestrator/activity", CouldNotTell).Answer("host/disk", CouldNotTell).Answer("host/memory", CouldNotTell);
        story.After("3h").ExpectIntents("orchestrator: start");
        story.Expect("orchestrator", Health.InsufficientData).Expect("host", Health.InsufficientData);
    }

    [Fact]
    public void Resource_probes_that_fail_are_not_ok() =>
        Healthy().Expect("host", Health.Ok).Answer("host/memory", CouldNotTell).After("10m").Expect("host", Health.InsufficientData);

    [Fact]
    public void A_process_that_runs_but_does_nothing_is_restarted_after_its_window()
    {
        var story = Healthy();
        story.Answer("orchestrator/activity", Progress("the last row", "0s"));
        story.After("9m").ExpectIntents("orchestrator: start");
        story.After("4m").ExpectIntents("orchestrator: start", "orchestrator: restart");
        Assert.Contains("no progress for longer than 10 min", story.Intents[^1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void One_long_experiment_that_makes_progress_is_left_alone()
    {
        var story = Healthy();
        story.Answer("orchestrator/activity", () => Progress($"row 9, step {(story.World.Now - Origin).TotalMinutes:0}"));
        story.After("3h").ExpectIntents("orchestrator: start").Expect("orchestrator", Health.Ok);
    }

    [Fact]
    public void A_death_is_healed_and_the_healing_is_verified()
    {
        var story = Healthy().End("orchestrator", "killed by signal 9").Expect("orchestrator", Health.Initializing);
        story.ExpectIntents("orchestrator: start", "orchestrator: restart");
        Assert.NotNull(story["orchestrator"].Verifying);
        story.After("1m").Expect("orchestrator", Health.Ok);
        Assert.Contains(story.Changes, c => c.Kind == ChangeKind.Helped && c.Intent == 2);
    }

    [Fact]
    public void A_restart_that_brings_up_a_process_that_does_nothing_did_not_help()
    {
        var story = Healthy().Answer("orchestrator/activity", Progress("the last row", "1h")).End("orchestrator").After("13m");
        Assert.Contains(story.Changes, c => c.Kind == ChangeKind.DidNotHelp && c.Intent == 2);
        Assert.DoesNotContain(story.Changes, c => c.Kind == ChangeKind.Helped && c.Intent == 2);
    }

    [Fact]
    public void A_crash_loop_ends_in_NeedsHuman_with_growing_pauses()
    {
        var story = Healthy().Crashing("orchestrator", "500ms").End("orchestrator").After("1h");
        story.ExpectNeedsHuman("orchestrator").Expect("orchestrator", Health.Impaired);
        var heals = story.Heals.ToArray();
        Assert.Equal(5, heals.Length);
        var pauses = heals.Zip(heals.Skip(1), (a, b) => (b.At - a.At).TotalSeconds).ToArray();
        Assert.All(pauses.Zip(pauses.Skip(1)), pair => Assert.True(pair.Second > pair.First, string.Join(", ", pauses)));
        Assert.Contains("restart 5 times did not help", story["orchestrator"].NeedsHuman, StringComparison.Ordinal);

        // Watching goes on: a person repairs and starts it, and it is well again.
        story.Crashing("orchestrator", null).Order(Order.Start, "orchestrator").After("6m").Expect("orchestrator", Health.Ok).ExpectNeedsHuman("orchestrator", false);
    }

    [Fact]
    public void A_crash_loop_with_good_moments_ends_as_well()
    {
        // It works for two minutes each time, which is less than the five that end an episode.
        var story = Healthy().Crashing("orchestrator", "2m").End("orchestrator").After("3h");
        story.ExpectNeedsHuman("orchestrator");
        Assert.Equal(5, story.Heals.Count());
    }

    [Fact]
    public void A_restart_that_does_not_help_is_not_repeated_for_ever()
    {
        var story = Healthy().Answer("orchestrator/activity", Progress("the last row", "5h")).After("3h");
        Assert.Equal(5, story.Heals.Count());
        story.ExpectNeedsHuman("orchestrator").Expect("orchestrator", Health.Impaired);
    }

    [Fact]
    public void A_full_disk_is_cleaned_before_it_hurts_and_the_orchestrator_is_left_alone()
    {
        var used = 70.0;
        var story = Healthy().Answer("host/disk", () => Measured(used));
        used = 87;
        story.After("3m").Expect("host", Health.Degraded).ExpectIntents("orchestrator: start");
        used = 91;
        story.Hands(intent => { used = 60; return RemedyOutcome.Done; });
        story.After("3m").ExpectIntents("orchestrator: start", "host: clean").Expect("host", Health.Ok);
        Assert.Equal(1, story["orchestrator"].Lives);
    }

    [Fact]
    public void A_disk_that_cleaning_does_not_free_is_handed_to_a_person()
    {
        var story = Healthy().Answer("host/disk", Measured(96)).After("1h");
        story.ExpectIntents("orchestrator: start", "host: clean").ExpectNeedsHuman("host").ExpectNeedsHuman("orchestrator", false);
    }

    [Fact]
    public void High_memory_warns_and_kills_nobody()
    {
        var story = Healthy().Answer("host/memory", Measured(97)).After("2h");
        story.Expect("host", Health.Impaired).ExpectIntents("orchestrator: start").ExpectNeedsHuman("host", false);
    }

    [Fact]
    public void Pause_is_honoured()
    {
        var story = Healthy().Order(Order.Pause, "orchestrator", "2h").End("orchestrator").After("119m");
        story.Expect("orchestrator", Health.Impaired).ExpectIntents("orchestrator: start").ExpectRefusal("orchestrator", Gate.Paused);
        story.After("2m").ExpectIntents("orchestrator: start", "orchestrator: restart");
    }

    [Fact]
    public void A_persons_stop_always_wins()
    {
        var story = Healthy().Order(Order.Stop, "orchestrator").After("3h");
        story.ExpectIntents("orchestrator: start", "orchestrator: stop").Expect("orchestrator", Health.NotApplicable);
        story = Healthy().Crashing("orchestrator", "500ms").End("orchestrator").Order(Order.Stop, "orchestrator");
        var before = story.Heals.Count();
        story.After("3h");
        Assert.Equal(before, story.Heals.Count());
    }

    [Fact]
    public void Two_restarters_do_not_fight_over_one_target()
    {
        // Another hand restarts it just when Hale meant to: the remedy is dropped, its life is left alone.
        var story = Healthy().Idle().Answer("orchestrator/activity", Progress("the last row")).After("13m").ExpectIntents("orchestrator: start", "orchestrator: restart");
        story.Begin("orchestrator").Close("orchestrator", RemedyOutcome.Dropped, "the life has changed");
        Assert.Equal(0, story["orchestrator"].Attempts);
        story.After("9m").ExpectIntents("orchestrator: start", "orchestrator: restart");
    }

    [Fact]
    public void A_stall_of_hale_and_a_step_of_the_clock_cause_no_verdict_and_no_action_and_a_real_failure_is_found_afterwards()
    {
        var story = Healthy();
        var before = story.Changes.Count;
        story.Blind("30s").Doubt("5s").After("1m").Doubt("5s", "the wall clock jumped by +3600.0 s").After("1m");
        Assert.All(story.Changes.Skip(before), c => Assert.True(c.Kind is ChangeKind.Doubt or ChangeKind.DoubtOver, c.ToString()));
        story.End("orchestrator").ExpectIntents("orchestrator: start", "orchestrator: restart");
    }

    /// <summary>Ten minutes of a good life: a row every two minutes, disk and memory as they should be.</summary>
    private static Scenario Healthy()
    {
        var story = Scenario.Of(
            new Service("host")
            {
                Checks =
                [
                    Check("disk", every: "30s", stale: "2m", levels: new Levels("used", 85, 90)),
                    Check("memory", every: "30s", stale: "2m", levels: new Levels("used", 90, 95)),
                ],
                Ladder = [Rung.Clean(when: "disk")],
            },
            new Service("orchestrator")
            {
                IsSupervised = true,
                Checks = [Check("activity", every: "1m", stale: "4m", within: "10m")],
                Ladder = [Rung.Restart(5, verify: "12m")],
                Healing = new() { Budget = new(5, Span("1h")) },
            });
        story.Answer("host/disk", Measured(70)).Answer("host/memory", Measured(50));
        story.Answer("orchestrator/activity", () => Progress($"row {(int)(story.World.Now - Origin).TotalMinutes / 2}", "0s"));
        return story.At("10m").Expect("host", Health.Ok).Expect("orchestrator", Health.Ok).ExpectIntents("orchestrator: start");
    }
}
