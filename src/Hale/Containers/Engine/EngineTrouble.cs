namespace Hale.Containers;

/// <summary>What kind of trouble an engine made, for whoever has to decide by it.</summary>
public enum EngineTrouble
{
    /// <summary>The engine tried and failed (status 500 and the like); its message says why.</summary>
    Failed,

    /// <summary>There is no socket, nobody listens at it, or the connection broke. What was asked for may or may not have been done.</summary>
    Unreachable,

    /// <summary>This user may not use the socket, or the engine refused the certificate.</summary>
    NotAllowed,

    /// <summary>No answer in time. What was asked for may or may not have been done.</summary>
    TimedOut,

    /// <summary>What answered is no engine, or its answer cannot be understood or is too large.</summary>
    Garbled,

    /// <summary>The request is wrong (status 400).</summary>
    BadRequest,

    /// <summary>There is no such container.</summary>
    NoSuchContainer,

    /// <summary>There is no such image, here or at its registry.</summary>
    NoSuchImage,

    /// <summary>There is no such network.</summary>
    NoSuchNetwork,

    /// <summary>There is no such volume.</summary>
    NoSuchVolume,

    /// <summary>There is no such path in the container, or something else that was named is not there.</summary>
    NotFound,

    /// <summary>The name is in use, or what was asked for does not go with the present state (status 409).</summary>
    Conflict,
}
