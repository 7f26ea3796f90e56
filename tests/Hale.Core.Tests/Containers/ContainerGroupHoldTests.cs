using Hale.Core.Containers;

namespace Hale.Core.Tests.Containers;

public class ContainerGroupHoldTests
{
    private static readonly ContainerGroupOwner Owner = new("boot", "pid:[1]", 42, 1000);

    private readonly Engine engine = new();

    [Theory]
    [InlineData(ContainerGroupSight.Alive, 60, false)]
    [InlineData(ContainerGroupSight.Alive, -60, false)]
    [InlineData(ContainerGroupSight.Alive, null, false)]
    [InlineData(ContainerGroupSight.Dead, 60, true)]
    [InlineData(ContainerGroupSight.Dead, -60, true)]
    [InlineData(ContainerGroupSight.Dead, null, true)]
    [InlineData(ContainerGroupSight.Unknown, 60, false)]
    [InlineData(ContainerGroupSight.Unknown, 0, false)]
    [InlineData(ContainerGroupSight.Unknown, -60, true)]
    [InlineData(ContainerGroupSight.Unknown, null, false)]
    public void A_process_that_is_seen_decides_otherwise_the_time_does_and_without_a_time_nothing(ContainerGroupSight sight, int? seconds, bool isOver)
    {
        engine.Hold("s", ContainerGroupRole.Lease, "r", Owner, seconds is { } s ? TimeSpan.FromSeconds(s) : null);
        Assert.Equal(isOver, engine.Of("s").Holds.Single().IsOver(Engine.Now, _ => sight));
    }

    [Fact]
    public void A_hold_without_a_process_goes_by_its_time_whatever_is_seen()
    {
        engine.Hold("s", ContainerGroupRole.Lease, "r", null, TimeSpan.FromSeconds(1));
        Assert.False(engine.Of("s").Holds.Single().IsOver(Engine.Now, _ => ContainerGroupSight.Dead));
    }

    [Fact]
    public void Of_renewals_the_latest_counts()
    {
        engine.Hold("s", ContainerGroupRole.Lease, "r", Owner, TimeSpan.FromSeconds(-30));
        engine.Hold("s", ContainerGroupRole.Lease, "r", Owner, TimeSpan.FromSeconds(30), number: 1);
        var hold = Assert.Single(engine.Of("s").Holds);
        Assert.False(hold.IsOver(Engine.Now, _ => ContainerGroupSight.Unknown));
        Assert.Equal(2, hold.Things.Count);
    }

    [Fact]
    public void A_time_that_cannot_be_read_ends_nothing()
    {
        var lease = engine.Hold("s", ContainerGroupRole.Lease, "r", Owner, TimeSpan.FromSeconds(-30));
        engine.Listed[0] = lease with { Labels = new Dictionary<string, string>(lease.Labels) { [ContainerGroupLabels.Until] = "soon" } };
        Assert.False(engine.Of("s").Holds.Single().IsOver(Engine.Now, _ => ContainerGroupSight.Unknown));
    }

    [Theory]
    [InlineData("boot/pid:[1]/42/1000", true)]
    [InlineData("boot/pid:[1]/42", false)]
    [InlineData("boot/pid:[1]/-42/1000", false)]
    [InlineData("/pid:[1]/42/1000", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void An_owner_is_read_as_it_was_written_or_not_at_all(string? text, bool isOwner) => Assert.Equal(isOwner ? Owner : null, ContainerGroupOwner.Parse(text));
}
