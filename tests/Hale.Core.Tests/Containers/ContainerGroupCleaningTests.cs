using Hale.Core.Containers;

namespace Hale.Core.Tests.Containers;

/// <summary>What is taken away, and above all what is not.</summary>
public class ContainerGroupCleaningTests
{
    private static readonly ContainerGroupOwner Owner = new("boot", "pid:[1]", 42, 1000);

    private readonly Engine engine = new();

    private static IEnumerable<string> Names(IEnumerable<ContainerGroupThing> things) => things.Select(thing => $"{ContainerGroupLabels.Word(thing.Role)} {thing.Name}");

    private IEnumerable<string> Forgotten(ContainerGroupSight sight) => Names(ContainerGroupCleaning.Forgotten(engine.Of("s"), Engine.Now, _ => sight));

    [Fact]
    public void A_failure_takes_back_exactly_what_the_run_made()
    {
        engine.Network("s", "old", ContainerGroupNetwork.Default);
        engine.Member("s", "old", "db");
        engine.Member("s", "new", "web");
        engine.Member("s", "newer", "web", 2);
        engine.Volume("s", "new", new("data"));
        engine.Hold("s", ContainerGroupRole.Work, "new", Owner);
        Assert.Equal(["member web", "volume data"], Names(ContainerGroupCleaning.OfRun(engine.Of("s"), "new")));
    }

    [Fact]
    public void An_empty_selector_selects_nothing()
    {
        engine.Member("s", "r", "web");
        Assert.Empty(ContainerGroupCleaning.OfRun(engine.Of("s"), ""));
        Assert.Empty(ContainerGroupCleaning.OfSession(engine.Of(""), withKept: true));
        Assert.Empty(ContainerGroupCleaning.Forgotten(engine.Of(""), Engine.Now, _ => ContainerGroupSight.Dead));
    }

    [Fact]
    public void Containers_go_before_what_they_use_and_a_mark_before_its_volume()
    {
        engine.Volume("s", "r", new("data"));
        engine.Filled("s", "r", "data");
        engine.Network("s", "r", ContainerGroupNetwork.Default);
        engine.Member("s", "r", "web");
        Assert.Equal(["member web", "network default", "filled data", "volume data"], Names(ContainerGroupCleaning.OfSession(engine.Of("s"), withKept: false)));
    }

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(true, true, true)]
    [InlineData(false, false, true)]
    public void A_volume_that_outlives_its_group_stays_once_it_is_complete(bool isFilled, bool withKept, bool isTaken)
    {
        engine.Volume("s", "r", new("data") { IsKept = true });
        if (isFilled)
            engine.Filled("s", "r", "data");
        Assert.Equal(isTaken, ContainerGroupCleaning.OfSession(engine.Of("s"), withKept).Any(thing => thing.Role == ContainerGroupRole.Volume));
    }

    [Fact]
    public void A_group_without_any_lease_stays()
    {
        engine.Member("s", "r", "web");
        Assert.Empty(Forgotten(ContainerGroupSight.Dead));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(60, false)]
    [InlineData(-60, true)]
    public void A_group_goes_with_its_lease(int? until, bool isTaken)
    {
        engine.Member("s", "r", "web");
        engine.Hold("s", ContainerGroupRole.Lease, "r", null, until is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        Assert.Equal(isTaken, Forgotten(ContainerGroupSight.Unknown).Contains("member web"));
    }

    [Fact]
    public void One_lease_that_is_not_over_keeps_the_group()
    {
        engine.Member("s", "r", "web");
        engine.Hold("s", ContainerGroupRole.Lease, "r", null, TimeSpan.FromSeconds(-60));
        engine.Hold("s", ContainerGroupRole.Lease, "q", null, TimeSpan.FromSeconds(60));
        Assert.DoesNotContain("member web", Forgotten(ContainerGroupSight.Unknown));
    }

    [Fact]
    public void What_an_unfinished_run_made_goes_once_its_process_is_gone_and_the_rest_stays()
    {
        engine.Member("s", "old", "db");
        engine.Hold("s", ContainerGroupRole.Lease, "old");
        engine.Member("s", "dead", "web");
        engine.Hold("s", ContainerGroupRole.Work, "dead", Owner, TimeSpan.FromSeconds(60));
        Assert.Equal(["member web", "work run dead"], Forgotten(ContainerGroupSight.Dead));
        Assert.Empty(Forgotten(ContainerGroupSight.Alive));
        Assert.Empty(Forgotten(ContainerGroupSight.Unknown));
    }

    [Fact]
    public void While_a_run_is_at_it_nothing_is_taken_away()
    {
        engine.Member("s", "r", "web");
        engine.Hold("s", ContainerGroupRole.Lease, "r", null, TimeSpan.FromSeconds(-60));
        engine.Hold("s", ContainerGroupRole.Work, "other", Owner, TimeSpan.FromSeconds(60));
        Assert.Empty(Forgotten(ContainerGroupSight.Alive));
    }

    [Fact]
    public void Whatever_is_there_nothing_of_another_session_and_nothing_of_nobodys_is_ever_selected()
    {
        var chance = new Random(7);
        string[] sessions = ["s", "s1", "S", "s-"];
        for (var round = 0; round < 100; round++)
        {
            var any = new Engine();
            for (var i = 0; i < 30; i++)
                Add(any, sessions[chance.Next(sessions.Length)], $"r{chance.Next(3)}", chance);
            // Some lose a label or their name, as things of nobody's would.
            for (var i = 0; i < any.Listed.Count; i++)
            {
                if (chance.Next(5) == 0)
                    any.Listed[i] = chance.Next(2) == 0 ? any.Listed[i] with { Name = "strange" } : any.Listed[i] with { Labels = any.Listed[i].Labels.Skip(1).ToDictionary() };
            }
            var listing = any.Of("s");
            var sight = (ContainerGroupSight)chance.Next(3);
            foreach (var thing in ContainerGroupCleaning.OfSession(listing, withKept: true)
                .Concat(ContainerGroupCleaning.OfRun(listing, "r1")).Concat(ContainerGroupCleaning.Forgotten(listing, Engine.Now, _ => sight)))
            {
                Assert.Equal("s", thing.Listed.Labels[ContainerGroupLabels.Session]);
                Assert.NotEqual("strange", thing.Listed.Name);
            }
        }
    }

    private static void Add(Engine engine, string session, string run, Random chance)
    {
        _ = chance.Next(5) switch
        {
            0 => engine.Member(session, run, $"m{chance.Next(3)}"),
            1 => engine.Network(session, run, ContainerGroupNetwork.Default),
            2 => engine.Volume(session, run, new("v") { IsKept = chance.Next(2) == 0 }),
            3 => engine.Filled(session, run, "v"),
            _ => engine.Hold(session, chance.Next(2) == 0 ? ContainerGroupRole.Work : ContainerGroupRole.Lease, run, chance.Next(2) == 0 ? Owner : null, TimeSpan.FromSeconds(chance.Next(-60, 60))),
        };
    }
}
