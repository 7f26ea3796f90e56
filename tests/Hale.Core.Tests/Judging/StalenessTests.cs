using Hale.Core.Model;
using Hale.Core.Tests.Support;
using static Hale.Core.Tests.Support.Scenario;
using static Hale.Core.Tests.Support.Service;

namespace Hale.Core.Tests.Judging;

public class StalenessTests
{
    [Theory]
    [InlineData(Outcome.Pass, Health.Ok)]
    [InlineData(Outcome.Warn, Health.Degraded)]
    [InlineData(Outcome.Fail, Health.Impaired)]
    public void A_verdict_without_fresh_evidence_becomes_insufficient_data(Outcome outcome, Health verdict)
    {
        var story = Web().Observe("web/http", new ProbeResult(outcome, "seen"));
        story.At("60s").Expect("web", verdict);
        story.At("61s").Expect("web", Health.InsufficientData);
        Assert.Contains("stale", story["web"].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Attempts_that_cannot_tell_keep_nothing_fresh()
    {
        var story = Web().Observe("web/http", Pass).Answer("web/http", CouldNotTell).At("2m");
        story.Expect("web", Health.InsufficientData);
        Assert.Contains("permission denied", story["web"].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_but_attempts_that_cannot_tell_is_insufficient_data() =>
        Web().Answer("web/http", CouldNotTell).At("60s").Expect("web", Health.Initializing).At("2m").Expect("web", Health.InsufficientData);

    [Fact]
    public void Never_looked_at_is_insufficient_data_in_the_end() => Web().At("2m").Expect("web", Health.InsufficientData);

    [Fact]
    public void One_fresh_pass_ends_insufficient_data() => Web().At("2m").Observe("web/http", Pass).Expect("web", Health.Ok);

    [Fact]
    public void An_observation_that_comes_too_late_is_no_evidence()
    {
        var story = Web().At("5m").Observe("web/http", Pass, begunAgo: "61s").Expect("web", Health.InsufficientData);
        story.Observe("web/http", Pass, begunAgo: "59s").Expect("web", Health.Ok);
    }

    [Fact]
    public void A_failure_from_before_a_silence_confirms_nothing_after_it()
    {
        var story = Scenario.Of(new Service("web") { Checks = [Check("http", fall: 2, stale: "60s")], Ladder = [Rung.Clean()] });
        story.Observe("web/http", Fail).At("10m").Observe("web/http", Fail);
        story.Expect("web", Health.InsufficientData).ExpectIntents();
        story.After("10s").Observe("web/http", Fail).Expect("web", Health.Impaired).ExpectIntents("web: clean");
    }

    [Fact]
    public void A_long_grace_holds_off_insufficient_data()
    {
        var story = Scenario.Of(new Service("web") { Checks = [Check("http", stale: "60s", grace: "5m")] });
        story.At("5m").Expect("web", Health.Initializing).At("5m1s").Expect("web", Health.InsufficientData);
    }

    [Fact]
    public void A_dead_process_stays_impaired_without_further_looks()
    {
        var story = Scenario.Of(new Service("web") { IsSupervised = true, Checks = [Check("http", stale: "60s")] }).Idle();
        story.Begin("web").Observe("web/http", Pass).At("10s").End("web");
        story.At("1h").Expect("web", Health.Impaired);
    }

    private static Scenario Web() => Scenario.Of(new Service("web") { Checks = [Check("http", fall: 1, stale: "60s")] });
}
