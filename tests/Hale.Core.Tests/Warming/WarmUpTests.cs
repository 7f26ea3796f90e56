using Hale.Core.Warming;

namespace Hale.Core.Tests.Warming;

public class WarmUpTests
{
    private static RehearsalResult Proved(double seconds) =>
        new(RehearsalEnd.Proved, RehearsalStage.Done, "files: seen") { TimeToEvidence = TimeSpan.FromSeconds(seconds) };

    private static WarmUp After(WarmSpec spec, params double[] seconds)
    {
        var warmUp = new WarmUp(spec);
        foreach (var each in seconds)
            warmUp.Add(Proved(each));
        return warmUp;
    }

    [Fact]
    public void Times_that_are_alike_are_warm()
    {
        var warmUp = After(new(), 14.2, 3.1);
        Assert.Null(warmUp.Verdict);
        warmUp.Add(Proved(2.9));
        Assert.Equal(new WarmVerdict(WarmEnd.Warm, "14.2 s, 3.1 s, 2.9 s: warm", IsHealthy: true), warmUp.Verdict);
    }

    [Theory]
    [InlineData(new double[] { }, false)]
    [InlineData(new[] { 3.0 }, false)]
    [InlineData(new[] { 3.0, 3.0 }, true)]
    [InlineData(new[] { 3.0, 3.6 }, true)]
    [InlineData(new[] { 3.6, 3.0 }, true)]
    [InlineData(new[] { 3.0, 3.61 }, false)]
    [InlineData(new[] { 3.0, 3.0, 9.0 }, false)]
    [InlineData(new[] { 9.0, 3.0, 3.0 }, true)]
    [InlineData(new[] { 0.05, 0.15 }, true)]
    [InlineData(new[] { 0.05, 0.16 }, false)]
    public void The_last_two_times_decide(double[] seconds, bool alike) =>
        Assert.Equal(alike, WarmUp.IsAlike([.. seconds.Select(TimeSpan.FromSeconds)], new()));

    [Theory]
    [InlineData(new[] { 3.0, 3.1, 9.0 }, false)]
    [InlineData(new[] { 9.0, 3.1, 3.0 }, false)]
    [InlineData(new[] { 9.0, 3.2, 3.0, 3.5 }, true)]
    public void Or_so_many_as_the_plan_says(double[] seconds, bool alike) =>
        Assert.Equal(alike, WarmUp.IsAlike([.. seconds.Select(TimeSpan.FromSeconds)], new() { Last = 3 }));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_limit_is_not_warm_and_healthy_only_where_the_plan_says_so(bool accepts)
    {
        var warmUp = After(new() { Limit = 3, AcceptsNotWarm = accepts }, 14.2, 9, 5);
        Assert.Equal(
            new WarmVerdict(WarmEnd.NotWarm, "14.2 s, 9.0 s, 5.0 s: not warm: the last 2 times still differ after 3 rehearsals, which is the limit", accepts),
            warmUp.Verdict);
    }

    [Fact]
    public void One_rehearsal_is_enough_where_the_plan_wants_one()
    {
        Assert.Equal(new WarmVerdict(WarmEnd.Warm, "14.2 s: warm", IsHealthy: true), After(new() { Limit = 1, Last = 1 }, 14.2).Verdict);
    }

    [Theory]
    [InlineData(RehearsalEnd.Failed, WarmEnd.Failed, "14.2 s: failed at clean of rehearsal 2: a reason")]
    [InlineData(RehearsalEnd.CouldNotTell, WarmEnd.CouldNotTell, "14.2 s: could not tell at clean of rehearsal 2: a reason")]
    [InlineData(RehearsalEnd.Interrupted, WarmEnd.Interrupted, "14.2 s: interrupted")]
    public void A_rehearsal_that_did_not_succeed_ends_it_unhealthy(RehearsalEnd end, WarmEnd expected, string line)
    {
        var warmUp = After(new() { AcceptsNotWarm = true }, 14.2);
        warmUp.Add(new(end, RehearsalStage.Clean, "a reason"));
        Assert.Equal(new WarmVerdict(expected, line, IsHealthy: false), warmUp.Verdict);
    }

    [Fact]
    public void A_verdict_does_not_change_any_more()
    {
        var warmUp = After(new(), 3, 3);
        warmUp.Add(new(RehearsalEnd.Failed, RehearsalStage.Start, "too late"));
        warmUp.Interrupt();
        Assert.Equal(WarmEnd.Warm, warmUp.Verdict!.End);
        Assert.Equal(2, warmUp.Results.Count);
    }

    [Theory]
    [InlineData(0, "1 ms")]
    [InlineData(0.0502, "50 ms")]
    [InlineData(2.94, "2.9 s")]
    [InlineData(75, "75.0 s")]
    public void Times_are_shown_as_people_say_them(double seconds, string shown) => Assert.Equal(shown, WarmUp.Shown(TimeSpan.FromSeconds(seconds)));
}
