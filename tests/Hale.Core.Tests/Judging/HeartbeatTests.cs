using Hale.Core.Model;
using Hale.Core.Tests.Support;
using static Hale.Core.Tests.Support.Scenario;
using static Hale.Core.Tests.Support.Service;

namespace Hale.Core.Tests.Judging;

/// <summary>A job that pushes a heartbeat at least every ten minutes, with a minute of grace.</summary>
public class HeartbeatTests
{
    [Fact]
    public void Silence_is_no_evidence_before_the_first_heartbeat() =>
        Job().At("11m").Expect("job", Health.Initializing).At("3h").Expect("job", Health.InsufficientData).ExpectIntents();

    [Fact]
    public void Silence_after_a_heartbeat_is_a_failure()
    {
        var story = Job().At("5m").Observe("job/beat", Pass).At("16m").Expect("job", Health.Ok);
        story.At("16m1s").Expect("job", Health.Impaired).ExpectIntents("job: clean");
        Assert.Contains("no heartbeat within 11 min", story.Changes.Last(c => c.Kind == ChangeKind.Check).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_start_signal_alone_proves_no_wiring_of_success() =>
        Job().At("5m").Observe("job/beat", ProbeResult.Inconclusive("started")).At("3h").Expect("job", Health.InsufficientData);

    [Fact]
    public void A_heartbeat_that_comes_again_ends_the_failure() =>
        Job().Observe("job/beat", Pass).At("20m").Expect("job", Health.Impaired).Observe("job/beat", Pass).Expect("job", Health.Ok);

    [Fact]
    public void A_heartbeat_that_says_failure_counts_like_a_failed_attempt() =>
        Job().Observe("job/beat", Pass).At("1m").Observe("job/beat", Fail).Expect("job", Health.Ok)
            .At("2m").Observe("job/beat", Fail).Expect("job", Health.Impaired);

    [Fact]
    public void Silence_that_hale_could_not_have_heard_does_not_count()
    {
        var story = Job().Observe("job/beat", Pass).At("5m").Blind("1h").Doubt("5s").After("10m55s").Expect("job", Health.Ok);
        story.After("10s").Expect("job", Health.Impaired);
    }

    [Fact]
    public void Silence_from_before_a_restart_of_hale_does_not_count()
    {
        var story = Job().Observe("job/beat", Pass).At("5m").Blind("2h").Restart().Expect("job", Health.InsufficientData);
        story.After("10m55s").Expect("job", Health.InsufficientData).After("10s").Expect("job", Health.Impaired);
    }

    [Fact]
    public void Silence_from_before_a_remedy_does_not_count()
    {
        var story = Job().Observe("job/beat", Pass).At("12m").ExpectIntents("job: clean");
        story.At("22m").ExpectIntents("job: clean");
        story.At("23m").ExpectIntents("job: clean", "job: clean");
    }

    private static Scenario Job() => Scenario.Of(new Service("job")
    {
        Checks = [Check("beat", within: "10m", grace: "1m", passive: true)],
        Ladder = [Rung.Clean(tries: 2)],
    });
}
