using Hale.Core.Model;

namespace Hale.Core.Judging;

/// <summary>What the judge has to know beside the check itself.</summary>
/// <param name="Now">The present.</param>
/// <param name="LifeBeganAt">When the target's present life began (or when the world did, for a target without lives).</param>
/// <param name="DoubtAt">When Hale last began to doubt itself; never if it never did.</param>
/// <param name="InDoubt">Hale doubts itself now.</param>
public readonly record struct Circumstances(Instant Now, Instant LifeBeganAt, Instant DoubtAt, bool InDoubt);

/// <summary>
/// Turns observations into verdicts. A verdict needs evidence: only a fresh positive observation makes a check Ok or Degraded, only confirmed
/// failures make it Impaired, and without either it is Initializing or InsufficientData. Allocates nothing unless the verdict changes.
/// </summary>
public static class Judge
{
    /// <summary>Folds one observation into the state. True when the verdict changed.</summary>
    public static bool Step(ref CheckState state, in Observation observation, CheckSpec spec, in Circumstances around)
    {
        state.Attempts++;
        state.LastAt = observation.StartedAt;
        state.Took = observation.Took;
        state.Last = observation.Result;

        var verdict = Weigh(ref state, observation, spec, around);
        // A failure that Hale sees while it doubts itself may be its own; proof is proof all the same. What began before the last action
        // says nothing about its effect, be it good or bad, and what comes so late that it is stale is no evidence either.
        var doubtful = verdict is Finding.Fail or Finding.Warn && (around.InDoubt || observation.StartedAt < around.DoubtAt);
        if (!observation.Result.IsProof && (doubtful || observation.StartedAt < state.CountedFrom || around.Now - observation.StartedAt > spec.StaleAfter))
            verdict = Finding.Inconclusive;
        switch (verdict)
        {
            case Finding.Inconclusive:
                state.Inconclusive++;
                state.LastOutcome = Outcome.Inconclusive;
                return false;
            case Finding.NotYet:
                // Neither good nor bad, but no failure: a run of failures ends here.
                state.CountAnew();
                state.LastOutcome = Outcome.Pass;
                return false;
            default:
                // A run with a hole in it is no run: what was seen before the evidence went stale confirms nothing now.
                if (!spec.IsPassive && !state.EvidenceAt.IsNever && observation.StartedAt - state.EvidenceAt > spec.StaleAfter)
                    state.CountAnew();
                state.EvidenceAt = observation.StartedAt;
                state.IsFlapping = Flapping.Step(ref state, verdict != Finding.Pass, spec.Flap);
                return verdict == Finding.Fail
                    ? StepBad(ref state, observation, spec, around)
                    : StepGood(ref state, observation, spec, around, verdict == Finding.Warn);
        }
    }

    /// <summary>
    /// What time alone does: evidence goes stale, grace runs out unproved, a heartbeat stays away. True when the verdict changed.
    /// </summary>
    public static bool Tick(ref CheckState state, CheckSpec spec, in Circumstances around)
    {
        if (around.InDoubt || state.Health == Health.NotApplicable)
            return false;
        if (spec.IsPassive)
            return TickPassive(ref state, spec, around);

        var known = Instant.Max(state.EvidenceAt, Instant.Max(around.DoubtAt, around.LifeBeganAt));
        var limit = state.EvidenceAt < around.LifeBeganAt && spec.Grace > spec.StaleAfter ? spec.Grace : spec.StaleAfter;
        // A proven end needs no fresh look: it stays true until a new life begins.
        if (around.Now - known <= limit || state.IsProven || state.Health == Health.InsufficientData || AwaitsFirstProgress(state, spec, around))
            return false;
        return Become(ref state, Health.InsufficientData, around.Now,
            state.EvidenceAt.IsNever
                ? $"no conclusive evidence since {around.LifeBeganAt}{Quoting(state.Last)}"
                : $"stale: the last evidence is from {state.EvidenceAt}, older than {Span(limit)}{Quoting(state.Last)}");
    }

    /// <summary>
    /// After a time without Hale: a verdict whose evidence has gone stale meanwhile is no verdict any more, good or bad. True when it changed.
    /// </summary>
    public static bool Resume(ref CheckState state, CheckSpec spec, Instant now)
    {
        if (state.EvidenceAt.IsNever || state.IsProven || now - state.EvidenceAt <= spec.StaleAfter || state.Health < Health.Ok)
            return false;
        state.CountFrom(now);
        return state.Health != Health.InsufficientData
            && Become(ref state, Health.InsufficientData, now, $"Hale was not watching; the last evidence is from {state.EvidenceAt}");
    }

    /// <summary>True when the failure is confirmed as the policy asks, counted from the last action and within this life.</summary>
    public static bool IsConfirmed(in CheckState state) => state.Health == Health.Impaired && state.IsConfirmed;

    private enum Finding { Pass, Warn, Fail, Inconclusive, NotYet }

    /// <summary>The outcome after levels and the activity window have been applied.</summary>
    private static Finding Weigh(ref CheckState state, in Observation observation, CheckSpec spec, in Circumstances around)
    {
        var result = observation.Result;
        var outcome = result.Outcome;
        if (outcome is Outcome.Pass or Outcome.Warn && spec.Levels is { } levels)
            outcome = Worse(outcome, Level(levels, result.Measurements));
        if (outcome is Outcome.Inconclusive || spec.Within is not { } within || spec.IsPassive)
        {
            state.LastOutcome = outcome;
            return (Finding)outcome;
        }
        if (outcome == Outcome.Fail)
        {
            state.LastOutcome = outcome;
            return Finding.Fail;
        }

        TakeProgress(ref state, observation, around);
        // Progress counts where it is of this life and later than the last action. Silence counts only where Hale was there to hear.
        var since = Instant.Max(around.LifeBeganAt, state.CountedFrom);
        if (state.ProgressAt >= since && !state.ProgressAt.IsNever && observation.StartedAt - state.ProgressAt <= within)
        {
            state.LastOutcome = outcome;
            return (Finding)outcome;
        }
        var silentFrom = Instant.Max(Instant.Max(since, state.SilentFrom), around.DoubtAt);
        var quiet = observation.StartedAt - Instant.Max(state.ProgressAt, silentFrom);
        state.LastOutcome = quiet > within ? Outcome.Fail : outcome;
        return quiet > within ? Finding.Fail : Finding.NotYet;
    }

    /// <summary>
    /// Progress is a change of the token, timed on Hale's own line. Only the first look of a life uses the target's own time stamp, and
    /// only where that lies within this life and not in the future: an old row of the last life proves nothing about this one.
    /// </summary>
    private static void TakeProgress(ref CheckState state, in Observation observation, in Circumstances around)
    {
        var token = observation.Result.Progress;
        if (!state.Looked)
        {
            state.Looked = true;
            state.Progress = token;
            if (token is null)
                return;
            if (observation.Result.ProgressAge is not { } age || age < TimeSpan.Zero)
                state.SilentFrom = observation.StartedAt;
            else if (observation.StartedAt - age >= around.LifeBeganAt)
                state.ProgressAt = observation.StartedAt - age;
        }
        else if (token is not null && token != state.Progress)
        {
            state.Progress = token;
            state.ProgressAt = observation.StartedAt;
        }
    }

    private static bool AwaitsFirstProgress(in CheckState state, CheckSpec spec, in Circumstances around) =>
        spec.Within is not null && state.Looked && state.EvidenceAt.IsNever && around.Now - state.LastAt <= spec.StaleAfter
        && state.LastOutcome == Outcome.Pass;

    private static bool StepGood(ref CheckState state, in Observation observation, CheckSpec spec, in Circumstances around, bool warn)
    {
        state.FailStreak = 0;
        state.FailingSince = Instant.Never;
        state.IsProven = state.IsConfirmed = false;
        state.WasGood = true;
        state.GoodStreak++;
        if (warn)
            CountBad(ref state, observation);
        else
        {
            state.PassStreak++;
            state.BadStreak = 0;
            state.BadSince = Instant.Never;
        }

        var ended = observation.StartedAt + observation.Took;
        var to = (state.Health, warn) switch
        {
            (Health.Impaired, _) when state.GoodStreak < spec.Rise => Health.Impaired,
            (Health.Ok, true) when state.BadStreak < spec.Fall || ended - state.BadSince < spec.For => Health.Ok,
            (Health.Degraded, false) when state.PassStreak < spec.Rise => Health.Degraded,
            (_, true) => Health.Degraded,
            (_, false) => Health.Ok,
        };
        return to != state.Health && Become(ref state, to, around.Now, Evidence(observation.Result, spec, state));
    }

    private static bool StepBad(ref CheckState state, in Observation observation, CheckSpec spec, in Circumstances around)
    {
        var result = observation.Result;
        if (!result.IsProof && !state.WasGood && around.Now - around.LifeBeganAt < spec.Grace)
            return false;
        state.GoodStreak = state.PassStreak = 0;
        CountBad(ref state, observation);
        state.FailStreak++;
        if (state.FailingSince.IsNever)
            state.FailingSince = observation.StartedAt;
        state.IsProven |= result.IsProof;
        var lasted = observation.StartedAt + observation.Took - Instant.Max(state.FailingSince, around.DoubtAt);
        var isLate = spec.Gate is not null && !state.WasGood;
        state.IsConfirmed |= state.IsProven || isLate || (state.FailStreak >= spec.Fall && lasted >= spec.For);
        return state.IsConfirmed && state.Health != Health.Impaired
            && Become(ref state, Health.Impaired, around.Now, $"{(isLate && !state.IsProven ? $"not ready within {Span(spec.Gate!.Value)}: " : "")}{Evidence(result, spec, state)}");
    }

    private static void CountBad(ref CheckState state, in Observation observation)
    {
        state.PassStreak = 0;
        if (state.BadStreak++ == 0)
            state.BadSince = observation.StartedAt;
    }

    /// <summary>
    /// A heartbeat that stays away is a failure only if one ever came (the wiring works) and Hale was there to hear it: without that,
    /// silence is no evidence.
    /// </summary>
    private static bool TickPassive(ref CheckState state, CheckSpec spec, in Circumstances around)
    {
        var within = spec.Within ?? spec.StaleAfter;
        var heard = Instant.Max(Instant.Max(state.EvidenceAt, state.CountedFrom), Instant.Max(around.LifeBeganAt, around.DoubtAt));
        if (around.Now - heard <= within + spec.Grace)
            return false;
        if (state.Attempts == state.Inconclusive)
            return state.Health != Health.InsufficientData
                && Become(ref state, Health.InsufficientData, around.Now, "no heartbeat has ever come");
        if (IsConfirmed(state))
            return false;
        state.FailStreak = Math.Max(state.FailStreak, spec.Fall);
        state.IsConfirmed = true;
        state.GoodStreak = state.PassStreak = 0;
        if (state.FailingSince.IsNever)
            state.FailingSince = heard;
        state.LastOutcome = Outcome.Fail;
        return state.Health != Health.Impaired
            && Become(ref state, Health.Impaired, around.Now, $"no heartbeat within {Span(within + spec.Grace)}; the last came at {state.EvidenceAt}");
    }

    private static Outcome Level(Levels levels, Measurement[] measurements)
    {
        foreach (var measurement in measurements)
        {
            if (levels.Measurement.Length != 0 && measurement.Name != levels.Measurement)
                continue;
            if (double.IsNaN(measurement.Value))
                return Outcome.Inconclusive;
            return Beyond(measurement.Value, levels.Fail, levels.Below) ? Outcome.Fail
                : Beyond(measurement.Value, levels.Warn, levels.Below) ? Outcome.Warn
                : Outcome.Pass;
        }
        // The number that the verdict hangs on did not come: that is no pass.
        return Outcome.Inconclusive;
    }

    private static bool Beyond(double value, double? level, bool below) => level is { } l && (below ? value <= l : value >= l);

    private static Outcome Worse(Outcome a, Outcome b) => a > b ? a : b;

    private static bool Become(ref CheckState state, Health to, Instant now, string reason)
    {
        state.Health = to;
        state.Since = now;
        state.Reason = reason;
        return true;
    }

    /// <summary>The rule and the evidence, in one line.</summary>
    private static string Evidence(ProbeResult result, CheckSpec spec, in CheckState state)
    {
        var text = result.Evidence.Length == 0 ? "passed" : result.Evidence;
        if (spec.Within is { } within && state.LastOutcome == Outcome.Fail && result.Outcome != Outcome.Fail)
            text = state.ProgressAt.IsNever
                ? $"no progress in this life within {Span(within)} ({text})"
                : $"no progress for longer than {Span(within)}, the last at {state.ProgressAt} ({text})";
        else if (spec.Levels is { } levels && state.LastOutcome is Outcome.Warn or Outcome.Fail && result.Outcome == Outcome.Pass)
            text = $"{text}, {(levels.Below ? "at or below" : "at or above")} the {(state.LastOutcome == Outcome.Fail ? "failing" : "warning")} level";
        return state.FailStreak > 1 ? $"{text} ({state.FailStreak} times in a row)" : text;
    }

    private static string Quoting(ProbeResult? last) =>
        last is { Outcome: Outcome.Inconclusive } ? $"; the last attempt could not tell: {last.Evidence}" : "";

    /// <summary>A time span for a person: two units at most.</summary>
    internal static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => $"{Math.Max(0, span.TotalMilliseconds):0} ms",
        { TotalMinutes: < 1 } => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.#} s"),
        { TotalHours: < 1 } => span.Seconds == 0 ? $"{span.Minutes} min" : $"{span.Minutes} min {span.Seconds} s",
        { TotalDays: < 1 } => span.Minutes == 0 ? $"{span.Hours} h" : $"{span.Hours} h {span.Minutes} min",
        _ => span.Hours == 0 ? $"{(int)span.TotalDays} d" : $"{(int)span.TotalDays} d {span.Hours} h",
    };
}
