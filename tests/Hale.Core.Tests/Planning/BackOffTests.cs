using Hale.Core.Model;
using Hale.Core.Planning;
using static Hale.Core.Tests.Support.Spans;

namespace Hale.Core.Tests.Planning;

public class BackOffTests
{
    private static readonly HealingPolicy Plain = new() { Cooldown = Span("10s"), CooldownMax = Span("5m"), Jitter = 0 };

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 10)]
    [InlineData(2, 20)]
    [InlineData(3, 40)]
    [InlineData(5, 160)]
    [InlineData(6, 300)]
    [InlineData(1000, 300)]
    [InlineData(int.MaxValue, 300)]
    public void A_pause_doubles_up_to_its_ceiling(int attempt, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), BackOff.Pause(Plain, attempt, 0, "web"));

    [Fact]
    public void No_cooldown_is_no_pause() => Assert.Equal(TimeSpan.Zero, BackOff.Pause(Plain with { Cooldown = TimeSpan.Zero }, 5, 0, "web"));

    [Fact]
    public void Jitter_lengthens_by_up_to_its_share_and_spreads_evenly()
    {
        var pauses = Enumerable.Range(0, 1000).Select(t => BackOff.Pause(Plain with { Jitter = 0.5 }, 1, 0, $"web-{t}").TotalSeconds).ToArray();
        Assert.All(pauses, p => Assert.InRange(p, 10, 15));
        for (var tenth = 0; tenth < 10; tenth++)
            Assert.InRange(pauses.Count(p => p >= 10 + tenth * 0.5 && p < 10.5 + tenth * 0.5), 60, 140);
    }

    [Fact]
    public void Jitter_depends_on_seed_target_and_attempt_only()
    {
        var policy = Plain with { Jitter = 0.5 };
        var pause = BackOff.Pause(policy, 6, 1, "web");
        Assert.Equal(pause, BackOff.Pause(policy, 6, 1, "web"));
        Assert.NotEqual(pause, BackOff.Pause(policy, 6, 2, "web"));
        Assert.NotEqual(pause, BackOff.Pause(policy, 6, 1, "api"));
        Assert.NotEqual(pause, BackOff.Pause(policy, 7, 1, "web"));
    }

    [Fact]
    public void Jitter_is_the_same_on_every_machine_and_in_every_version() =>
        Assert.Equal(445.0, BackOff.Pause(Plain with { Jitter = 0.5 }, 6, 1, "web").TotalSeconds, 1);
}
