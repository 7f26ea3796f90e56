using Hale.Core.Sessions;

namespace Hale.Core.Tests.Sessions;

/// <summary>Every state of a session with one machine against every command: the next status, <c>=</c> for no change, or the refusal.</summary>
public class SessionTableTests
{
    // Reports: of the run that the row knows, one number on; of a run that began later; of a run that began earlier.
    private const string Table = """
        state                 | launched | dns         | warming:same | warming:new | warming:old | healthy:same | healthy:new | healthy:old | unhealthy:same | unhealthy:new | unhealthy:old | admit       | terminate
        none                  | Missing  | Missing     | Missing      | Missing     | Missing     | Missing      | Missing     | Missing     | Missing        | Missing       | Missing       | Missing     | Missing
        Pending               | Launched | DnsWritten  | Warming      | Warming     | Warming     | Healthy      | Healthy     | Healthy     | Unhealthy      | Unhealthy     | Unhealthy     | NotReady    | Terminated
        Launched              | =        | DnsWritten  | Warming      | Warming     | Warming     | Healthy      | Healthy     | Healthy     | Unhealthy      | Unhealthy     | Unhealthy     | NotReady    | Terminated
        DnsWritten            | =        | =           | Warming      | Warming     | Warming     | Healthy      | Healthy     | Healthy     | Unhealthy      | Unhealthy     | Unhealthy     | NotReady    | Terminated
        Warming               | =        | =           | Warming      | Warming     | Overtaken   | Healthy      | Healthy     | Overtaken   | Unhealthy      | Unhealthy     | Overtaken     | NotReady    | Terminated
        Healthy               | =        | =           | Overtaken    | Warming     | Overtaken   | Healthy      | Healthy     | Overtaken   | Unhealthy      | Unhealthy     | Overtaken     | InProgress  | Terminated
        Unhealthy             | =        | =           | Overtaken    | Warming     | Overtaken   | Overtaken    | Healthy     | Overtaken   | Unhealthy      | Unhealthy     | Overtaken     | Failed      | Terminated
        InProgress/Pending    | InProgress | InProgress | InProgress  | InProgress  | InProgress  | InProgress   | InProgress  | InProgress  | InProgress     | InProgress    | InProgress    | NotReady    | Terminated
        InProgress/Launched   | =        | InProgress  | InProgress   | InProgress  | InProgress  | InProgress   | InProgress  | InProgress  | InProgress     | InProgress    | InProgress    | NotReady    | Terminated
        InProgress/DnsWritten | =        | =           | InProgress   | InProgress  | InProgress  | InProgress   | InProgress  | InProgress  | InProgress     | InProgress    | InProgress    | NotReady    | Terminated
        InProgress/Warming    | =        | =           | InProgress   | InProgress  | Overtaken   | InProgress   | InProgress  | Overtaken   | InProgress     | InProgress    | Overtaken     | NotReady    | Terminated
        InProgress/Healthy    | =        | =           | Overtaken    | InProgress  | Overtaken   | InProgress   | InProgress  | Overtaken   | InProgress     | InProgress    | Overtaken     | =           | Terminated
        InProgress/Unhealthy  | =        | =           | Overtaken    | InProgress  | Overtaken   | Overtaken    | InProgress  | Overtaken   | InProgress     | InProgress    | Overtaken     | Failed      | Terminated
        Terminated/Pending    | Ended    | Ended       | Ended        | Ended       | Ended       | Ended        | Ended       | Ended       | Ended          | Ended         | Ended         | Ended       | =
        Terminated/Warming    | Ended    | Ended       | Ended        | Ended       | Ended       | Ended        | Ended       | Ended       | Ended          | Ended         | Ended         | Ended       | =
        Terminated/Healthy    | Ended    | Ended       | Ended        | Ended       | Ended       | Ended        | Ended       | Ended       | Ended          | Ended         | Ended         | Ended       | =
        Terminated/Unhealthy  | Ended    | Ended       | Ended        | Ended       | Ended       | Ended        | Ended       | Ended       | Ended          | Ended         | Ended         | Ended       | =
        """;

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ReportStamp Known = new(Start, "m", 5);
    private static readonly string[][] Cells = [.. Table.Split('\n').Select(line => line.Split('|', StringSplitOptions.TrimEntries))];

    public static TheoryData<string, string, string> All()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var row in Cells[1..])
        {
            for (var i = 1; i < row.Length; i++)
                data.Add(row[0], Cells[0][i], row[i]);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Each_command_in_each_state(string state, string command, string expected)
    {
        var row = Row(state);
        var step = Session.Apply(row, Command(command), Start.AddMinutes(1));
        var came = step.Answer switch
        {
            SessionAnswer.Changed => $"{step.Row!.Status}",
            SessionAnswer.Unchanged => "=",
            var refusal => $"{refusal}",
        };
        Assert.Equal(expected, came);
        Assert.NotEmpty(step.Reason);
        if (step.Answer == SessionAnswer.Changed)
        {
            Assert.Equal(row!.Version + 1, step.Row!.Version);
            Assert.True(step.Row.Status == row.Status || SessionStatuses.MayFollow(row.Status, step.Row.Status));
            Assert.NotEqual(SessionAnswer.Changed, Session.Apply(step.Row, Command(command), Start.AddMinutes(2)).Answer);
        }
        else
        {
            Assert.Same(row, step.Row);
        }
    }

    [Fact]
    public void The_table_has_every_state_and_every_command()
    {
        Assert.All(Cells, row => Assert.Equal(14, row.Length));
        var states = Cells[1..].Select(row => row[0]).ToHashSet();
        Assert.All(Enum.GetNames<ParticipantState>(), state => Assert.Contains(state, states));
        Assert.All(Enum.GetNames<ParticipantState>(), state => Assert.Contains($"InProgress/{state}", states));
    }

    private static SessionRow? Row(string state)
    {
        if (state == "none")
            return null;
        var parts = state.Split('/');
        var machine = Enum.Parse<ParticipantState>(parts[^1]);
        var participant = new Participant("student")
        {
            State = machine,
            Link = "https://desk.example:8443",
            Stamp = machine >= ParticipantState.Warming ? Known : null,
            Failure = machine == ParticipantState.Unhealthy ? new("evidence", "no file", "") : null,
        };
        var row = SessionRow.Plan("s", ["student"], Start) with { Participants = [participant] };
        return row with { Status = parts.Length > 1 ? Enum.Parse<SessionStatus>(parts[0]) : Session.StatusOf(row.Participants) };
    }

    private static SessionCommand Command(string name)
    {
        switch (name)
        {
            case "launched":
                return new Provision("student") { Milestone = ParticipantState.Launched };
            case "dns":
                return new Provision("student") { Milestone = ParticipantState.DnsWritten };
            case "admit":
                return new Admit("student");
            case "terminate":
                return new Terminate("SUCCESS");
        }
        var parts = name.Split(':');
        var state = Enum.Parse<ParticipantState>(parts[0], ignoreCase: true);
        var stamp = parts[1] switch
        {
            "same" => Known with { Number = Known.Number + 1 },
            "new" => new ReportStamp(Start.AddSeconds(1), "a", 1),
            _ => new ReportStamp(Start.AddSeconds(-1), "z", 9),
        };
        return new Report("student", stamp, state) { Failure = state == ParticipantState.Unhealthy ? new("stop", "exit code 3", "") : null };
    }
}
