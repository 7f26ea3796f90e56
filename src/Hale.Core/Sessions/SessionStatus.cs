namespace Hale.Core.Sessions;

/// <summary>Where a session stands as a whole.</summary>
public enum SessionStatus
{
    /// <summary>It is planned; nothing runs yet.</summary>
    Scheduled,

    /// <summary>A machine of it has been started.</summary>
    Launched,

    /// <summary>A machine of it has an address.</summary>
    DnsWritten,

    /// <summary>A machine of it rehearses, or has rehearsed while another one has not.</summary>
    Warming,

    /// <summary>Every machine of it has proved that it is warm.</summary>
    Healthy,

    /// <summary>A machine of it has failed. A new attempt may follow.</summary>
    Unhealthy,

    /// <summary>Somebody has been let in.</summary>
    InProgress,

    /// <summary>It is over, for good.</summary>
    Terminated,
}

/// <summary>Which status may follow which.</summary>
public static class SessionStatuses
{
    /// <summary>
    /// Whether a row may go from one status to another in one write. In progress comes from healthy alone and leads to the end alone; nothing
    /// leaves the end, and nothing goes back to scheduled. Before that a session moves with its machines: one that is replaced or
    /// tries again takes it back to launched, to an address, or to warming.
    /// </summary>
    public static bool MayFollow(SessionStatus from, SessionStatus to) => (from, to) switch
    {
        (SessionStatus.Terminated, _) => false,
        (_, SessionStatus.Terminated) => true,
        (SessionStatus.InProgress, _) => false,
        (_, SessionStatus.InProgress) => from == SessionStatus.Healthy,
        (_, SessionStatus.Scheduled) => false,
        _ => from != to,
    };
}
