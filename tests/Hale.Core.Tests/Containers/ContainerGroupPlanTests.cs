using Hale.Core.Containers;

namespace Hale.Core.Tests.Containers;

/// <summary>What is missing of a group.</summary>
public class ContainerGroupPlanTests
{
    private static readonly ContainerGroupVolume Seeded = new("data") { Seed = new() { Folder = "/seed" } };

    private static readonly ContainerGroupMember Web = new("web") { Image = "web:1" };

    private static readonly ContainerGroupMember Reader = Web with { Mounts = [new("data", null, "/data", true)] };

    private readonly Engine engine = new();

    private static ContainerGroupSpec Spec(params ContainerGroupMember[] members) => new() { Session = "s", Members = members };

    private ContainerGroupPlan Plan(ContainerGroupSpec spec, string image = "sha256:1", string? holder = null) =>
        ContainerGroupPlan.Make(spec, engine.Of("s"), new Dictionary<string, string> { ["web:1"] = image }, holder);

    private void Running(ContainerGroupMember member, string run = "old", int number = 1, string state = "running", string image = "sha256:1", string uses = "") =>
        engine.Member("s", run, member.Name, number, state, ContainerGroupRecipe.Of(member, image), uses);

    [Fact]
    public void Of_nothing_everything_is_made()
    {
        var plan = Plan(Spec(Web with { Replicas = 2 }) with { Volumes = [Seeded] });
        Assert.Null(Assert.Single(plan.Networks).Present);
        Assert.Null(Assert.Single(plan.Volumes).Present);
        Assert.Equal([(1, null), (2, null)], plan.Members.Select(step => (step.Number, step.Present)));
        Assert.Empty(plan.Removals);
        Assert.Empty(plan.Refusals);
    }

    [Fact]
    public void What_runs_and_was_made_of_the_same_is_kept()
    {
        engine.Network("s", "old", ContainerGroupNetwork.Default);
        Running(Web);
        var plan = Plan(Spec(Web));
        Assert.NotNull(plan.Networks[0].Present);
        Assert.NotNull(plan.Members[0].Present);
        Assert.Empty(plan.Removals);
    }

    [Theory]
    [InlineData("exited", "sha256:1", "it is exited")]
    [InlineData("created", "sha256:1", "it is created")]
    [InlineData("paused", "sha256:1", "it is paused")]
    [InlineData("running", "sha256:2", "it was made otherwise")]
    public void What_does_not_run_or_was_made_of_another_image_is_made_anew(string state, string image, string why)
    {
        Running(Web, state: state, image: image);
        var plan = Plan(Spec(Web));
        Assert.Null(plan.Members[0].Present);
        Assert.Equal(why, Assert.Single(plan.Removals).Why);
    }

    [Fact]
    public void Every_setting_of_a_member_is_part_of_its_recipe_but_how_it_is_proved_ready_is_not()
    {
        ContainerGroupMember[] others =
        [
            Web with { Command = ["a"] }, Web with { Command = ["a", "b"] }, Web with { Command = ["a b"] }, Web with { Command = [] }, Web with { EntryPoint = ["a"] },
            Web with { Environment = new Dictionary<string, string> { ["A"] = "1" } }, Web with { Environment = new Dictionary<string, string> { ["A"] = "" } },
            Web with { Port = 1 }, Web with { Networks = ["default"] }, Reader, Reader with { Mounts = [new("data", null, "/data", false)] },
            Web with { Publish = [new(80)] }, Web with { Publish = [new(80, 8080)] }, Web with { Memory = 1 }, Web with { Cpus = 0.5 }, Web with { User = "a" }, Web with { Grace = TimeSpan.Zero },
        ];
        Assert.Distinct(others.Append(Web).Select(member => ContainerGroupRecipe.Of(member, "sha256:1")));
        Assert.Equal(ContainerGroupRecipe.Of(Web, "sha256:1"), ContainerGroupRecipe.Of(Web with { Probe = new() { Path = "/x" }, DependsOn = ["db"], Kind = "processor" }, "sha256:1"));
    }

    [Fact]
    public void What_is_no_part_of_the_group_any_more_goes()
    {
        Running(Web, number: 2);
        Running(new("gone") { Image = "web:1" });
        Assert.Equal(["gone", "web"], Plan(Spec(Web)).Removals.Select(removal => removal.Thing.Name).Order());
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    public void A_volume_is_there_only_if_somebody_knows_that_it_is_complete(bool isMarked, bool isUsed, bool isPresent)
    {
        engine.Volume("s", "old", Seeded);
        if (isMarked)
            engine.Filled("s", "old", "data");
        if (isUsed)
            Running(Reader, uses: "data=old");
        var plan = Plan(Spec(Reader) with { Volumes = [Seeded] });
        Assert.Equal(isPresent, plan.Volumes[0].Present is not null);
        Assert.Equal(isPresent ? [] : ["it was never completely filled"], plan.Removals.Select(removal => removal.Why));
    }

    [Fact]
    public void A_mark_of_another_volume_of_the_same_name_says_nothing()
    {
        engine.Volume("s", "new", Seeded);
        engine.Filled("s", "old", "data");
        Running(Reader, uses: "data=old");
        var plan = Plan(Spec(Reader) with { Volumes = [Seeded] });
        Assert.Null(plan.Volumes[0].Present);
        Assert.Equal(["a volume of it is made anew", "it was never completely filled"], plan.Removals.Select(removal => removal.Why));
    }

    [Fact]
    public void A_volume_that_is_filled_from_elsewhere_now_is_not_thrown_away_but_refused()
    {
        engine.Volume("s", "old", Seeded);
        engine.Filled("s", "old", "data");
        var plan = Plan(Spec(Web) with { Volumes = [Seeded with { Seed = new() { Folder = "/other" } }] });
        Assert.Contains("volume data is there and was filled otherwise", Assert.Single(plan.Refusals));
        Assert.Empty(plan.Removals);
    }

    [Fact]
    public void A_network_that_was_made_otherwise_is_refused()
    {
        engine.Network("s", "old", ContainerGroupNetwork.Default);
        Assert.Contains("network default", Assert.Single(Plan(Spec(Web) with { Networks = [ContainerGroupNetwork.Default with { IsInternal = true }] }).Refusals));
    }

    [Fact]
    public void What_others_use_is_not_taken_from_them()
    {
        Running(Web, image: "sha256:2");
        Running(new("ended") { Image = "web:1" }, state: "exited");
        var plan = Plan(Spec(Web), holder: "hale up (process 7)");
        Assert.Contains("hale up (process 7)", Assert.Single(plan.Refusals));
    }

    [Fact]
    public void A_network_of_others_is_neither_made_nor_looked_for_among_ours()
    {
        engine.Network("s", "old", new("shared"));
        var plan = Plan(Spec(Web) with { Networks = [new("shared") { External = "bridge7" }] });
        Assert.Null(plan.Networks[0].Present);
        Assert.Empty(plan.Refusals);
    }

    [Fact]
    public void Members_are_stopped_before_what_they_depend_on_whatever_the_labels_say()
    {
        engine.Member("s", "r", "db");
        engine.Member("s", "r", "web", dependsOn: "db cache");
        engine.Member("s", "r", "cache", dependsOn: "db unknown");
        engine.Member("s", "r", "odd", dependsOn: "odd");
        Assert.Equal(["web", "cache", "db odd"], ContainerGroupOrder.Stops(engine.Of("s").Members).Select(things => string.Join(' ', things.Select(thing => thing.Name).Order())));

        engine.Member("s", "r", "a", dependsOn: "b");
        engine.Member("s", "r", "b", dependsOn: "a");
        Assert.Equal(6, ContainerGroupOrder.Stops(engine.Of("s").Members).Sum(things => things.Count));
    }
}
