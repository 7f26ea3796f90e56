namespace Hale.Core.Containers;

/// <summary>Why a container is not ready.</summary>
public enum ContainerCause : byte
{
    /// <summary>The engine did not say how it is: could not tell.</summary>
    EngineAway,

    /// <summary>There is no such container.</summary>
    Missing,

    /// <summary>It was made and never started, or could not be.</summary>
    NotStarted,

    /// <summary>It has ended.</summary>
    Ended,

    /// <summary>It ends again and again, and its restart policy starts it anew.</summary>
    RestartLoop,

    /// <summary>It is frozen.</summary>
    Paused,

    /// <summary>It has no address in the network that was asked for.</summary>
    WrongNetwork,

    /// <summary>Its own health check fails.</summary>
    Unhealthy,

    /// <summary>Its own health check is not carried out by the engine.</summary>
    HealthNotRun,

    /// <summary>A name on the way does not resolve.</summary>
    NameUnknown,

    /// <summary>Nothing listens on the port; other ports may be listened on.</summary>
    NothingListens,

    /// <summary>The port is listened on for the container itself only.</summary>
    LoopbackOnly,

    /// <summary>Refused, and what listens inside is not known, or it listens by now.</summary>
    Refused,

    /// <summary>No connection comes about.</summary>
    Unreachable,

    /// <summary>Connections are taken and never answered.</summary>
    NeverAnswers,

    /// <summary>Answers begin and do not end.</summary>
    NeverFinishes,

    /// <summary>Connections are taken and closed without an answer.</summary>
    HangsUp,

    /// <summary>Another status is answered.</summary>
    OtherStatus,

    /// <summary>It passed now and then, but not often enough in a row.</summary>
    Flapping,

    /// <summary>It runs, and its own health check has not passed yet.</summary>
    StillStarting,

    /// <summary>Nothing was found.</summary>
    Unknown,
}

/// <summary>What was found.</summary>
/// <param name="Cause">Why it is not ready.</param>
/// <param name="Text">The same for a person, on one line, without a full stop.</param>
public sealed record ContainerFinding(ContainerCause Cause, string Text);
