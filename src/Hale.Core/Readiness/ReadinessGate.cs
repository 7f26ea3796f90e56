using Hale.Core.Model;

namespace Hale.Core.Readiness;

/// <summary>
/// Decides when to try what, and when the waiting is over. It is told what attempts came to and who died, and asked what to do next; it has no clock.
/// Ready is only what has passed in an attempt that began after the gate did. A deadline fails, and so does the death of what must live.
/// </summary>
/// <remarks>
/// A target that has passed is tried again every interval while others are waited for: ready means all at the same time. Not safe for concurrent use.
/// </remarks>
public sealed class ReadinessGate
{
    /// <summary>How long after its limit an attempt may go on before it is left behind: 1 s, time to kill a process group and reap it.</summary>
    public static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(1);

    /// <summary>How long after the deadline the attempts that it cut off may still say what they were waiting for: 75 ms, since a busy machine
    /// wakes them late, and nobody waits for a failure for longer than 100 ms. They make nothing ready any more.</summary>
    public static readonly TimeSpan LastWords = TimeSpan.FromMilliseconds(75);

    // An attempt that the deadline left less than this says nothing new: "no answer within 30ms" is no reason.
    private static readonly TimeSpan Telling = TimeSpan.FromSeconds(1);

    private readonly GateSpec spec;
    private readonly GateTargetState[] targets;

    /// <summary>Opens the question.</summary>
    public ReadinessGate(GateSpec spec, Instant startedAt)
    {
        this.spec = spec;
        StartedAt = startedAt;
        Deadline = startedAt + spec.Timeout;
        targets = Array.ConvertAll(spec.Targets, target => new GateTargetState(target, startedAt));
    }

    /// <summary>When the gate began.</summary>
    public Instant StartedAt { get; }

    /// <summary>When it fails.</summary>
    public Instant Deadline { get; }

    /// <summary>The targets, in the order of the spec.</summary>
    public IReadOnlyList<GateTargetState> Targets => targets;

    /// <summary>The end; null while the question is open. It does not change any more.</summary>
    public GateVerdict? Verdict { get; private set; }

    /// <summary>What is to be done now. To be asked again after each <see cref="GateMove.Try"/>, and whenever something was told.</summary>
    public GateStep Next(Instant now)
    {
        if (Verdict is null && now >= Deadline)
        {
            if (now < Deadline + LastWords && targets.Any(target => target.IsUnderWay))
                return new(GateMove.Wait, Deadline + LastWords);
            EndOpen(Deadline, $"not ready within {Judging.Judge.Span(spec.Timeout)}");
        }
        if (Verdict is null && IsUsedUp())
            EndOpen(now, spec.MaxAttempts == 1 ? "not ready at the only attempt" : $"not ready after {spec.MaxAttempts} attempts");
        if (Verdict is not null)
            return new(GateMove.End, now);

        var next = Deadline;
        for (var i = 0; i < targets.Length; i++)
        {
            var target = targets[i];
            if (target.IsUnderWay && target.StartedAt + target.Limit + StopsWithin <= now)
                LeaveBehind(target, now);
            if (target.IsUnderWay)
                next = Instant.Min(next, target.StartedAt + target.Limit + StopsWithin);
            else if (MayBeTried(target) && target.DueAt <= now)
                return Begin(i, now);
            else if (MayBeTried(target))
                next = Instant.Min(next, target.DueAt);
        }
        return new(GateMove.Wait, next);
    }

    /// <summary>
    /// An attempt has ended. What was left behind meanwhile, or comes after the end, counts for nothing; a pass that comes after the deadline
    /// makes nothing ready.
    /// </summary>
    public void Ended(int index, int attempt, Instant now, ProbeResult result)
    {
        var target = targets[index];
        if (attempt != target.Attempts)
            return;
        if (target.IsStuck)
        {
            // It has come to its end after all: now it may be tried again.
            target.IsStuck = false;
            target.DueAt = now;
            return;
        }
        if (Verdict is not null || !target.IsUnderWay)
            return;
        target.IsUnderWay = false;
        Take(target, result.Outcome, result.Evidence, now);
        // From the deadline on nothing decides but the deadline.
        if (now >= Deadline)
            return;
        if (target.Spec.IsGuard && result.Outcome == Outcome.Fail)
            End(GateEnd.NotReady, now, $"{target.Spec.Name}: {target.Trouble}");
        else if (IsReady())
            End(GateEnd.Ready, now, string.Join("; ", targets.Where(each => each.IsReady).Select(each => $"{each.Spec.Name}: {each.Timeline.Last!.Evidence}")));
    }

    /// <summary>Something that had to live is dead: the gate fails at once.</summary>
    /// <param name="now">When that was seen.</param>
    /// <param name="how">Who, and how it ended: <c>process 123 exited with code 1</c>.</param>
    public void Died(Instant now, string how)
    {
        if (Verdict is null)
            End(GateEnd.NotReady, now, how);
    }

    /// <summary>
    /// A target can never become ready any more, since what it stands for has ended. It is not tried again, and the gate fails at once: with
    /// <see cref="GateSpec.Any"/> when no alternative is left.
    /// </summary>
    /// <param name="index">Which.</param>
    /// <param name="now">When that was seen.</param>
    /// <param name="how">Who, and how it ended: <c>container web exited with code 1</c>.</param>
    public void Lost(int index, Instant now, string how)
    {
        var target = targets[index];
        if (Verdict is not null || target.IsLost)
            return;
        target.IsLost = target.IsKnownBad = true;
        target.IsReady = target.IsUnderWay = false;
        target.Passes = 0;
        target.Trouble = how;
        target.Timeline.Add(Outcome.Fail, how, now, now);
        // From the deadline on nothing decides but the deadline.
        if (now >= Deadline)
            return;
        if (target.Spec.IsGuard || !spec.Any)
            End(GateEnd.NotReady, now, how);
        else if (targets.All(each => each.IsLost || each.Spec.IsGuard))
            End(GateEnd.NotReady, now, string.Join("; ", targets.Where(each => each.IsLost).Select(each => each.Trouble)));
    }

    /// <summary>Something has happened that may have made a target ready: it is tried at once, or once more if an attempt is under way.</summary>
    public void Hasten(int index, Instant now)
    {
        var target = targets[index];
        if (target.IsUnderWay)
            target.IsHastened = true;
        else if (!target.IsReady)
            target.DueAt = Instant.Min(target.DueAt, now);
    }

    private GateStep Begin(int index, Instant now)
    {
        var target = targets[index];
        target.Attempts++;
        target.IsUnderWay = true;
        target.IsHastened = false;
        target.StartedAt = now;
        var left = Deadline - now;
        target.Limit = left < spec.AttemptTimeout ? left : spec.AttemptTimeout;
        return new(GateMove.Try, now, index, target.Attempts, target.Limit);
    }

    private void LeaveBehind(GateTargetState target, Instant now)
    {
        target.IsUnderWay = false;
        target.IsStuck = true;
        Take(target, Outcome.Inconclusive, $"the attempt did not end within its time-out of {Judging.Judge.Span(target.Limit)} and was left behind", now);
    }

    private void Take(GateTargetState target, Outcome outcome, string evidence, Instant now)
    {
        var isFirst = target.Timeline.Last is null;
        target.Timeline.Add(outcome, evidence, target.StartedAt, now);
        if (!isFirst && IsCutShort(target, now))
            return;
        switch (outcome)
        {
            case Outcome.Pass or Outcome.Warn when now >= Deadline:
                target.Trouble ??= target.IsReady ? null : "it passed, but only after the deadline";
                return;
            case Outcome.Pass or Outcome.Warn:
                target.Passes++;
                target.IsKnownBad = target.Passes < spec.Successes;
                target.Trouble = target.Passes < spec.Successes ? $"passed {target.Passes} of {spec.Successes} times in a row" : null;
                break;
            case Outcome.Fail:
                target.Passes = 0;
                target.Trouble = evidence;
                target.IsKnownBad = true;
                break;
            default:
                target.Passes = 0;
                if (!target.IsKnownBad)
                    target.Trouble = evidence;
                break;
        }
        target.IsReady = target.Passes >= spec.Successes;
        target.DueAt = target.Passes > 0 ? now + spec.Interval
            : target.IsHastened ? now
            : now + GatePace.Pause(spec, now - StartedAt, now - target.StartedAt);
    }

    // Ended by the deadline, soon after it had begun. What was seen before says more, and still stands.
    private bool IsCutShort(GateTargetState target, Instant now) =>
        target.Limit < Telling && target.Limit < spec.AttemptTimeout && now - target.StartedAt >= 0.9 * target.Limit;

    private bool MayBeTried(GateTargetState target) => !target.IsStuck && !target.IsLost && !(target.Attempts >= spec.MaxAttempts && !target.IsReady);

    private bool IsReady()
    {
        var wanted = targets.Where(target => !target.Spec.IsGuard).ToList();
        return targets.All(target => !target.Spec.IsGuard || target.IsReady)
            && (wanted.Count == 0 || (spec.Any ? wanted.Exists(target => target.IsReady) : wanted.TrueForAll(target => target.IsReady)));
    }

    private bool IsUsedUp()
    {
        if (spec.MaxAttempts is null)
            return false;
        var done = targets.Where(target => !target.Spec.IsGuard).Select(target => target is { IsUnderWay: false, IsStuck: false, IsReady: false } && target.Attempts >= spec.MaxAttempts).ToList();
        return spec.Any ? done.Count > 0 && done.TrueForAll(each => each) : done.Contains(true);
    }

    // Nobody has died: what is known of those that are not ready decides whether they are known not to be.
    private void EndOpen(Instant at, string what)
    {
        var missing = targets.Where(target => !target.IsReady).ToList();
        var wanted = targets.Where(target => !target.Spec.IsGuard).ToList();
        var isKnown = wanted.Count > 0 && (spec.Any ? wanted.TrueForAll(target => target.IsKnownBad) : wanted.Exists(target => target.IsKnownBad));
        var reasons = missing.Select(target => $"{target.Spec.Name}: {target.Trouble ?? "no attempt has ended"}");
        End(isKnown ? GateEnd.NotReady : GateEnd.CouldNotTell, at, $"{what}: {string.Join("; ", reasons)}");
    }

    private void End(GateEnd end, Instant at, string reason) => Verdict = new(end, at, reason);
}
