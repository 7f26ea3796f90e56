using Hale.Core.Model;

namespace Hale.Core.Readiness;

/// <summary>What the gate wants to be done now.</summary>
public enum GateMove : byte
{
    /// <summary>Nothing before <see cref="GateStep.At"/>, unless something is heard.</summary>
    Wait,

    /// <summary>Begin an attempt of <see cref="GateStep.Target"/>.</summary>
    Try,

    /// <summary>Nothing any more: there is a verdict.</summary>
    End,
}

/// <summary>One step of a gate.</summary>
/// <param name="Move">What is to be done.</param>
/// <param name="At">When to ask again, for <see cref="GateMove.Wait"/>; otherwise now.</param>
/// <param name="Target">Index of the target to try.</param>
/// <param name="Attempt">Number of the attempt, from 1; its result comes back with it.</param>
/// <param name="Limit">How long the attempt may take.</param>
public readonly record struct GateStep(GateMove Move, Instant At, int Target = -1, int Attempt = 0, TimeSpan Limit = default);

/// <summary>How a gate ended.</summary>
public enum GateEnd : byte
{
    /// <summary>What was waited for is there.</summary>
    Ready,

    /// <summary>It is not, and there is evidence for that.</summary>
    NotReady,

    /// <summary>It is not known to be there, and nothing speaks against it either: no attempt could tell.</summary>
    CouldNotTell,
}

/// <summary>The end of a gate.</summary>
/// <param name="End">Which.</param>
/// <param name="At">When.</param>
/// <param name="Reason">One line for a person: what passed, or what was missing and why.</param>
public sealed record GateVerdict(GateEnd End, Instant At, string Reason);
