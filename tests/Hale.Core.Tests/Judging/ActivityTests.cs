using Hale.Core.Model;
using Hale.Core.Tests.Support;
using static Hale.Core.Tests.Support.Scenario;
using static Hale.Core.Tests.Support.Service;

namespace Hale.Core.Tests.Judging;

/// <summary>"Has anything happened within ten minutes": the window of an activity check, looked at every minute.</summary>
public class ActivityTests
{
    [Fact]
    public void A_row_of_this_life_is_progress_at_the_first_look() =>
        Runner().At("5m").Observe("runner/activity", Progress("row 7", "2m")).Expect("runner/activity", Health.Ok);

    [Fact]
    public void A_row_from_before_this_life_is_no_progress() =>
        Runner().At("5m").Observe("runner/activity", Progress("row 7", "20m")).Expect("runner/activity", Health.Initializing);

    [Fact]
    public void A_row_without_a_time_stamp_is_no_progress_until_another_comes()
    {
        var story = Runner().Observe("runner/activity", Progress("row 7")).Expect("runner/activity", Health.Initializing);
        story.At("1m").Observe("runner/activity", Progress("row 7")).Expect("runner/activity", Health.Initializing);
        story.At("2m").Observe("runner/activity", Progress("row 8")).Expect("runner/activity", Health.Ok);
    }

    [Fact]
    public void A_row_from_the_future_is_no_progress_until_another_comes()
    {
        var story = Runner().At("1m").Observe("runner/activity", Progress("row 7", "-1h")).Expect("runner/activity", Health.Initializing);
        story.At("2m").Observe("runner/activity", Progress("row 8", "-1h")).Expect("runner/activity", Health.Ok);
    }

    [Fact]
    public void No_progress_in_this_life_fails_after_the_window()
    {
        var story = Runner().Answer("runner/activity", Progress("row 7", "5h"));
        story.At("10m").Expect("runner/activity", Health.Initializing);
        story.At("12m").Expect("runner/activity", Health.Impaired);
        Assert.Contains("no progress in this life within 10 min", story["runner"].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_table_is_no_progress()
    {
        var story = Runner().Answer("runner/activity", Progress(null));
        story.At("10m").Expect("runner/activity", Health.Initializing).At("12m").Expect("runner/activity", Health.Impaired);
    }

    [Fact]
    public void Progress_that_stops_fails_after_the_window()
    {
        var row = 0;
        var story = Runner().Answer("runner/activity", () => Progress($"row {++row}")).At("30m").Expect("runner/activity", Health.Ok);
        story.Answer("runner/activity", Progress($"row {row}")).At("39m").Expect("runner/activity", Health.Ok);
        story.At("43m").Expect("runner/activity", Health.Impaired);
        Assert.Contains("no progress for longer than 10 min", story["runner"].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_honest_work_that_progresses_is_no_failure()
    {
        // One experiment of five hours: no new row, but its progress column moves every eight minutes.
        var story = Runner();
        story.Answer("runner/activity", () => Progress($"row 7 at {(story.World.Now - Origin).Ticks / TimeSpan.FromMinutes(8).Ticks}"));
        story.At("20m");
        for (var minute = 21; minute <= 300; minute++)
            story.At($"{minute}m").Expect("runner/activity", Health.Ok);
    }

    [Fact]
    public void A_step_of_the_wall_clock_neither_fakes_nor_hides_progress()
    {
        var story = Runner().At("2m").Answer("runner/activity", Progress("row 7", "1m")).After("1s").Expect("runner/activity", Health.Ok);
        // The wall clock steps by an hour either way: the age by the target's own record jumps with it, the token does not.
        story.Answer("runner/activity", Progress("row 7", "61m")).At("8m").Expect("runner/activity", Health.Ok);
        story.Answer("runner/activity", Progress("row 7", "-1h")).At("14m").Expect("runner/activity", Health.Impaired);
    }

    [Fact]
    public void A_new_life_gets_a_window_of_its_own()
    {
        var story = Scenario.Of(new Service("runner") { IsSupervised = true, Checks = [Activity] }).Idle();
        story.Begin("runner").Answer("runner/activity", Progress("row 7", "5h")).At("9m");
        story.End("runner").Begin("runner");
        story.At("18m").Expect("runner/activity", Health.Initializing).At("21m").Expect("runner/activity", Health.Impaired);
    }

    [Fact]
    public void Silence_while_hale_was_in_doubt_does_not_count()
    {
        var row = 0;
        var story = Runner().Answer("runner/activity", () => Progress($"row {++row}")).At("5m");
        story.Answer("runner/activity", Progress($"row {row}")).Blind("1h").Doubt("5s").After("1m").Expect("runner/activity", Health.Ok);
        story.After("8m").Expect("runner/activity", Health.Ok);
        story.After("3m").Expect("runner/activity", Health.Impaired);
    }

    [Fact]
    public void Doubt_is_no_progress()
    {
        var story = Runner().Answer("runner/activity", Progress("row 7", "5h")).At("15m").Expect("runner/activity", Health.Impaired);
        story.Doubt("5s").After("3m").Expect("runner/activity", Health.Impaired);
    }

    [Fact]
    public void Silence_from_before_a_remedy_does_not_count_and_is_no_progress()
    {
        var story = Scenario.Of(new Service("runner") { Checks = [Activity], Ladder = [Rung.Clean(tries: 2, verify: "12m")] });
        story.Answer("runner/activity", Progress("row 7", "5h")).At("13m").ExpectIntents("runner: clean");
        story.At("20m").Expect("runner/activity", Health.Impaired);
        Assert.NotNull(story["runner"].Verifying);
        story.At("22m").ExpectIntents("runner: clean");
    }

    [Fact]
    public void Silence_is_known_only_from_the_first_look_that_could_tell()
    {
        // The query could not be made for half an hour; its first answer does not say how old the newest row is.
        var story = Runner().Answer("runner/activity", CouldNotTell).At("30m").Answer("runner/activity", Progress("row 7"));
        story.At("40m").Expect("runner/activity", Health.Initializing).At("43m").Expect("runner/activity", Health.Impaired);
    }

    [Fact]
    public void A_look_that_finds_no_progress_yet_ends_a_run_of_failed_looks()
    {
        var story = Runner().Observe("runner/activity", Fail).Observe("runner/activity", Progress("row 7")).Observe("runner/activity", Fail);
        story.Expect("runner/activity", Health.Initializing).Observe("runner/activity", Fail).Expect("runner/activity", Health.Impaired);
    }

    [Fact]
    public void A_failed_query_says_so_whatever_the_window() =>
        Runner().Observe("runner/activity", Fail).Observe("runner/activity", Fail).Expect("runner/activity", Health.Impaired);

    private static CheckSpec Activity => Check("activity", every: "1m", within: "10m");

    private static Scenario Runner() => Scenario.Of(new Service("runner") { Checks = [Activity] });
}
