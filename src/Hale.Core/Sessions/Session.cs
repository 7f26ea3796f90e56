namespace Hale.Core.Sessions;

/// <summary>
/// Decides what a command does to a session. Each participant reports for itself, and the session is healthy when all are. Reports may come twice, late,
/// and out of order: what has been overtaken changes nothing. Once somebody was let in the status stands until the end, and nothing leaves the end.
/// </summary>
public static class Session
{
    /// <summary>The next row, or why there is none.</summary>
    /// <param name="row">The row as it stands; null when there is none.</param>
    /// <param name="command">What is wanted.</param>
    /// <param name="now">The wall clock, for the row.</param>
    public static SessionStep Apply(SessionRow? row, SessionCommand command, DateTimeOffset now)
    {
        if (row is null)
            return new(SessionAnswer.Missing, null, "There is no such session. It has to be created before it is reported on.");
        if (row.Status == SessionStatus.Terminated)
        {
            return command is Terminate
                ? new(SessionAnswer.Unchanged, row, "The session is over already.")
                : new(SessionAnswer.Ended, row, $"The session is over: {row.EndReason ?? "no reason was given"}.");
        }
        return command switch
        {
            Provision provision => Provide(row, provision, now),
            Report report => Take(row, report, now),
            Admit admit => LetIn(row, admit.Role, now),
            Terminate end => Changed(row with { Status = SessionStatus.Terminated, EndReason = SessionText.Head(end.Reason, SessionFailure.MostOfReason) }, row, now, "The session is over."),
            _ => new(SessionAnswer.Invalid, row, $"Nothing is known of a command {command.GetType().Name}."),
        };
    }

    /// <summary>Where a session stands whose machines stand so, before anybody was let in: one that failed decides, and all have to be healthy.</summary>
    public static SessionStatus StatusOf(IReadOnlyList<Participant> participants)
    {
        var isAllHealthy = participants.Count > 0;
        var furthest = ParticipantState.Pending;
        foreach (var participant in participants)
        {
            if (participant.State == ParticipantState.Unhealthy)
                return SessionStatus.Unhealthy;
            isAllHealthy &= participant.State == ParticipantState.Healthy;
            furthest = participant.State > furthest ? participant.State : furthest;
        }
        return isAllHealthy ? SessionStatus.Healthy : furthest switch
        {
            ParticipantState.Pending => SessionStatus.Scheduled,
            ParticipantState.Launched => SessionStatus.Launched,
            ParticipantState.DnsWritten => SessionStatus.DnsWritten,
            _ => SessionStatus.Warming,
        };
    }

    private static SessionStep Provide(SessionRow row, Provision command, DateTimeOffset now)
    {
        if (row.Of(command.Role) is not { } was)
            return Unknown(row, command.Role);
        if (command.Milestone is not (null or ParticipantState.Launched or ParticipantState.DnsWritten))
            return new(SessionAnswer.Invalid, row, $"{command.Milestone} is no milestone of a machine: a machine says that of itself, by a report.");
        if (command.Link is { } link && SessionText.WhyNoLink(link) is { } wrong)
            return new(SessionAnswer.Invalid, row, wrong);
        if (command.Instance is { } name && SessionText.WhyNoId(name) is not null)
            return new(SessionAnswer.Invalid, row, $"An instance is named by 1 to {SessionText.LongestId} characters without control characters.");
        var next = was;
        // What is known of another machine says nothing about this one; its own reports are told apart by the instance.
        if (command.Instance is { } instance && was.Instance is { } old && instance != old)
            next = new Participant(was.Role) { Link = was.Link, State = ParticipantState.Launched };
        next = next with { Instance = command.Instance ?? next.Instance, Link = command.Link ?? next.Link };
        if (command.Milestone is { } milestone && milestone > next.State)
            next = next with { State = milestone };
        return next == was
            ? new(SessionAnswer.Unchanged, row, "That is known already.")
            : Changed(With(row, next), row, now, $"{was.Role} is {Word(next.State)}.");
    }

    private static SessionStep Take(SessionRow row, Report report, DateTimeOffset now)
    {
        if (row.Of(report.Role) is not { } was)
            return Unknown(row, report.Role);
        if (report.State is not (ParticipantState.Warming or ParticipantState.Healthy or ParticipantState.Unhealthy) || (report.Failure is null) == (report.State == ParticipantState.Unhealthy))
            return new(SessionAnswer.Invalid, row, "A report says warming, healthy, or unhealthy with what failed.");
        if (report.Progress is { } progress && !(progress is >= 0 and <= 1))
            return new(SessionAnswer.Invalid, row, $"Progress goes from 0 to 1: {progress} does not.");
        if (report.Instance is { } instance && was.Instance is { } present && instance != present)
            return new(SessionAnswer.Overtaken, row, $"{was.Role} is {present} now; this is a report of {instance}.");
        if (was.Stamp is { } last)
        {
            if (report.Stamp == last)
                return new(SessionAnswer.Unchanged, row, "That report has been taken already.");
            if (report.Stamp < last)
                return new(SessionAnswer.Overtaken, row, $"{was.Role} has said something newer: it is {Word(was.State)}.");
            if (report.Stamp.IsSameRun(last) && !MayFollow(was.State, report.State))
                return new(SessionAnswer.Overtaken, row, $"This attempt has ended as {Word(was.State)}. {Capital(report.State)} takes a new attempt.");
        }
        var next = was with
        {
            State = report.State,
            Stage = report.State == ParticipantState.Warming && report.Stage is { } stage ? SessionText.Head(stage, SessionFailure.MostOfStep) : null,
            Progress = report.State == ParticipantState.Warming ? report.Progress : null,
            Failure = report.Failure is { } failure ? Cut(failure) : null,
            Instance = report.Instance ?? was.Instance,
            Stamp = report.Stamp,
            ReportedAt = now,
        };
        return Changed(With(row, next), row, now, $"{was.Role} is {Word(next.State)}.");
    }

    // Within one attempt a verdict is not taken back for a better one: what ran into its time-out never becomes healthy.
    private static bool MayFollow(ParticipantState from, ParticipantState to) => from switch
    {
        ParticipantState.Healthy => to is ParticipantState.Healthy or ParticipantState.Unhealthy,
        ParticipantState.Unhealthy => to is ParticipantState.Unhealthy,
        _ => true,
    };

    private static SessionStep LetIn(SessionRow row, string role, DateTimeOffset now)
    {
        var view = DoorView.Of(row, role);
        return view.Answer switch
        {
            DoorAnswer.Open when row.Status == SessionStatus.InProgress => new(SessionAnswer.Unchanged, row, "The session is in progress."),
            DoorAnswer.Open => Changed(row with { Status = SessionStatus.InProgress, AdmittedAt = now }, row, now, "The session is in progress."),
            DoorAnswer.Unknown => Unknown(row, role),
            DoorAnswer.Failed => new(SessionAnswer.Failed, row, view.Words),
            DoorAnswer.Ended => new(SessionAnswer.Ended, row, view.Words),
            _ => new(SessionAnswer.NotReady, row, view.Words),
        };
    }

    private static SessionRow With(SessionRow row, Participant next)
    {
        Participant[] participants = [.. row.Participants.Select(each => each.Role == next.Role ? next : each)];
        return row with { Participants = participants, Status = row.Status == SessionStatus.InProgress ? row.Status : StatusOf(participants) };
    }

    private static SessionStep Changed(SessionRow next, SessionRow was, DateTimeOffset now, string words) =>
        new(SessionAnswer.Changed, next with { Version = was.Version + 1, UpdatedAt = now }, words);

    private static SessionStep Unknown(SessionRow row, string role) =>
        new(SessionAnswer.UnknownRole, row, $"The session has no role '{role}', only {string.Join(", ", row.Participants.Select(each => each.Role))}.");

    private static SessionFailure Cut(SessionFailure failure) => new(
        SessionText.Head(failure.Step, SessionFailure.MostOfStep), SessionText.Head(failure.Reason, SessionFailure.MostOfReason), SessionText.Tail(failure.LogTail, SessionFailure.MostOfLog));

    private static string Capital(ParticipantState state) => state switch
    {
        ParticipantState.Healthy => "Healthy",
        ParticipantState.Unhealthy => "Unhealthy",
        _ => "Warming",
    };

    /// <summary>A state of a machine in a sentence.</summary>
    internal static string Word(ParticipantState state) => state switch
    {
        ParticipantState.Pending => "not started",
        ParticipantState.Launched => "launched",
        ParticipantState.DnsWritten => "launched, with an address",
        ParticipantState.Warming => "warming up",
        ParticipantState.Healthy => "healthy",
        _ => "unhealthy",
    };
}
