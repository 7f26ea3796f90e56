using Hale.Core.Containers;

namespace Hale.Core.Tests.Containers;

/// <summary>What belongs to a group, and what does not.</summary>
public class ContainerGroupThingTests
{
    private readonly Engine engine = new();

    [Fact]
    public void Whatever_a_group_makes_belongs_to_it()
    {
        engine.Member("s", "r", "web");
        engine.Network("s", "r", ContainerGroupNetwork.Default);
        engine.Volume("s", "r", new("data"));
        engine.Filled("s", "r", "data");
        engine.Hold("s", ContainerGroupRole.Work, "r");
        engine.Hold("s", ContainerGroupRole.Lease, "r", number: 3);
        Assert.Equal(6, engine.Of("s").Things.Count);
    }

    [Fact]
    public void A_container_of_an_image_that_was_made_of_a_member_has_its_labels_and_is_nobodys()
    {
        var member = engine.Member("s", "r", "web");
        Assert.Null(ContainerGroupThing.TryRead(member with { Id = "other", Name = "jolly_turing" }));
    }

    [Theory]
    [InlineData(ContainerGroupLabels.Session, "S")]
    [InlineData(ContainerGroupLabels.Session, "")]
    [InlineData(ContainerGroupLabels.Key, "0000000000000000")]
    [InlineData(ContainerGroupLabels.Role, "lord")]
    [InlineData(ContainerGroupLabels.Role, "Member")]
    [InlineData(ContainerGroupLabels.Role, "network")]
    [InlineData(ContainerGroupLabels.Run, "")]
    [InlineData(ContainerGroupLabels.Name, "other")]
    [InlineData(ContainerGroupLabels.Number, "2")]
    public void Labels_that_do_not_agree_make_it_nobodys(string label, string value)
    {
        var member = engine.Member("s", "r", "web");
        Assert.NotNull(ContainerGroupThing.TryRead(member));
        Assert.Null(ContainerGroupThing.TryRead(member with { Labels = new Dictionary<string, string>(member.Labels) { [label] = value } }));
    }

    [Theory]
    [InlineData(ContainerGroupLabels.Session)]
    [InlineData(ContainerGroupLabels.Key)]
    [InlineData(ContainerGroupLabels.Role)]
    [InlineData(ContainerGroupLabels.Run)]
    [InlineData(ContainerGroupLabels.Name)]
    public void Without_one_of_its_labels_it_is_nobodys(string label)
    {
        var member = engine.Member("s", "r", "web");
        Assert.Null(ContainerGroupThing.TryRead(member with { Labels = member.Labels.Where(each => each.Key != label).ToDictionary() }));
    }

    [Theory]
    [InlineData("job-1", "job-10")]
    [InlineData("job", "job-1")]
    [InlineData("job", "JOB")]
    public void A_listing_of_one_session_has_nothing_of_another_with_a_similar_name(string mine, string other)
    {
        engine.Member(mine, "r", "web");
        engine.Member(other, "r", "web");
        Assert.Equal(mine, Assert.Single(engine.Of(mine).Things).Session);
    }
}
