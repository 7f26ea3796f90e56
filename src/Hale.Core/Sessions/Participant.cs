namespace Hale.Core.Sessions;

/// <summary>Where one participant's machine stands.</summary>
public enum ParticipantState
{
    /// <summary>Nothing is known of it.</summary>
    Pending,

    /// <summary>It has been started.</summary>
    Launched,

    /// <summary>It has an address.</summary>
    DnsWritten,

    /// <summary>It rehearses.</summary>
    Warming,

    /// <summary>It has proved that it is warm.</summary>
    Healthy,

    /// <summary>It has failed, with a reason.</summary>
    Unhealthy,
}

/// <summary>Why a machine is not healthy.</summary>
/// <param name="Step">The step that failed: <c>rehearsal 2: evidence</c>.</param>
/// <param name="Reason">What was missing or wrong, for people.</param>
/// <param name="LogTail">The last lines of output; empty when there are none.</param>
public sealed record SessionFailure(string Step, string Reason, string LogTail)
{
    /// <summary>Most characters of a step or a stage: 200. What is longer is cut.</summary>
    public const int MostOfStep = 200;

    /// <summary>Most characters of a reason: 2000.</summary>
    public const int MostOfReason = 2_000;

    /// <summary>Most characters of the log that are kept, the last ones: 8000.</summary>
    public const int MostOfLog = 8_000;
}

/// <summary>One participant of a session: a role, its machine, and how far that is.</summary>
/// <param name="Role">Who it is in the session: <c>teacher</c>.</param>
public sealed record Participant(string Role)
{
    /// <summary>Where its machine stands.</summary>
    public ParticipantState State { get; init; }

    /// <summary>What it does just now, while it is warming; null when it has not said.</summary>
    public string? Stage { get; init; }

    /// <summary>How much of the warming is done, from 0 to 1; null when it has not said.</summary>
    public double? Progress { get; init; }

    /// <summary>Which machine it is, for example the id of an instance; null when nobody has said.</summary>
    public string? Instance { get; init; }

    /// <summary>Where the participant gets in, once it may: an http or https URL; null when nobody has said.</summary>
    public string? Link { get; init; }

    /// <summary>Why it is unhealthy; null when it is not.</summary>
    public SessionFailure? Failure { get; init; }

    /// <summary>The last report that counted; null before the first.</summary>
    public ReportStamp? Stamp { get; init; }

    /// <summary>When that one was written, by the clock of whoever wrote it; null before the first.</summary>
    public DateTimeOffset? ReportedAt { get; init; }
}
