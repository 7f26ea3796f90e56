using Hale.Core.Model;
using Hale.Core.Readiness;
using static Hale.Core.Tests.Support.Spans;

namespace Hale.Core.Tests.Readiness;

public class GatePaceTests
{
    private static readonly GateSpec Spec = new(new GateTargetSpec("web"));

    [Theory]
    [InlineData("0s", "0ms", "5ms")]
    [InlineData("1s", "0ms", "5ms")]
    [InlineData("4s", "1ms", "10ms")]
    [InlineData("60s", "1ms", "150ms")]
    [InlineData("10m", "1ms", "1s")]
    [InlineData("2s", "20ms", "60ms")]
    [InlineData("10s", "5s", "1s")]
    public void A_pause_is_a_share_of_the_time_waited_and_three_times_what_the_attempt_took(string waited, string took, string pause) =>
        Assert.Equal(Span(pause), GatePace.Pause(Spec, Span(waited), Span(took)));

    [Fact]
    public void An_interval_below_the_shortest_pause_is_kept() =>
        Assert.Equal(Span("1ms"), GatePace.Pause(Spec with { Interval = Span("1ms") }, Span("9s"), Span("1s")));

    [Fact]
    public void A_steady_gate_pauses_for_the_interval() =>
        Assert.Equal(Span("1s"), GatePace.Pause(Spec with { IsSteady = true }, default, default));

    [Fact]
    public void What_comes_within_seconds_is_noticed_within_20_ms_and_attempts_stay_bounded()
    {
        var late = new List<TimeSpan>();
        for (var ready = 100; ready < 5000; ready += 7)
        {
            var at = TimeSpan.FromMilliseconds(ready);
            var play = new Rehearsal(Spec, (_, now) => (now >= at ? Outcome.Pass : Outcome.Fail, Span("1ms")));
            play.Play();
            late.Add(play.Now - Rehearsal.Start - at);
        }
        late.Sort();
        Assert.InRange(late[late.Count * 95 / 100], TimeSpan.Zero, Span("20ms"));

        var never = new Rehearsal(Spec, (_, _) => (Outcome.Fail, Span("1ms")));
        never.Play();
        Assert.InRange(never.Tried.Count, 500, 2000);
    }
}
