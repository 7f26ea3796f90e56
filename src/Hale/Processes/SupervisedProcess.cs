using Hale.Core.Model;

namespace Hale.Processes;

/// <summary>The living process of a supervised target.</summary>
/// <param name="Pid">Its number; also that of its session and process group.</param>
/// <param name="Incarnation">Its life, <c>INTENT:PID@START</c>: the same text whichever Hale finds it.</param>
/// <param name="IntentId">The intent that began it.</param>
/// <param name="BeganAt">When it began, on the steady line.</param>
public sealed record SupervisedProcess(int Pid, Incarnation Incarnation, long IntentId, Instant BeganAt);

/// <summary>What came of a start.</summary>
/// <param name="Process">The new life; null when it could not be started.</param>
/// <param name="Error">Why not, in one line; null when it was started.</param>
public sealed record StartResult(SupervisedProcess? Process, string? Error);

/// <summary>What came of a stop.</summary>
public enum StopEnd : byte
{
    /// <summary>That life has ended, and so has its process group.</summary>
    Stopped,

    /// <summary>That life is not the present one (any more). Nothing was signalled.</summary>
    NotThisLife,

    /// <summary>Something of it survived even SIGKILL.</summary>
    Survived,
}

/// <summary>What came of a stop, and one line on it for a person.</summary>
public sealed record StopResult(StopEnd End, string Detail);

/// <summary>What a restarted Hale found of a target.</summary>
/// <param name="Process">The process that it owns again; null if none lives.</param>
/// <param name="Leftovers">
/// Other living processes of earlier lives: a second leader, or members of the group of a dead one. <see cref="Supervisor.EndLeftoversAsync"/> ends
/// them, and so does the next start.
/// </param>
public sealed record AdoptResult(SupervisedProcess? Process, IReadOnlyList<ProcessIdentity> Leftovers);
