using Hale.Core.Judging;
using Hale.Core.Model;
using Hale.Core.Tests.Support;
using static Hale.Core.Tests.Support.Scenario;
using static Hale.Core.Tests.Support.Service;

namespace Hale.Core.Tests.Judging;

/// <summary>Truth tables of verdicts: P pass, W warn, F fail, I could not tell, one attempt every ten seconds.</summary>
public class JudgeTests
{
    [Theory]
    [InlineData(1, "F", Health.Impaired)]
    [InlineData(2, "F", Health.Initializing)]
    [InlineData(2, "FF", Health.Impaired)]
    [InlineData(2, "PF", Health.Ok)]
    [InlineData(2, "PFF", Health.Impaired)]
    [InlineData(2, "PFPF", Health.Ok)]
    [InlineData(3, "PFFPFF", Health.Ok)]
    [InlineData(3, "PFFWFF", Health.Degraded)]
    [InlineData(3, "PFFF", Health.Impaired)]
    public void Only_a_run_of_failures_makes_a_check_impaired(int fall, string attempts, Health expected) =>
        Assert.Equal(expected, After(attempts, Check("http", fall: fall)));

    [Theory]
    [InlineData(1, "FFP", Health.Ok)]
    [InlineData(2, "FFP", Health.Impaired)]
    [InlineData(2, "FFPP", Health.Ok)]
    [InlineData(2, "FFPFP", Health.Impaired)]
    [InlineData(2, "FFWP", Health.Ok)]
    [InlineData(2, "FFWW", Health.Degraded)]
    [InlineData(3, "FFPPFPP", Health.Impaired)]
    public void Only_a_run_of_good_outcomes_ends_an_impairment(int rise, string attempts, Health expected) =>
        Assert.Equal(expected, After(attempts, Check("http", rise: rise)));

    [Theory]
    [InlineData("W", Health.Degraded)]
    [InlineData("PW", Health.Ok)]
    [InlineData("PWW", Health.Degraded)]
    [InlineData("PWFW", Health.Degraded)]
    [InlineData("PWPW", Health.Ok)]
    [InlineData("WWP", Health.Ok)]
    [InlineData("WFF", Health.Impaired)]
    public void Warnings_degrade_after_as_many_as_failures_impair(string attempts, Health expected) =>
        Assert.Equal(expected, After(attempts, Check("http")));

    [Theory]
    [InlineData("I", Health.Initializing)]
    [InlineData("IIIIIIIIII", Health.Initializing)]
    [InlineData("PIIIIIIIII", Health.Ok)]
    [InlineData("WIIIIIIIII", Health.Degraded)]
    [InlineData("FFIIIIIIII", Health.Impaired)]
    [InlineData("FIIIIIIIII", Health.Initializing)]
    [InlineData("FIF", Health.Impaired)]
    [InlineData("PFIPF", Health.Ok)]
    public void Attempts_that_could_not_tell_neither_condemn_nor_acquit(string attempts, Health expected) =>
        Assert.Equal(expected, After(attempts, Check("http")));

    [Fact]
    public void Attempts_that_could_not_tell_are_counted_and_shown()
    {
        var story = Tell("PII", Check("http"));
        Assert.Equal(2, story.World.Checks[0].Inconclusive);
        Assert.Equal(3, story.World.Checks[0].Attempts);
        Assert.Equal(Outcome.Inconclusive, story.World.Checks[0].LastOutcome);
        Assert.Equal("permission denied", story.World.TakeSnapshot().Targets[0].Checks[0].Evidence);
    }

    [Theory]
    [InlineData("FFF", Health.Initializing)]
    [InlineData("FFFF", Health.Impaired)]
    [InlineData("PFFF", Health.Ok)]
    [InlineData("PFFFF", Health.Impaired)]
    public void A_run_of_failures_must_also_last_as_long_as_written(string attempts, Health expected) =>
        Assert.Equal(expected, After(attempts, Check("cpu", fall: 2, lasting: "30s")));

    [Theory]
    [InlineData("FFFFF", Health.Initializing)]
    [InlineData("FFFFFFF", Health.Initializing)]
    [InlineData("FFFFFFFF", Health.Impaired)]
    [InlineData("PFF", Health.Impaired)]
    public void Failures_do_not_count_while_a_life_is_young_and_unproved(string attempts, Health expected) =>
        Assert.Equal(expected, After(attempts, Check("http", grace: "60s")));

    [Fact]
    public void Proof_waits_for_no_threshold()
    {
        var story = Scenario.Of(new Service("web") { Checks = [Check("http", fall: 5, grace: "60s")] });
        story.Observe("web/http", Fail with { IsProof = true }).Expect("web/http", Health.Impaired);
        Assert.True(Judge.IsConfirmed(story.World.Checks[0]));
    }

    [Theory]
    [InlineData(50, Outcome.Pass)]
    [InlineData(79.9, Outcome.Pass)]
    [InlineData(80, Outcome.Warn)]
    [InlineData(94.9, Outcome.Warn)]
    [InlineData(95, Outcome.Fail)]
    [InlineData(double.NaN, Outcome.Inconclusive)]
    public void Levels_above_are_reached_at_their_value(double value, Outcome expected) =>
        Assert.Equal(expected, Measuring(new Levels("used", 80, 95), Measured(value)));

    [Theory]
    [InlineData(50, Outcome.Pass)]
    [InlineData(20, Outcome.Warn)]
    [InlineData(10.1, Outcome.Warn)]
    [InlineData(10, Outcome.Fail)]
    [InlineData(0, Outcome.Fail)]
    public void Levels_below_are_reached_at_their_value(double value, Outcome expected) =>
        Assert.Equal(expected, Measuring(new Levels("used", 20, 10, Below: true), Measured(value)));

    [Fact]
    public void A_level_without_its_measurement_cannot_tell()
    {
        Assert.Equal(Outcome.Inconclusive, Measuring(new Levels("free", 80, 95), Measured(99)));
        Assert.Equal(Outcome.Inconclusive, Measuring(new Levels("", 80, 95), Pass));
        Assert.Equal(Outcome.Inconclusive, Measuring(new Levels("used", 80, 95), Warn));
    }

    [Fact]
    public void A_level_without_a_name_takes_the_first_measurement() =>
        Assert.Equal(Outcome.Fail, Measuring(new Levels("", 80, 95), ProbeResult.Pass("", new Measurement("a", 99), new Measurement("b", 1))));

    [Fact]
    public void A_level_never_makes_an_outcome_better()
    {
        var levels = new Levels("used", 80, 95);
        Assert.Equal(Outcome.Fail, Measuring(levels, ProbeResult.Fail("refused", new Measurement("used", 1))));
        Assert.Equal(Outcome.Warn, Measuring(levels, ProbeResult.Warn("slow", new Measurement("used", 1))));
        Assert.Equal(Outcome.Fail, Measuring(levels, ProbeResult.Warn("slow", new Measurement("used", 99))));
    }

    [Fact]
    public void A_verdict_says_which_evidence_and_how_often()
    {
        var story = Tell("PFF", Check("http"));
        Assert.Equal("refused (2 times in a row)", story.World.Checks[0].Reason);
        story = Scenario.Of(new Service("web") { Checks = [Check("disk", fall: 1, levels: new Levels("used", 80, 95))] });
        story.Observe("web/disk", Measured(97));
        Assert.Equal("measured, at or above the failing level", story.World.Checks[0].Reason);
    }

    [Theory]
    [InlineData(0.25, "250 ms")]
    [InlineData(1.5, "1.5 s")]
    [InlineData(90, "1 min 30 s")]
    [InlineData(600, "10 min")]
    [InlineData(5400, "1 h 30 min")]
    [InlineData(90000, "1 d 1 h")]
    [InlineData(86400 * 3, "3 d")]
    public void A_span_is_told_in_two_units_at_most(double seconds, string expected) => Assert.Equal(expected, Judge.Span(TimeSpan.FromSeconds(seconds)));

    private static Health After(string attempts, CheckSpec check) => Tell(attempts, check).World.Checks[0].Health;

    private static Outcome Measuring(Levels levels, ProbeResult result)
    {
        var story = Scenario.Of(new Service("web") { Checks = [Check("disk", levels: levels)] });
        return story.Observe("web/disk", result).World.Checks[0].LastOutcome;
    }

    private static Scenario Tell(string attempts, CheckSpec check)
    {
        var story = Scenario.Of(new Service("web") { Checks = [check] });
        foreach (var attempt in attempts)
            story.Observe($"web/{check.Name}", attempt switch { 'P' => Pass, 'W' => Warn, 'F' => Fail, _ => CouldNotTell }).After("10s");
        return story;
    }
}
