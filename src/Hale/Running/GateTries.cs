using Hale.Core.Model;

namespace Hale.Running;

/// <summary>
/// When checks with a gate are tried again: quickly until the first pass in a life, and once more when the time of the gate is over. The pauses
/// grow with the time waited, as those of <c>hale wait</c>, but are ten times as long: every attempt is written to the journal.
/// </summary>
internal sealed class GateTries(WorldSpec world)
{
    private const int Share = 40;

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    // A little after the deadline, which the judge counts from the moment at which it hears of the life.
    private static readonly TimeSpan After = TimeSpan.FromMilliseconds(20);

    private readonly State?[] states = Array.ConvertAll(world.Checks, check => check.Gate is null ? null : new State());

    /// <summary>When the check is to be tried again; null for its next slot.</summary>
    /// <param name="check">Its index.</param>
    /// <param name="life">The life that was tried.</param>
    /// <param name="startedAt">When the attempt began.</param>
    /// <param name="now">When it ended.</param>
    /// <param name="result">What it came to; null when it was left behind.</param>
    public Instant? Next(int check, Incarnation life, Instant startedAt, Instant now, ProbeResult? result)
    {
        if (states[check] is not { } state)
            return null;
        if (state.Life != life || state.Since.IsNever)
            (state.Life, state.Since, state.IsOver) = (life, startedAt, false);
        var deadline = state.Since + world.Checks[check].Gate!.Value + After;
        state.IsOver |= result?.Outcome is Outcome.Pass or Outcome.Warn || startedAt >= deadline;
        if (state.IsOver)
            return null;
        var pause = (now - state.Since) / Share;
        pause = pause < Shortest ? Shortest : pause > Longest ? Longest : pause;
        var next = now + pause;
        // The last one comes when the time is over, so that the failure is told then and not at the next slot.
        return next >= deadline || deadline - next < Shortest ? Instant.Max(deadline, now) : next;
    }

    private sealed class State
    {
        public Incarnation Life { get; set; }

        public Instant Since { get; set; } = Instant.Never;

        public bool IsOver { get; set; }
    }
}
