using Hale.Core.Model;
using Hale.Core.Readiness;

namespace Hale.Core.Tests.Readiness;

/// <summary>Plays a gate: whatever it wants tried comes to what the script says.</summary>
internal sealed class Rehearsal
{
    public static readonly Instant Start = new(1_000_000_000);

    private readonly Func<int, TimeSpan, (Outcome Outcome, TimeSpan Took)?> script;
    private readonly List<(Instant At, int Target, int Attempt, Outcome Outcome)> underWay = [];

    /// <param name="spec">The gate's rules.</param>
    /// <param name="script">By target and time since the start: what an attempt that begins then comes to, and after how long; null for never.</param>
    public Rehearsal(GateSpec spec, Func<int, TimeSpan, (Outcome, TimeSpan)?> script)
    {
        this.script = script;
        Gate = new ReadinessGate(spec, Start);
    }

    public ReadinessGate Gate { get; }

    public Instant Now { get; private set; } = Start;

    /// <summary>When attempts began, since the start.</summary>
    public List<(int Target, TimeSpan At, TimeSpan Limit)> Tried { get; } = [];

    /// <summary>Plays until the end, or until a moment.</summary>
    public GateVerdict? Play(TimeSpan? until = null)
    {
        var limit = Start + (until ?? TimeSpan.FromHours(1));
        for (var steps = 0; steps < 100_000; steps++)
        {
            var step = Gate.Next(Now);
            if (step.Move == GateMove.End)
                return Gate.Verdict;
            if (step.Move == GateMove.Try)
            {
                Tried.Add((step.Target, Now - Start, step.Limit));
                if (script(step.Target, Now - Start) is { } comes)
                    underWay.Add((Now + (comes.Took < step.Limit ? comes.Took : step.Limit), step.Target, step.Attempt, comes.Took < step.Limit ? comes.Outcome : Outcome.Fail));
                continue;
            }
            var next = underWay.Select(each => each.At).Append(step.At).Min(at => at.Ticks);
            if (next > limit.Ticks)
            {
                Now = limit;
                return null;
            }
            Now = new Instant(next);
            foreach (var ended in underWay.Where(each => each.At == Now).ToList())
            {
                underWay.Remove(ended);
                Gate.Ended(ended.Target, ended.Attempt, Now, new ProbeResult(ended.Outcome, $"it came to {ended.Outcome}"));
            }
        }
        throw new InvalidOperationException("the gate does not come to an end");
    }
}
