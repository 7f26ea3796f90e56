using Hale.Native;

namespace Hale.Processes;

/// <summary>How a process ended.</summary>
/// <param name="IsKnown">False when the process was not our child and the kernel would not say (Linux before 6.15).</param>
/// <param name="Code">Exit code; meaningless when a signal ended it.</param>
/// <param name="Signal">Number of the signal that ended it; 0 when it exited by itself.</param>
/// <param name="DumpedCore">The kernel wrote a core dump.</param>
public readonly record struct ProcessExit(bool IsKnown, int Code, int Signal, bool DumpedCore)
{
    /// <summary>It is gone, and nobody told us how.</summary>
    public static readonly ProcessExit Unknown;

    internal static ProcessExit From(WaitStatus? status) =>
        status is { } known ? new(true, known.Code, known.Signal, known.DumpedCore) : Unknown;

    /// <summary>For a person: <c>exited with code 3</c>, <c>killed by SIGKILL</c>.</summary>
    public override string ToString() =>
        !IsKnown ? "ended (how is not known)"
        : Signal == 0 ? $"exited with code {Code}"
        : $"killed by {Signals.NameOf(Signal)}{(DumpedCore ? ", core dumped" : "")}";
}
