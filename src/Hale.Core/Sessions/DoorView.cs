namespace Hale.Core.Sessions;

/// <summary>What the door says to a participant.</summary>
public enum DoorAnswer
{
    /// <summary>There is no such session, or no such role in it; who asks is not told which.</summary>
    Unknown,

    /// <summary>Not yet.</summary>
    Wait,

    /// <summary>Come in.</summary>
    Open,

    /// <summary>A machine has failed; a new attempt may follow.</summary>
    Failed,

    /// <summary>The session is over.</summary>
    Ended,
}

/// <summary>A session as one participant sees it at the door.</summary>
/// <param name="Answer">What the door says.</param>
/// <param name="Words">The same for people, with the reason.</param>
public sealed record DoorView(DoorAnswer Answer, string Words)
{
    /// <summary>What is done just now, for who waits; null otherwise.</summary>
    public string? Stage { get; init; }

    /// <summary>How much is done of what is slowest, from 0 to 1; null when nobody has said.</summary>
    public double? Progress { get; init; }

    /// <summary>Where the participant gets in, when the door is open; null otherwise.</summary>
    public string? Link { get; init; }

    /// <summary>What failed; null when nothing has.</summary>
    public SessionFailure? Failure { get; init; }

    /// <summary>
    /// What a participant is told. The door opens when the row says healthy, every machine says so too, and the link is known; once the session
    /// is in progress a participant's own machine decides. It never opens by the status alone: a row that another program wrote proves nothing.
    /// </summary>
    public static DoorView Of(SessionRow? row, string role)
    {
        if (row?.Of(role) is not { } own)
            return new(DoorAnswer.Unknown, "There is no such session.");
        if (row.Status == SessionStatus.Terminated)
            return new(DoorAnswer.Ended, "The session is over.");
        var isInProgress = row.Status == SessionStatus.InProgress;
        var failed = own.State == ParticipantState.Unhealthy || isInProgress ? own : row.Participants.FirstOrDefault(each => each.State == ParticipantState.Unhealthy);
        if (failed is { State: ParticipantState.Unhealthy })
        {
            var failure = failed.Failure ?? new SessionFailure("", "no reason was given", "");
            return new(DoorAnswer.Failed, $"{(failed == own ? "The machine" : $"The machine of {failed.Role}")} did not become ready: {(failure.Step.Length > 0 ? $"{failure.Step}: " : "")}{failure.Reason}") { Failure = failure };
        }
        if (row.Status == SessionStatus.Unhealthy)
            return new(DoorAnswer.Failed, "The session did not become ready; no reason was given.") { Failure = new("", "no reason was given", "") };
        var cold = isInProgress ? (own.State == ParticipantState.Healthy ? null : own) : Slowest(row, own);
        if (cold is not null)
            return Waiting(cold, own, Progressed(cold));
        if (own.Link is not { } link || SessionText.WhyNoLink(link) is not null)
            return new(DoorAnswer.Wait, "Waiting for the address of the machine.") { Stage = "waiting for the address", Progress = 1 };
        if (!isInProgress && row.Status != SessionStatus.Healthy)
            return new(DoorAnswer.Wait, "Waiting for the session to be healthy.") { Stage = "waiting for the session", Progress = 1 };
        return new(DoorAnswer.Open, "Ready.") { Link = link };
    }

    // One's own machine first: that is the one that a participant asks about.
    private static Participant? Slowest(SessionRow row, Participant own) =>
        own.State != ParticipantState.Healthy ? own : row.Participants.Where(each => each.State != ParticipantState.Healthy).MinBy(each => (each.State, Progressed(each)));

    private static double? Progressed(Participant participant) => participant.State == ParticipantState.Warming ? participant.Progress : 0;

    private static DoorView Waiting(Participant cold, Participant own, double? progress)
    {
        var stage = cold.State == ParticipantState.Warming && cold.Stage is { } said ? said : Session.Word(cold.State);
        return new(DoorAnswer.Wait, $"{(cold == own ? "The machine" : $"The machine of {cold.Role}")} is {Session.Word(cold.State)}.")
        {
            Stage = cold == own ? stage : $"waiting for {cold.Role}: {stage}",
            Progress = progress,
        };
    }
}
