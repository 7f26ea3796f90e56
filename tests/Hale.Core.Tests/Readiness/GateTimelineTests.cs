using Hale.Core.Model;
using Hale.Core.Readiness;

namespace Hale.Core.Tests.Readiness;

public class GateTimelineTests
{
    private static readonly Instant Start = Rehearsal.Start;

    private static Instant At(int seconds) => Start + TimeSpan.FromSeconds(seconds);

    [Fact]
    public void Attempts_that_come_to_the_same_are_one_episode()
    {
        var timeline = new GateTimeline();
        for (var i = 0; i < 100; i++)
            timeline.Add(Outcome.Fail, "refused", At(i), At(i + 1));
        timeline.Add(Outcome.Pass, "status 200", At(100), At(101));
        Assert.Equal(
            [new GateEpisode(Outcome.Fail, "refused", At(0), At(100), 100), new GateEpisode(Outcome.Pass, "status 200", At(100), At(101), 1)],
            timeline.Episodes);
    }

    [Fact]
    public void Of_many_episodes_the_beginning_and_the_end_are_kept()
    {
        var timeline = new GateTimeline();
        for (var i = 0; i < 1000; i++)
            timeline.Add(Outcome.Fail, $"it is {i}", At(i), At(i));
        Assert.Equal((2 * GateTimeline.Kept, 1000 - 2 * GateTimeline.Kept), (timeline.Episodes.Count, timeline.Dropped));
        Assert.Equal(["it is 0", "it is 31", "it is 968", "it is 999"], [timeline.Episodes[0].Evidence, timeline.Episodes[31].Evidence, timeline.Episodes[32].Evidence, timeline.Last!.Evidence]);
    }
}
