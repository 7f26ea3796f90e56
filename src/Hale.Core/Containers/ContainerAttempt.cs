namespace Hale.Core.Containers;

/// <summary>How an attempt to talk to a container came out.</summary>
public enum ContainerAttempt : byte
{
    /// <summary>There was none, or it passed.</summary>
    None,

    /// <summary>Refused: nothing listens there, or not on that address.</summary>
    Refused,

    /// <summary>Nothing came back when connecting, or no way leads there.</summary>
    Unreachable,

    /// <summary>A name on the way could not be found.</summary>
    NameUnknown,

    /// <summary>The connection was taken, and no answer came.</summary>
    Silent,

    /// <summary>An answer began, and did not end.</summary>
    Unfinished,

    /// <summary>The connection was taken, and closed or reset without a whole answer.</summary>
    Broken,

    /// <summary>An answer came, with another status than is wanted.</summary>
    OtherStatus,
}

/// <summary>What a container was asked for.</summary>
/// <param name="Port">The port inside; null when only its state counts.</param>
/// <param name="Network">The network in which it was to be asked; null for any.</param>
public readonly record struct ContainerQuestion(int? Port, string? Network);

/// <summary>A port that is listened on inside a container.</summary>
/// <param name="Port">The port.</param>
/// <param name="Address">The address, <c>0.0.0.0</c> or <c>::</c> for all.</param>
public readonly record struct ContainerListener(int Port, string Address)
{
    /// <summary>Only the container itself reaches it.</summary>
    public bool IsLoopback => Address.StartsWith("127.", StringComparison.Ordinal) || Address == "::1";

    /// <summary>It takes connections to all addresses.</summary>
    public bool IsEverywhere => Address is "0.0.0.0" or "::";
}
