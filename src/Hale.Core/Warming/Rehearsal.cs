using Hale.Core.Model;
using Hale.Core.Judging;

namespace Hale.Core.Warming;

/// <summary>
/// One rehearsal: prepare, start, wait for evidence, hold, stop, clean. It is told what happened and asked what to do next; it has no clock and touches
/// nothing. Proved is only what showed all its evidence at the same time, in looks that began after the start. Each step has a deadline, and a deadline
/// fails with what was missing. Whatever fails, what was started is stopped and what it created is removed.
/// </summary>
/// <remarks>One object is one life of the command. Not safe for concurrent use.</remarks>
public sealed class Rehearsal
{
    private readonly RehearsalSpec spec;
    private readonly EvidenceState[] evidence;
    private readonly List<(RehearsalStage Stage, Instant At)> stages = [];
    private readonly List<string> further = [];

    private RehearsalMove pending;
    private Instant deadline;
    private Instant startedAt = Instant.Never;
    private TimeSpan? timeToEvidence;
    private (RehearsalEnd End, RehearsalStage Stage, string Reason)? failure;
    private string? ending;
    private string? cleaning;
    private bool wasAsked;
    private bool hasEnded;
    private bool wasKilled;

    /// <summary>Begins with the preparation.</summary>
    public Rehearsal(RehearsalSpec spec, Instant now)
    {
        this.spec = spec;
        evidence = Array.ConvertAll(spec.Evidence, each => new EvidenceState(each));
        Enter(RehearsalStage.Prepare, RehearsalMove.Prepare, now + spec.PrepareWithin, now);
    }

    /// <summary>Where it stands.</summary>
    public RehearsalStage Stage { get; private set; }

    /// <summary>When the present stage began.</summary>
    public Instant StageBeganAt => stages[^1].At;

    /// <summary>When the present stage ends at the latest.</summary>
    public Instant Deadline => deadline;

    /// <summary>The evidence, in the order of the spec.</summary>
    public IReadOnlyList<EvidenceState> Evidence => evidence;

    /// <summary>What came of it; null until it is over. It does not change any more.</summary>
    public RehearsalResult? Result { get; private set; }

    /// <summary>What is to be done now. To be asked again after everything that was told, and at <see cref="RehearsalStep.At"/>.</summary>
    public RehearsalStep Next(Instant now)
    {
        while (Stage != RehearsalStage.Done && pending == RehearsalMove.Wait && now >= deadline)
            Expire(now);
        var move = pending;
        pending = Stage == RehearsalStage.Done ? RehearsalMove.End : RehearsalMove.Wait;
        return new(Stage == RehearsalStage.Done ? RehearsalMove.End : move, deadline);
    }

    /// <summary>What is there already is known.</summary>
    /// <param name="now">When.</param>
    /// <param name="trouble">Why the rehearsal would prove nothing as things stand (a port that somebody else answers at); null when it would.</param>
    public void Prepared(Instant now, string? trouble = null)
    {
        if (Stage != RehearsalStage.Prepare)
            return;
        if (trouble is not null)
            End(now, RehearsalEnd.Failed, trouble);
        else
            Enter(RehearsalStage.Start, RehearsalMove.Start, now + RehearsalSpec.StartWithin, now);
    }

    /// <summary>The command runs. From now on a look is about this life.</summary>
    public void Started(Instant now)
    {
        if (Stage != RehearsalStage.Start)
            return;
        startedAt = now;
        Enter(RehearsalStage.Evidence, RehearsalMove.Look, now + spec.Within, now);
    }

    /// <summary>The step that is under way has failed: the command cannot be started, the stop command exited with 1, a file cannot be removed.</summary>
    public void Failed(Instant now, string why)
    {
        switch (Stage)
        {
            case RehearsalStage.Prepare or RehearsalStage.Start:
                End(now, RehearsalEnd.Failed, why);
                break;
            case RehearsalStage.Clean:
                Note(RehearsalEnd.Failed, why);
                Finish(now);
                break;
            case RehearsalStage.Stop or RehearsalStage.Kill:
                // It goes on to be ended by other means.
                Note(RehearsalEnd.Failed, why);
                break;
        }
    }

    /// <summary>Somebody looked for a piece of evidence. A look that began before the start is about something else and counts for nothing.</summary>
    /// <param name="index">Which piece.</param>
    /// <param name="beganAt">When the look began.</param>
    /// <param name="now">When it ended.</param>
    /// <param name="outcome">Pass: it is there.</param>
    /// <param name="seen">What was seen, or why nothing.</param>
    public void Saw(int index, Instant beganAt, Instant now, Outcome outcome, string seen)
    {
        if (startedAt.IsNever || beganAt < startedAt || Stage is not (RehearsalStage.Evidence or RehearsalStage.Hold))
            return;
        // From the deadline on nothing decides but the deadline.
        if (Stage == RehearsalStage.Evidence && now >= deadline)
        {
            if (outcome is not (Outcome.Pass or Outcome.Warn))
                evidence[index].Take(outcome, seen, now);
            return;
        }
        evidence[index].Take(outcome, seen, now);
        if (Stage != RehearsalStage.Evidence || !Array.TrueForAll(evidence, each => each.Holds))
            return;
        timeToEvidence = now - startedAt;
        if (spec.Hold > TimeSpan.Zero)
            Enter(RehearsalStage.Hold, RehearsalMove.Wait, now + spec.Hold, now);
        else
            Stop(now);
    }

    /// <summary>The command has ended.</summary>
    /// <param name="now">When that was seen.</param>
    /// <param name="how">How, with its last words: <c>exited with code 1; its last output: no such device</c>.</param>
    /// <param name="isCrash">By a signal that nobody sent to stop it.</param>
    public void Exited(Instant now, string how, bool isCrash = false)
    {
        if (hasEnded || startedAt.IsNever)
            return;
        hasEnded = true;
        ending = how;
        switch (Stage)
        {
            case RehearsalStage.Evidence:
                Note(RehearsalEnd.Failed, $"{how}, before all evidence was there: {Missing()}");
                Stop(now);
                break;
            case RehearsalStage.Hold:
                Note(RehearsalEnd.Failed, $"{how}, while it should have gone on for {Judge.Span(spec.Hold)}");
                Stop(now);
                break;
            case RehearsalStage.Stop when !wasAsked:
                Note(RehearsalEnd.Failed, $"{how}, before it was asked to stop");
                break;
            case RehearsalStage.Stop when isCrash:
                Note(RehearsalEnd.Failed, $"{how}, when it was asked to stop");
                break;
        }
    }

    /// <summary>It has been asked to end, before it did so by itself.</summary>
    public void Asked() => wasAsked = true;

    /// <summary>Nothing is left of it.</summary>
    /// <param name="now">When that was seen.</param>
    /// <param name="killed">What had to be killed, for a person; null for nothing.</param>
    public void Gone(Instant now, string? killed = null)
    {
        if (Stage is not (RehearsalStage.Stop or RehearsalStage.Kill))
            return;
        if (killed is not null)
        {
            wasKilled = true;
            if (spec.KilledFails)
                Note(RehearsalEnd.Failed, $"{killed} did not end within {Judge.Span(spec.Grace)} and was killed", RehearsalStage.Stop);
        }
        Clean(now);
    }

    /// <summary>What it created has been removed.</summary>
    /// <param name="now">When.</param>
    /// <param name="what">What was removed, and what was left.</param>
    public void Cleaned(Instant now, string what)
    {
        if (Stage != RehearsalStage.Clean)
            return;
        cleaning = what;
        Finish(now);
    }

    /// <summary>Somebody wants it to end. It is stopped and cleaned up as ever; said a second time, it is killed rather than asked.</summary>
    public void Interrupt(Instant now)
    {
        var again = failure?.End == RehearsalEnd.Interrupted;
        if (!again)
            Note(RehearsalEnd.Interrupted, "interrupted");
        switch (Stage)
        {
            case RehearsalStage.Prepare or RehearsalStage.Start when startedAt.IsNever:
                Finish(now);
                break;
            case RehearsalStage.Evidence or RehearsalStage.Hold:
                Stop(now);
                break;
            case RehearsalStage.Stop when again:
                Kill(now);
                break;
        }
    }

    private void Expire(Instant now)
    {
        switch (Stage)
        {
            case RehearsalStage.Prepare:
                End(now, RehearsalEnd.Failed, $"looking at what is there already did not end within {Judge.Span(spec.PrepareWithin)}");
                break;
            case RehearsalStage.Start:
                Note(RehearsalEnd.Failed, $"the command was not started within {Judge.Span(RehearsalSpec.StartWithin)}");
                Kill(now);
                break;
            case RehearsalStage.Evidence:
                var isKnown = Array.Exists(evidence, each => each.IsKnownMissing);
                Note(isKnown ? RehearsalEnd.Failed : RehearsalEnd.CouldNotTell, $"not all evidence within {Judge.Span(spec.Within)}: {Missing()}");
                Stop(now);
                break;
            case RehearsalStage.Hold:
                if (!Array.TrueForAll(evidence, each => each.Holds))
                    Note(Array.Exists(evidence, each => each.IsKnownMissing) ? RehearsalEnd.Failed : RehearsalEnd.CouldNotTell,
                        $"the evidence did not last for {Judge.Span(spec.Hold)}: {Missing()}");
                Stop(now);
                break;
            case RehearsalStage.Stop:
                Kill(now);
                break;
            case RehearsalStage.Kill:
                Note(RehearsalEnd.Failed, $"something of it does not die within {Judge.Span(RehearsalSpec.KillWithin)}, not even of SIGKILL (uninterruptible wait)");
                Clean(now);
                break;
            case RehearsalStage.Clean:
                Note(RehearsalEnd.Failed, $"removing what it created did not end within {Judge.Span(spec.CleanWithin ?? default)}");
                Finish(now);
                break;
        }
    }

    private string Missing() =>
        string.Join("; ", evidence.Where(each => !each.Holds).Select(each => $"{each.Spec.Name}: {each.Seen ?? "no look had ended"}"));

    private void Stop(Instant now) => Enter(RehearsalStage.Stop, RehearsalMove.Stop, now + spec.Grace, now);

    private void Kill(Instant now) => Enter(RehearsalStage.Kill, RehearsalMove.Kill, now + RehearsalSpec.KillWithin, now);

    private void Clean(Instant now)
    {
        if (spec.CleanWithin is { } limit)
            Enter(RehearsalStage.Clean, RehearsalMove.Clean, now + limit, now);
        else
            Finish(now);
    }

    private void End(Instant now, RehearsalEnd end, string why)
    {
        Note(end, why);
        Finish(now);
    }

    private void Enter(RehearsalStage stage, RehearsalMove move, Instant until, Instant now)
    {
        (Stage, pending, deadline) = (stage, move, until);
        stages.Add((stage, now));
    }

    // What failed first decides; the rest is told beside it. A person who ends it decides whatever had failed before.
    private void Note(RehearsalEnd end, string why, RehearsalStage? stage = null)
    {
        if (failure is not { } first)
            failure = (end, stage ?? Stage, why);
        else if (end == RehearsalEnd.Interrupted)
        {
            further.Add(first.Reason);
            failure = (end, stage ?? Stage, why);
        }
        else
            further.Add(why);
    }

    private void Finish(Instant now)
    {
        Enter(RehearsalStage.Done, RehearsalMove.End, Instant.Distant, now);
        var (end, stage, reason) = failure
            ?? (RehearsalEnd.Proved, RehearsalStage.Done, string.Join("; ", evidence.Select(each => $"{each.Spec.Name}: {each.Seen}")));
        Result = new(end, stage, reason)
        {
            TimeToEvidence = timeToEvidence,
            Further = [.. further],
            Ending = ending,
            WasKilled = wasKilled,
            Cleaning = cleaning,
            Evidence = evidence,
            Stages = [.. stages],
        };
    }
}
