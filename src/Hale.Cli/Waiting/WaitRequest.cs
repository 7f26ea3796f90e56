using Hale.Readiness;

namespace Hale.Cli.Waiting;

/// <summary>What <c>hale wait</c> was asked for.</summary>
/// <param name="Targets">What to wait for.</param>
/// <param name="Options">How.</param>
/// <param name="Command">What to start; empty for nothing.</param>
/// <param name="StartsFirst">Start it first, and watch it.</param>
/// <param name="IsQuiet">No progress, and no word on success.</param>
internal sealed record WaitRequest(IReadOnlyList<ReadyTarget> Targets, ReadyOptions Options, string[] Command, bool StartsFirst, bool IsQuiet);
