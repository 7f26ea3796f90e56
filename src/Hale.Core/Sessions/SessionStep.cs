namespace Hale.Core.Sessions;

/// <summary>What a command comes to.</summary>
public enum SessionAnswer
{
    /// <summary>There is a next row, to be written.</summary>
    Changed,

    /// <summary>It is so already; there is nothing to write.</summary>
    Unchanged,

    /// <summary>There is no such session. Nothing is created in its place.</summary>
    Missing,

    /// <summary>The session has no such role.</summary>
    UnknownRole,

    /// <summary>The session is over.</summary>
    Ended,

    /// <summary>What was reported has been overtaken: by a later report, by a new attempt, or by another machine.</summary>
    Overtaken,

    /// <summary>Not yet: a machine is not warm, or has no address.</summary>
    NotReady,

    /// <summary>A machine has failed.</summary>
    Failed,

    /// <summary>The command itself is not one that can be carried out.</summary>
    Invalid,
}

/// <summary>The next row of a session, or why there is none.</summary>
/// <param name="Answer">What the command comes to.</param>
/// <param name="Row">The next row when it changed, otherwise the row as it was; null when there is no session.</param>
/// <param name="Reason">In words, for people.</param>
public sealed record SessionStep(SessionAnswer Answer, SessionRow? Row, string Reason)
{
    /// <summary>What was wanted is so, or is so once the row is written.</summary>
    public bool IsDone => Answer is SessionAnswer.Changed or SessionAnswer.Unchanged;
}
