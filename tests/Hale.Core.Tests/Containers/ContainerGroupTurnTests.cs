using Hale.Core.Containers;

namespace Hale.Core.Tests.Containers;

/// <summary>One run at a time changes a group.</summary>
public class ContainerGroupTurnTests
{
    private static readonly ContainerGroupOwner Living = new("boot", "pid:[1]", 1, 1);
    private static readonly ContainerGroupOwner Gone = new("boot", "pid:[1]", 2, 2);
    private static readonly ContainerGroupOwner Foreign = new("other", "pid:[1]", 3, 3);

    private readonly Engine engine = new();

    private static ContainerGroupSight See(ContainerGroupHold hold) =>
        hold.Owner == Living ? ContainerGroupSight.Alive : hold.Owner == Gone ? ContainerGroupSight.Dead : ContainerGroupSight.Unknown;

    private ContainerGroupTurn Decide() => ContainerGroupTurn.Decide(engine.Of("s"), "mine", Engine.Now, See);

    private void Work(string run, ContainerGroupOwner owner, int since, int until = 60) =>
        engine.Hold("s", ContainerGroupRole.Work, run, owner, TimeSpan.FromSeconds(until), since: Engine.Now + TimeSpan.FromSeconds(since));

    [Fact]
    public void Alone_it_is_my_turn()
    {
        Work("mine", Living, 0);
        engine.Hold("s", ContainerGroupRole.Lease, "holder", Living);
        engine.Hold("other", ContainerGroupRole.Work, "stranger", Living);
        Assert.Equal((ContainerGroupMove.Go, null), (Decide().Move, Decide().Other));
    }

    [Theory]
    [InlineData(-5, ContainerGroupMove.Withdraw)]
    [InlineData(5, ContainerGroupMove.Wait)]
    public void Who_came_first_waits_for_the_other_to_give_way_and_who_came_later_gives_way(int since, ContainerGroupMove move)
    {
        Work("mine", Living, 0);
        Work("other", Living, since);
        Assert.Equal((move, "other"), (Decide().Move, Decide().Other!.Run));
    }

    [Fact]
    public void Of_two_that_came_in_the_same_moment_exactly_one_gives_way()
    {
        Work("mine", Living, 0);
        Work("other", Living, 0);
        var moves = new[] { "mine", "other" }.Select(run => ContainerGroupTurn.Decide(engine.Of("s"), run, Engine.Now, See).Move);
        Assert.Equivalent(new[] { ContainerGroupMove.Wait, ContainerGroupMove.Withdraw }, moves);
    }

    [Fact]
    public void A_run_that_is_gone_is_in_nobodys_way_and_is_settled()
    {
        Work("mine", Living, 0);
        Work("dead", Gone, -5);
        var turn = Decide();
        Assert.Equal(ContainerGroupMove.Go, turn.Move);
        Assert.Equal("dead", Assert.Single(turn.Dead).Run);
    }

    [Theory]
    [InlineData(10, ContainerGroupMove.Withdraw)]
    [InlineData(-10, ContainerGroupMove.Go)]
    public void One_that_cannot_be_seen_is_in_the_way_until_its_time_is_over(int until, ContainerGroupMove move)
    {
        Work("mine", Living, 0);
        Work("foreign", Foreign, -5, until);
        Assert.Equal(move, Decide().Move);
    }

    [Fact]
    public void A_hold_that_somebody_has_taken_away_proves_nothing() => Assert.Equal(ContainerGroupMove.Withdraw, Decide().Move);

    /// <summary>
    /// Runs that come, list, decide, work, end and die in any order, where a listing shows what was there when it was made: never do two that live work at the same time,
    /// nobody who ended well is taken for dead, and all of them have had their turn in the end.
    /// </summary>
    [Fact]
    public void In_any_order_of_steps_never_two_work_at_once_and_nobody_waits_for_ever()
    {
        for (var seed = 0; seed < 300; seed++)
            new Race(seed).Play();
    }

    private sealed class Race
    {
        private readonly Random chance;
        private readonly Engine engine = new();
        private readonly List<Runner> runners;
        private int clock;

        public Race(int seed)
        {
            chance = new Random(seed);
            runners = [.. Enumerable.Range(0, chance.Next(2, 6)).Select(i => new Runner($"r{i}", new("boot", "space", i + 1, 1)) { DiesAtWork = chance.Next(4) == 0 })];
        }

        public void Play()
        {
            for (var step = 0; runners.Exists(runner => !runner.IsDone); step++)
            {
                Assert.True(step < 20_000, "somebody waits for ever");
                var open = runners.Where(runner => !runner.IsDone).ToList();
                Step(open[chance.Next(open.Count)]);
                Assert.InRange(runners.Count(runner => runner is { IsAtWork: true, IsDone: false }), 0, 1);
            }
        }

        private void Step(Runner runner)
        {
            if (runner.IsAtWork)
            {
                // A run that dies leaves its hold; one that ends takes it away.
                if (!runner.DiesAtWork)
                    Remove(runner.Run);
                runner.IsDone = true;
            }
            else if (!runner.HasHold)
            {
                engine.Hold("s", ContainerGroupRole.Work, runner.Run, runner.Owner, TimeSpan.FromHours(1), since: Engine.Now + TimeSpan.FromSeconds(clock++ / chance.Next(1, 4)));
                runner.HasHold = true;
                runner.Seen = null;
            }
            else if (runner.Seen is null)
            {
                runner.Seen = engine.Of("s");
            }
            else
            {
                var turn = ContainerGroupTurn.Decide(runner.Seen, runner.Run, Engine.Now, See);
                runner.Seen = null;
                foreach (var dead in turn.Move == ContainerGroupMove.Go ? turn.Unfinished(engine.Of("s")) : [])
                {
                    Assert.True(runners.Single(other => other.Run == dead.Run).DiesAtWork, "a run that ended well was taken for one that did not");
                    Remove(dead.Run);
                }
                runner.IsAtWork = turn.Move == ContainerGroupMove.Go;
                if (turn.Move == ContainerGroupMove.Withdraw)
                {
                    Remove(runner.Run);
                    runner.HasHold = false;
                }
            }
        }

        private void Remove(string run) => engine.Listed.RemoveAll(listed => listed.Labels[ContainerGroupLabels.Run] == run);

        private ContainerGroupSight See(ContainerGroupHold hold) =>
            runners.First(runner => runner.Owner == hold.Owner).IsDone ? ContainerGroupSight.Dead : ContainerGroupSight.Alive;
    }

    private sealed class Runner(string run, ContainerGroupOwner owner)
    {
        public string Run => run;

        public ContainerGroupOwner Owner => owner;

        public bool DiesAtWork { get; init; }

        public bool HasHold { get; set; }

        public bool IsAtWork { get; set; }

        public bool IsDone { get; set; }

        public ContainerGroupListing? Seen { get; set; }
    }
}
