using Hale.Core.Model;
using Hale.Running;
using Xunit;

namespace Hale.Tests.Running;

public class GateTriesTests
{
    private static readonly Instant Start = new(TimeSpan.TicksPerHour);
    private static readonly Incarnation First = new("1@1");
    private static readonly Incarnation Second = new("2@2");

    private readonly GateTries tries = new(new WorldSpec
    {
        Targets = [new TargetSpec { Name = "db", Checks = [0, 1] }],
        Checks = [new CheckSpec { Name = "gated", Target = 0, Kind = "http", Gate = TimeSpan.FromSeconds(60) }, new CheckSpec { Name = "plain", Target = 0, Kind = "http" }],
    });

    private static Instant At(double seconds) => Start + TimeSpan.FromSeconds(seconds);

    private Instant? After(double at, ProbeResult? result, Incarnation? life = null, int check = 0) => tries.Next(check, life ?? First, At(at), At(at), result);

    [Fact]
    public void Failures_are_followed_by_pauses_that_grow_with_the_time_waited_up_to_a_second()
    {
        Assert.Equal(At(0.05), After(0, ProbeResult.Fail("no")));
        Assert.Equal(At(10.25), After(10, ProbeResult.Inconclusive("who knows")));
        Assert.Equal(At(51), After(50, ProbeResult.Fail("no")));
    }

    [Fact]
    public void The_first_pass_ends_the_quick_tries_for_this_life()
    {
        Assert.Null(After(0, ProbeResult.Pass("yes")));
        Assert.Null(After(1, ProbeResult.Fail("no")));
        Assert.Equal(At(2.05), After(2, ProbeResult.Fail("no"), Second));
    }

    [Fact]
    public void The_last_quick_try_is_made_when_the_time_is_over()
    {
        After(0, ProbeResult.Fail("no"));
        Assert.Equal(At(60.02), After(59.5, ProbeResult.Fail("no")));
        Assert.Null(After(60.02, ProbeResult.Fail("no")));
    }

    [Fact]
    public void A_check_without_a_gate_keeps_its_slots() => Assert.Null(After(0, ProbeResult.Fail("no"), check: 1));
}
