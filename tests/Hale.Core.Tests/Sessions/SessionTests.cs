using Hale.Core.Sessions;

namespace Hale.Core.Tests.Sessions;

public class SessionTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private SessionRow row = SessionRow.Plan("s", ["teacher", "student"], Start);
    private int reports;

    private SessionStep Do(SessionCommand command)
    {
        var step = Session.Apply(row, command, Start.AddSeconds(1));
        row = step.Row!;
        return step;
    }

    private SessionStep Says(string role, ParticipantState state, string run = "1", string? instance = null) => Do(new Report(role, new(Start.AddSeconds(run[0]), run, ++reports), state)
    {
        Failure = state == ParticipantState.Unhealthy ? new("rehearsal 1", "not ready within 60s", "last line") : null,
        Instance = instance,
    });

    private void BothHaveLinks()
    {
        Do(new Provision("teacher") { Link = "https://t.example:8443" });
        Do(new Provision("student") { Link = "https://s.example:8443" });
    }

    [Fact]
    public void Two_machines_and_one_row_are_healthy_when_both_are()
    {
        BothHaveLinks();
        Says("teacher", ParticipantState.Healthy);
        Assert.Equal(SessionStatus.Warming, row.Status);
        // The fault of the seed's system: the first machine let the user of the other one in.
        Assert.Equal(SessionAnswer.NotReady, Do(new Admit("student")).Answer);
        Assert.Equal(SessionAnswer.NotReady, Do(new Admit("teacher")).Answer);
        Says("student", ParticipantState.Healthy);
        Assert.Equal(SessionStatus.Healthy, row.Status);
        Assert.Equal(SessionAnswer.Changed, Do(new Admit("student")).Answer);
        Assert.Equal(SessionStatus.InProgress, row.Status);
    }

    [Fact]
    public void A_late_healthy_overwrites_neither_in_progress_nor_the_end()
    {
        BothHaveLinks();
        Says("teacher", ParticipantState.Healthy);
        Says("student", ParticipantState.Healthy);
        Do(new Admit("student"));
        Says("teacher", ParticipantState.Healthy);
        Assert.Equal(SessionStatus.InProgress, row.Status);
        Do(new Terminate("SUCCESS"));
        Assert.Equal(SessionAnswer.Ended, Says("teacher", ParticipantState.Healthy).Answer);
        Assert.Equal((SessionStatus.Terminated, "SUCCESS"), (row.Status, row.EndReason));
    }

    [Fact]
    public void A_missing_row_is_an_error_and_never_a_ghost()
    {
        var step = Session.Apply(null, new Report("student", new(Start, "1", 1), ParticipantState.Healthy), Start);
        Assert.Equal((SessionAnswer.Missing, null), (step.Answer, step.Row));
    }

    [Fact]
    public void An_attempt_that_failed_never_becomes_healthy_and_a_new_one_may()
    {
        Says("teacher", ParticipantState.Unhealthy);
        Assert.Equal(SessionAnswer.Overtaken, Says("teacher", ParticipantState.Healthy).Answer);
        Assert.Equal(SessionStatus.Unhealthy, row.Status);
        Says("teacher", ParticipantState.Warming, run: "2");
        Assert.Equal((SessionStatus.Warming, null), (row.Status, row.Of("teacher")!.Failure));
        Says("teacher", ParticipantState.Healthy, run: "2");
        Assert.Equal(SessionAnswer.Overtaken, Says("teacher", ParticipantState.Unhealthy, run: "1").Answer);
    }

    [Fact]
    public void A_replaced_machine_begins_anew_and_the_old_one_is_not_heard()
    {
        Do(new Provision("teacher") { Instance = "i-1" });
        Says("teacher", ParticipantState.Healthy, run: "9", instance: "i-1");
        Do(new Provision("teacher") { Instance = "i-2" });
        Assert.Equal(ParticipantState.Launched, row.Of("teacher")!.State);
        Assert.Equal(SessionAnswer.Overtaken, Says("teacher", ParticipantState.Healthy, run: "9", instance: "i-1").Answer);
        Assert.Equal(SessionAnswer.Changed, Says("teacher", ParticipantState.Warming, run: "1", instance: "i-2").Answer);
    }

    [Fact]
    public void A_milestone_that_comes_late_takes_nothing_back_but_brings_its_link()
    {
        Says("teacher", ParticipantState.Healthy);
        Do(new Provision("teacher") { Milestone = ParticipantState.DnsWritten, Link = "https://t.example:8443" });
        Assert.Equal((ParticipantState.Healthy, "https://t.example:8443"), (row.Of("teacher")!.State, row.Of("teacher")!.Link));
    }

    [Fact]
    public void Nobody_is_let_in_without_an_address()
    {
        Says("teacher", ParticipantState.Healthy);
        Says("student", ParticipantState.Healthy);
        Assert.Equal(SessionAnswer.NotReady, Do(new Admit("teacher")).Answer);
        Assert.Equal("waiting for the address", DoorView.Of(row, "teacher").Stage);
    }

    [Fact]
    public void A_status_that_another_program_wrote_opens_no_door()
    {
        BothHaveLinks();
        row = row with { Status = SessionStatus.Healthy };
        Assert.Equal(DoorAnswer.Wait, DoorView.Of(row, "teacher").Answer);
        row = row with { Status = SessionStatus.Unhealthy };
        Assert.Equal(DoorAnswer.Failed, DoorView.Of(row, "teacher").Answer);
        Says("teacher", ParticipantState.Healthy);
        Says("student", ParticipantState.Healthy);
        Assert.Equal(DoorAnswer.Open, DoorView.Of(row, "teacher").Answer);
    }

    [Fact]
    public void Who_waits_for_the_other_machine_is_told_so_and_what_failed_has_its_reason()
    {
        Says("teacher", ParticipantState.Healthy);
        Do(new Report("student", new(Start, "1", 1), ParticipantState.Warming) { Stage = "rehearsal 2 of 5", Progress = 0.4 });
        Assert.Equal(("waiting for student: rehearsal 2 of 5", 0.4), (DoorView.Of(row, "teacher").Stage, DoorView.Of(row, "teacher").Progress));
        Assert.Equal("rehearsal 2 of 5", DoorView.Of(row, "student").Stage);
        Says("student", ParticipantState.Unhealthy);
        Assert.Equal("The machine of student did not become ready: rehearsal 1: not ready within 60s", DoorView.Of(row, "teacher").Words);
        Assert.Equal(DoorView.Of(null, "student"), DoorView.Of(row, "nobody"));
    }

    [Fact]
    public void Texts_are_cut_and_what_could_do_harm_is_refused()
    {
        Do(new Report("teacher", new(Start, "1", 1), ParticipantState.Unhealthy) { Failure = new(new string('s', 999), new string('r', 9_999), new string('l', 99_999) + "end") });
        var failure = row.Of("teacher")!.Failure!;
        Assert.Equal((SessionFailure.MostOfStep, SessionFailure.MostOfReason, SessionFailure.MostOfLog), (failure.Step.Length, failure.Reason.Length, failure.LogTail.Length));
        Assert.EndsWith("end", failure.LogTail, StringComparison.Ordinal);
        Assert.All((string[])["javascript:alert(1)", "data:text/html,x", "/relative", "https://", " https://a.example", "ftp://a.example", "https://a.example/\n"],
            link => Assert.Equal(SessionAnswer.Invalid, Do(new Provision("teacher") { Link = link }).Answer));
        Assert.Equal(SessionAnswer.Invalid, Do(new Report("teacher", new(Start, "2", 1), ParticipantState.Warming) { Progress = double.NaN }).Answer);
        Assert.Equal(SessionAnswer.Invalid, Do(new Report("teacher", new(Start, "2", 1), ParticipantState.Unhealthy)).Answer);
        Assert.Throws<ArgumentException>(() => SessionRow.Plan("s", ["a b"], Start));
        Assert.Throws<ArgumentException>(() => SessionRow.Plan("s", ["a", "A"], Start));
        Assert.Throws<ArgumentException>(() => SessionRow.Plan("", ["a"], Start));
        Assert.Throws<ArgumentException>(() => SessionRow.Plan("s", [], Start));
    }

    [Theory]
    [InlineData("Healthy", SessionStatus.Healthy)]
    [InlineData("HEALTHY", SessionStatus.Healthy)]
    [InlineData("unhealthy", SessionStatus.Unhealthy)]
    [InlineData("in-progress", SessionStatus.InProgress)]
    [InlineData("DNS_WRITTEN", SessionStatus.DnsWritten)]
    [InlineData("PENDING", null)]
    public void Any_spelling_of_a_status_is_read(string text, SessionStatus? status)
    {
        Assert.Equal(status, SessionNames.Upper.Read(text));
        Assert.Equal(status, SessionNames.Capital.Read(text));
    }

    [Fact]
    public void Names_of_the_statuses_can_be_chosen_and_never_mean_two()
    {
        Assert.Equal("HEALTHY", SessionNames.Upper.Of(SessionStatus.Healthy));
        Assert.Equal(("Healthy", "LAUNCHED"), (SessionNames.Capital.Of(SessionStatus.Healthy), SessionNames.Capital.Of(SessionStatus.Launched)));
        var own = SessionNames.Upper.With(SessionStatus.Healthy, "go");
        Assert.Equal((SessionStatus.Healthy, SessionStatus.Healthy), (own.Read("GO")!.Value, own.Read("HEALTHY")!.Value));
        Assert.Throws<ArgumentException>(() => own.With(SessionStatus.Warming, "healthy"));
    }
}
