using Hale.Core.Judging;
using Hale.Core.Model;
using Hale.Core.Tests.Support;
using static Hale.Core.Tests.Support.Scenario;
using static Hale.Core.Tests.Support.Service;

namespace Hale.Core.Tests.Judging;

/// <summary>Icinga 2's rule: the i-th oldest of 20 changes weighs 0.8 + 0.02 i, as a per cent of 20; above 30 it begins, at 25 it ends.</summary>
public class FlappingTests
{
    [Theory]
    [InlineData(0u, 0)]
    [InlineData(1u, 5.9)]
    [InlineData(1u << 19, 4.0)]
    [InlineData(0b11111u, 28.5)]
    [InlineData((1u << 20) - 1, 99.0)]
    public void Newer_changes_weigh_more(uint changes, double expected) => Assert.Equal(expected, Flapping.Share(changes), 6);

    [Fact]
    public void It_begins_above_the_high_threshold_and_ends_at_the_low_one()
    {
        var state = CheckState.Fresh(Origin);
        var flapping = new List<bool>();
        for (var n = 0; n < 8; n++)
            flapping.Add(state.IsFlapping = Flapping.Step(ref state, n % 2 == 0, FlapPolicy.Default));
        Assert.Equal([false, false, false, false, false, true, true, true], flapping);

        // Eight changes weigh 44.4 %; each quiet observation takes 0.1 % per change away until changes fall out of the window.
        var quiet = 0;
        while (state.IsFlapping && quiet < 100)
        {
            quiet++;
            state.IsFlapping = Flapping.Step(ref state, state.WasBad, FlapPolicy.Default);
            Assert.Equal(Flapping.Share(state.Changes) > 25, state.IsFlapping);
        }
        Assert.InRange(quiet, 13, 19);
    }

    [Fact]
    public void A_flapping_check_says_so_once_and_says_when_it_is_over()
    {
        var story = Scenario.Of(new Service("web") { Checks = [Check("http", fall: 1)] });
        for (var n = 0; n < 12; n++)
            story.Observe("web/http", n % 2 == 0 ? Pass : Fail);
        Assert.True(story.World.TakeSnapshot().Targets[0].IsFlapping);
        for (var n = 0; n < 25; n++)
            story.Observe("web/http", Pass);
        Assert.False(story.World.TakeSnapshot().Targets[0].IsFlapping);
        Assert.Equal(2, story.Changes.Count(c => c.Kind == ChangeKind.Flapping));
    }

    [Fact]
    public void Attempts_that_could_not_tell_do_not_flap()
    {
        var story = Scenario.Of(new Service("web") { Checks = [Check("http")] });
        for (var n = 0; n < 40; n++)
            story.Observe("web/http", n % 2 == 0 ? Pass : CouldNotTell);
        Assert.False(story.World.Checks[0].IsFlapping);
    }
}
