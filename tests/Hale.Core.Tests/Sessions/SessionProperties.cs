using Hale.Core.Sessions;

namespace Hale.Core.Tests.Sessions;

/// <summary>The laws of a session over random commands in random order, from two machines, a door and an operator.</summary>
public class SessionProperties
{
    private const int Cases = 2_000;

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly string[] Roles = ["teacher", "student"];

    [Fact]
    public void Whatever_comes_in_whatever_order_no_law_is_broken()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var chance = new Random(seed);
            var row = SessionRow.Plan("s", Roles, Start);
            for (var i = 0; i < 60; i++)
            {
                var step = Session.Apply(row, Any(chance), Start.AddSeconds(i));
                Assert.NotEmpty(step.Reason);
                var next = step.Row!;
                if (step.Answer != SessionAnswer.Changed)
                    Assert.Same(row, next);
                else
                    HoldBetween(row, next, seed);
                row = next;
                foreach (var role in Roles)
                    HoldAtTheDoor(row, role);
            }
        }
    }

    [Fact]
    public void The_reports_of_well_behaved_runs_end_the_same_in_any_order()
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            var chance = new Random(seed);
            var reports = Roles.SelectMany(role => Enumerable.Range(0, chance.Next(1, 4)).SelectMany(run => Run(role, run, chance))).ToArray();
            var inOrder = After(reports);
            chance.Shuffle(reports);
            // Some come twice.
            var shuffled = After([.. reports, .. reports.Where(_ => chance.Next(3) == 0)]);
            Assert.Equal(inOrder.Status, shuffled.Status);
            Assert.Equal(inOrder.Participants.Select(each => (each.State, each.Stamp)), shuffled.Participants.Select(each => (each.State, each.Stamp)));
        }
    }

    private static void HoldBetween(SessionRow was, SessionRow next, int seed)
    {
        Assert.Equal(was.Version + 1, next.Version);
        Assert.True(was.Status == next.Status || SessionStatuses.MayFollow(was.Status, next.Status), $"seed {seed}: {was.Status} → {next.Status}");
        var isAllHealthy = next.Participants.All(each => each.State == ParticipantState.Healthy);
        if (next.Status == SessionStatus.Healthy || (next.Status == SessionStatus.InProgress && was.Status != SessionStatus.InProgress))
            Assert.True(isAllHealthy);
        if (next.Status is not (SessionStatus.InProgress or SessionStatus.Terminated))
            Assert.Equal(Session.StatusOf(next.Participants), next.Status);
        Assert.All(next.Participants, each => Assert.Equal(each.State == ParticipantState.Unhealthy, each.Failure is not null));
        foreach (var (before, after) in was.Participants.Zip(next.Participants))
        {
            if (before.Stamp is { } old && after.Stamp is { } @new && before.Instance == after.Instance)
                Assert.True(@new >= old);
        }
    }

    private static void HoldAtTheDoor(SessionRow row, string role)
    {
        var view = DoorView.Of(row, role);
        Assert.NotEmpty(view.Words);
        Assert.Equal(view.Answer == DoorAnswer.Open, view.Link is not null);
        if (view.Answer == DoorAnswer.Open)
        {
            Assert.True(row.Status is SessionStatus.Healthy or SessionStatus.InProgress);
            Assert.Equal(ParticipantState.Healthy, row.Of(role)!.State);
            if (row.Status == SessionStatus.Healthy)
                Assert.All(row.Participants, each => Assert.Equal(ParticipantState.Healthy, each.State));
        }
        Assert.Equal(view.Answer == DoorAnswer.Open, Session.Apply(row, new Admit(role), Start).IsDone);
        Assert.Equal(row.Status == SessionStatus.Terminated, view.Answer == DoorAnswer.Ended);
    }

    private static SessionRow After(IEnumerable<Report> reports) =>
        reports.Aggregate(SessionRow.Plan("s", Roles, Start), (row, report) => Session.Apply(row, report, Start).Row!);

    // It warms up, has one verdict, and may be found dead after a good one.
    private static IEnumerable<Report> Run(string role, int run, Random chance)
    {
        var number = 0;
        var warmings = chance.Next(0, 3);
        for (var i = 0; i < warmings; i++)
            yield return Of(role, run, ++number, ParticipantState.Warming);
        if (chance.Next(4) == 0)
            yield break;
        var isGood = chance.Next(2) == 0;
        yield return Of(role, run, ++number, isGood ? ParticipantState.Healthy : ParticipantState.Unhealthy);
        if (isGood && chance.Next(3) == 0)
            yield return Of(role, run, ++number, ParticipantState.Unhealthy);
    }

    private static Report Of(string role, int run, int number, ParticipantState state) =>
        new(role, new(Start.AddSeconds(run), $"{run}", number), state) { Failure = state == ParticipantState.Unhealthy ? new("a step", "a reason", "") : null };

    private static SessionCommand Any(Random chance)
    {
        var role = Roles[chance.Next(2)];
        return chance.Next(40) switch
        {
            < 4 => new Provision(role) { Milestone = ParticipantState.Launched, Instance = chance.Next(4) == 0 ? $"i-{chance.Next(2)}" : null },
            < 8 => new Provision(role) { Milestone = ParticipantState.DnsWritten, Link = "https://desk.example:8443" },
            < 14 => new Admit(role),
            14 when chance.Next(4) == 0 => new Terminate("SUCCESS"),
            _ => Of(role, chance.Next(4), chance.Next(1, 6), (ParticipantState)chance.Next((int)ParticipantState.Warming, (int)ParticipantState.Unhealthy + 1)),
        };
    }
}
