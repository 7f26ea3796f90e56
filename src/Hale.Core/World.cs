using Hale.Core.Judging;
using Hale.Core.Model;
using Hale.Core.Planning;

namespace Hale.Core;

/// <summary>
/// The whole state of Hale, and how facts change it. The state is a fold over facts: the same facts give the same world, here, in a replay
/// and in a simulation. This file is the table of contents; each arm of <see cref="Fold"/> says what one kind of fact means.
/// Not safe for concurrent use: one reader folds, others read snapshots.
/// </summary>
public sealed partial class World
{
    /// <summary>A new process counts as alive once it has lasted this long (supervisord's <c>startsecs</c> has the same default).</summary>
    public static readonly TimeSpan ProvenAfter = TimeSpan.FromSeconds(1);

    private readonly List<Change> changes = [];
    private readonly int[][] dependents;
    private readonly bool[] dirty;

    /// <summary>A world in which nothing has happened yet.</summary>
    public World(WorldSpec spec, Instant now)
    {
        Spec = spec;
        Now = now;
        DoubtAt = Instant.Never;
        Checks = new CheckState[spec.Checks.Length];
        Array.Fill(Checks, CheckState.Fresh(now));
        Targets = Array.ConvertAll(spec.Targets, t => new TargetState(t, now));
        Groups = Array.ConvertAll(spec.Groups, _ => new GroupState());
        dirty = new bool[spec.Targets.Length];
        dependents = new int[spec.Targets.Length][];
        for (var t = 0; t < dependents.Length; t++)
            dependents[t] = [.. Enumerable.Range(0, dependents.Length).Where(c => Array.IndexOf(spec.Targets[c].DependsOn, t) >= 0)];
        for (var t = 0; t < Targets.Length; t++)
        {
            Count(t, Targets[t].Health, +1);
            Recompute(t);
        }
        changes.Clear();
    }

    /// <summary>What is watched.</summary>
    public WorldSpec Spec { get; }

    /// <summary>The moment of the last fact.</summary>
    public Instant Now { get; private set; }

    /// <summary>By check index.</summary>
    public CheckState[] Checks { get; }

    /// <summary>By target index.</summary>
    public TargetState[] Targets { get; }

    /// <summary>By group index.</summary>
    public GroupState[] Groups { get; }

    /// <summary>All targets together.</summary>
    public GroupState Fleet { get; } = new();

    /// <summary>Why Hale doubts itself; null when it does not.</summary>
    public string? Doubt { get; private set; }

    /// <summary>When it last began to, or was not running to see; evidence and silence from before count no further than this.</summary>
    public Instant DoubtAt { get; private set; }

    /// <summary>When the doubt ends unless it is raised again.</summary>
    public Instant DoubtUntil { get; private set; }

    /// <summary>Observations folded.</summary>
    public long Observations { get; private set; }

    /// <summary>Observations dropped because they were about an old life.</summary>
    public long Dropped { get; private set; }

    /// <summary>Whether Hale doubts itself now.</summary>
    public bool IsInDoubt => Doubt is not null;

    /// <summary>What the last fold changed.</summary>
    public IReadOnlyList<Change> Changes => changes;

    /// <summary>Ok or Degraded on evidence of its own.</summary>
    public bool IsWell(int target) => Targets[target].Health is Health.Ok or Health.Degraded;

    /// <summary>Takes one fact in.</summary>
    public void Fold(Fact fact)
    {
        changes.Clear();
        Now = Instant.Max(Now, fact.At);
        if (IsInDoubt && Now >= DoubtUntil)
            EndDoubt();
        switch (fact)
        {
            case Observed observed: Observe(observed.Observation); break;
            case Ticked: Tick(); break;
            case LifeBegan began: Begin(began); break;
            case LifeEnded ended: End(ended); break;
            case IntentOpened opened: Open(opened.Intent); break;
            case IntentClosed closed: Close(closed); break;
            case Ordered ordered: Obey(ordered); break;
            case DoubtRaised raised: Raise(raised); break;
            case EngineStarted: Resume(); break;
            default: throw new ArgumentException($"the world knows no fact {fact.GetType().Name}", nameof(fact));
        }
    }

    private void Observe(in Observation observation)
    {
        Observations++;
        var check = Spec.Checks[observation.Check];
        var target = Targets[check.Target];
        var ownsLives = Spec.Targets[check.Target].IsSupervised;
        if (observation.Incarnation != target.Life || (ownsLives && target.Life.IsNone))
        {
            Dropped++;
            return;
        }
        Judged(observation);
        Reconsider(check.Target);
    }

    private void Judged(in Observation observation)
    {
        var spec = Spec.Checks[observation.Check];
        ref var state = ref Checks[observation.Check];
        var (from, flapped) = (state.Health, state.IsFlapping);
        dirty[spec.Target] = true;
        if (Judge.Step(ref state, observation, spec, Around(spec.Target)))
        {
            changes.Add(new(ChangeKind.Check, spec.Target, observation.Check, from, state.Health, state.Reason));
            Recompute(spec.Target);
        }
        if (state.IsFlapping != flapped)
            changes.Add(new(ChangeKind.Flapping, spec.Target, observation.Check, state.Health, state.Health,
                state.IsFlapping ? "flapping: verdicts change too often" : "no longer flapping"));
    }

    private void Tick()
    {
        for (var c = 0; c < Checks.Length; c++)
        {
            var target = Spec.Checks[c].Target;
            if (Spec.Targets[target].IsSupervised && Targets[target].Life.IsNone)
                continue; // Nothing can be fresh about a process that is not there.
            ref var state = ref Checks[c];
            var from = state.Health;
            if (!Judge.Tick(ref state, Spec.Checks[c], Around(target)))
                continue;
            changes.Add(new(ChangeKind.Check, target, c, from, state.Health, state.Reason));
            Recompute(target);
        }
        for (var t = 0; t < Targets.Length; t++)
        {
            var target = Targets[t];
            if (!target.PausedUntil.IsNever && Now >= target.PausedUntil)
            {
                target.PausedUntil = Instant.Never;
                Say(ChangeKind.PauseOver, t, "the pause is over");
            }
            Reconsider(t);
        }
    }

    private void Begin(LifeBegan fact)
    {
        var target = Targets[fact.Target];
        var same = target.Life == fact.Incarnation;
        target.Life = fact.Incarnation;
        target.LifeBeganAt = fact.BeganAt;
        target.AwaitsStart = false;
        if (!same)
        {
            target.Lives++;
            foreach (var check in Spec.Targets[fact.Target].Checks)
                Checks[check].BeginLife(Now, "a new life began; not proved yet");
        }
        // A process that has only just begun proves nothing: it may be on its way to die. The next look at it decides.
        if (Now - fact.BeganAt >= ProvenAfter)
            ObserveLife(fact.Target, ProbeResult.Pass($"found running as {fact.Incarnation}"));
        Recompute(fact.Target);
        Reconsider(fact.Target);
    }

    private void End(LifeEnded fact)
    {
        var target = Targets[fact.Target];
        if (target.Life != fact.Incarnation)
            return;
        target.LastEnd = fact.How;
        // A person who wants up again what is just being stopped wants it started, not healed.
        target.AwaitsStart = fact.Unwatched || (target.Open is { Cause: Cause.Stop } && !target.IsStopped);
        foreach (var check in Spec.Targets[fact.Target].Checks)
            Checks[check].BeginLife(Now, $"the process is gone: {fact.How}");
        // The end that a remedy or a person brings about is no failure; the end of the life that the remedy began is one.
        var wanted = target.IsStopped || (target.Open is { } open && open.Incarnation == fact.Incarnation);
        if (!fact.Unwatched && !wanted)
            ObserveLife(fact.Target, ProbeResult.Fail(fact.How) with { IsProof = true });
        target.Life = Incarnation.None;
        if (target.Verifying is { } verifying)
        {
            target.Verifying = null;
            CountBusy(fact.Target, -1);
            target.LastRemedy = $"#{verifying.Id} did not help: {fact.How}";
            Say(ChangeKind.DidNotHelp, fact.Target, $"the new life ended: {fact.How}", verifying.Id);
        }
        Recompute(fact.Target);
        Reconsider(fact.Target);
    }

    private void Open(Intent intent)
    {
        var spec = Spec.Targets[intent.Target];
        var target = Targets[intent.Target];
        if (!target.IsBusy)
            CountBusy(intent.Target, +1);
        target.Verifying = null;
        target.Open = intent;
        target.LastActAt = Now;
        target.Refusal = null;
        target.ApprovedUntil = Instant.Never;
        target.RestartOrdered = false;
        target.AwaitsStart = false;
        if (intent.Cause == Cause.Heal)
        {
            target.Attempts++;
            target.Tries[intent.Rung]++;
            Spend(target.Spent, spec.Healing.Budget);
            if (spec.Group >= 0 && Spec.Groups[spec.Group].Budget is { } group)
                Spend(Groups[spec.Group].Spent, group);
            if (Spec.Fleet.Budget is { } fleet)
                Spend(Fleet.Spent, fleet);
        }
        dirty[intent.Target] = true;
        Recompute(intent.Target);
    }

    private void Close(IntentClosed fact)
    {
        var target = Targets[fact.Target];
        if (target.Open is not { } intent || intent.Id != fact.Intent)
            return;
        var spec = Spec.Targets[fact.Target];
        target.Open = null;
        target.LastActAt = Now;
        target.LastRemedy = $"#{intent.Id} {NameOf(spec, intent)} {Word(fact.Outcome)}: {fact.Detail}";
        if (fact.Outcome == RemedyOutcome.Dropped && intent.Cause == Cause.Heal)
        {
            // Nothing was done to the target, so nothing was tried; the budget keeps its count, since a plan that is dropped again and again is a fault of its own.
            // A person may have ended the episode meanwhile, and a changed ladder has lost the rung: then nothing of it is counted any more.
            target.Attempts = Math.Max(0, target.Attempts - 1);
            if (intent.Rung >= 0)
                target.Tries[intent.Rung] = Math.Max(0, target.Tries[intent.Rung] - 1);
        }
        var isDown = spec.IsSupervised && target.Life.IsNone;
        if (fact.Outcome == RemedyOutcome.Done && intent.Cause != Cause.Stop && !isDown)
        {
            // What was seen of a new life counts from its beginning; where lives cannot be told apart, only what begins after the remedy does.
            var isNewLife = spec.IsSupervised && target.Life != intent.Incarnation;
            foreach (var check in spec.Checks)
                if (!isNewLife)
                    Checks[check].CountFrom(Now);
            target.Verifying = intent;
            target.VerifyUntil = Now + TimeToVerify(intent);
        }
        else
            CountBusy(fact.Target, -1);
        if (isDown && !target.IsStopped && intent.Cause != Cause.Stop && !Checks[spec.Checks[0]].IsProven)
        {
            // A remedy that was tried in vain says more about why the target is down than the end that it followed.
            if (fact.Outcome is not (RemedyOutcome.Done or RemedyOutcome.Dropped) || target.LastEnd is null)
                target.LastEnd = fact.Detail;
            ObserveLife(fact.Target, ProbeResult.Fail(target.LastEnd) with { IsProof = true });
        }
        Recompute(fact.Target);
        Reconsider(fact.Target);
    }

    private void Obey(Ordered fact)
    {
        var target = Targets[fact.Target];
        switch (fact.Order)
        {
            case Order.Pause:
                target.PausedUntil = fact.Until;
                break;
            case Order.Resume:
                target.PausedUntil = Instant.Never;
                BeginAnew(target);
                break;
            case Order.Stop:
                target.IsStopped = true;
                target.RestartOrdered = false;
                break;
            case Order.Start:
                target.IsStopped = false;
                target.AwaitsStart = target.Life.IsNone;
                BeginAnew(target);
                break;
            case Order.Restart:
                target.IsStopped = false;
                target.RestartOrdered = true;
                BeginAnew(target);
                break;
            case Order.Approve:
                target.IsRejected = false;
                target.ApprovedUntil = Now + Spec.Targets[fact.Target].Healing.ApprovalLasts;
                break;
            case Order.Reject:
                target.IsRejected = true;
                target.ApprovedUntil = Instant.Never;
                break;
        }
        dirty[fact.Target] = true;
        Recompute(fact.Target);
        Reconsider(fact.Target);
    }

    /// <summary>A person has looked: the ladder, its pauses and the budget begin anew.</summary>
    private static void BeginAnew(TargetState target)
    {
        target.EndEpisode();
        target.Spent.Clear();
    }

    private void Raise(DoubtRaised fact)
    {
        if (!IsInDoubt)
            changes.Add(new(ChangeKind.Doubt, -1, -1, default, default, fact.Reason));
        Doubt = fact.Reason;
        DoubtAt = Now;
        DoubtUntil = Instant.Max(DoubtUntil, fact.Until);
        Array.Fill(dirty, true);
        for (var c = 0; c < Checks.Length; c++)
            Checks[c].Doubt();
        foreach (var target in Targets)
            Verify(target, DoubtUntil);
    }

    private void EndDoubt()
    {
        changes.Add(new(ChangeKind.DoubtOver, -1, -1, default, default, $"no longer in doubt: {Doubt}"));
        Doubt = null;
        Array.Fill(dirty, true);
    }

    /// <summary>Hale came (again): what it did not see while it was away counts neither for nor against anybody, and what it saw before may be stale.</summary>
    private void Resume()
    {
        DoubtAt = Instant.Max(DoubtAt, Now);
        Array.Fill(dirty, true);
        for (var c = 0; c < Checks.Length; c++)
        {
            var from = Checks[c].Health;
            if (Judge.Resume(ref Checks[c], Spec.Checks[c], Now))
                changes.Add(new(ChangeKind.Check, Spec.Checks[c].Target, c, from, Checks[c].Health, Checks[c].Reason));
        }
        for (var t = 0; t < Targets.Length; t++)
        {
            Verify(Targets[t], Now);
            Recompute(t);
        }
    }

    /// <summary>A remedy that is being verified has its whole time from this moment on: nobody was there to see whether it helped.</summary>
    private void Verify(TargetState target, Instant from)
    {
        if (target.Verifying is { } intent)
            target.VerifyUntil = Instant.Max(target.VerifyUntil, from + TimeToVerify(intent));
    }

    private TimeSpan TimeToVerify(Intent intent) =>
        intent.Rung >= 0 ? Spec.Targets[intent.Target].Ladder[intent.Rung].Verify : TimeSpan.FromSeconds(30);

    /// <summary>What follows for one target after anything changed: a remedy has helped or not, an episode is over, the ladder is used up.</summary>
    private void Reconsider(int t)
    {
        var target = Targets[t];
        if (target.Verifying is { } intent)
        {
            if (IsWell(t) && HasFreshGood(t, intent))
                Verified(t, intent, ChangeKind.Helped, "helped", $"{target.Health} again: {target.Reason}");
            else if (Now >= target.VerifyUntil)
                Verified(t, intent, ChangeKind.DidNotHelp, "did not help", $"still {target.Health}: {target.Reason}");
        }
        var policy = Spec.Targets[t].Healing;
        // Only time that Hale watched is time of being well.
        if (target.HasEpisode && !target.IsBusy && !target.WellSince.IsNever && !IsInDoubt && Now - Instant.Max(target.WellSince, DoubtAt) >= policy.Stable)
        {
            target.EndEpisode();
            Say(ChangeKind.EpisodeOver, t, $"well for {Judge.Span(policy.Stable)}");
        }
        if (target.NeedsHuman is null && !target.IsBusy && policy.Mode is HealingMode.Act or HealingMode.Approve
            && Spec.Targets[t].Ladder.Length > 0 && Want.Of(this, t) is { Cause: Cause.Heal, Rung: < 0 } want)
        {
            target.NeedsHuman = $"{Used(t)}: {want.Reason(this, t)}";
            Say(ChangeKind.NeedsHuman, t, target.NeedsHuman);
        }
    }

    /// <summary>One of the checks that the remedy was for has passed since.</summary>
    private bool HasFreshGood(int t, Intent intent)
    {
        var spec = Spec.Targets[t];
        foreach (var check in intent.Rung >= 0 && spec.Ladder[intent.Rung].When is { Length: > 0 } when ? when : spec.Checks)
            if (Checks[check].GoodStreak > 0)
                return true;
        return false;
    }

    private void Verified(int t, Intent intent, ChangeKind kind, string word, string text)
    {
        var target = Targets[t];
        target.Verifying = null;
        target.LastActAt = Now;
        CountBusy(t, -1);
        target.LastRemedy = $"#{intent.Id} {NameOf(Spec.Targets[t], intent)} {word}";
        Say(kind, t, text, intent.Id);
    }

    private string Used(int t)
    {
        var spec = Spec.Targets[t];
        var used = new List<string>();
        for (var rung = 0; rung < spec.Ladder.Length; rung++)
            if (Targets[t].Tries[rung] is > 0 and var tries)
                used.Add(tries == 1 ? spec.Ladder[rung].Name : $"{spec.Ladder[rung].Name} {tries} times");
        return used.Count == 0 ? "no remedy applies" : $"{string.Join(", ", used)} did not help";
    }

    /// <summary>The built-in check of a supervised process is fed by the ends and beginnings of its lives.</summary>
    private void ObserveLife(int t, ProbeResult result) =>
        Judged(new Observation(Spec.Targets[t].Checks[0], Targets[t].Life, Now, TimeSpan.Zero, result));

    private Circumstances Around(int target) => new(Now, Targets[target].LifeBeganAt, DoubtAt, IsInDoubt);

    private void Recompute(int t)
    {
        var target = Targets[t];
        var (health, reason, shadowed) = Rollup.Of(this, t);
        dirty[t] = true;
        // What hangs on this target quotes its reason, so that a new reason has to go down as well.
        var isSame = shadowed == target.IsShadowed && reason == target.Reason;
        target.Reason = reason;
        target.IsShadowed = shadowed;
        if (health != target.Health)
        {
            changes.Add(new(ChangeKind.Target, t, -1, target.Health, health, reason));
            Count(t, target.Health, -1);
            Count(t, health, +1);
            target.Health = health;
            target.Since = Now;
            target.WellSince = health is Health.Ok or Health.Degraded ? (target.WellSince.IsNever ? Now : target.WellSince) : Instant.Never;
        }
        else if (isSame)
            return;
        // Dependencies have no cycles (the loader refuses them), so this ends.
        foreach (var dependent in dependents[t])
        {
            Recompute(dependent);
            Reconsider(dependent);
        }
    }

    private void Count(int t, Health health, int by)
    {
        Count(Fleet, health, by);
        if (Spec.Targets[t].Group is >= 0 and var group)
            Count(Groups[group], health, by);
    }

    private static void Count(GroupState group, Health health, int by)
    {
        if (health != Health.NotApplicable)
            group.Judged += by;
        if (health == Health.Impaired)
            group.Unhealthy += by;
        if (health is Health.Initializing or Health.InsufficientData)
            group.Unknown += by;
    }

    private void CountBusy(int t, int by)
    {
        Fleet.Busy += by;
        if (Spec.Targets[t].Group is >= 0 and var group)
            Groups[group].Busy += by;
    }

    private void Spend(Queue<Instant> spent, Budget budget)
    {
        spent.Enqueue(Now);
        while (spent.Count > budget.Count || Now - spent.Peek() >= budget.Per)
            spent.Dequeue();
    }

    private void Say(ChangeKind kind, int t, string text, long intent = 0)
    {
        dirty[t] = true;
        changes.Add(new(kind, t, -1, Targets[t].Health, Targets[t].Health, text, intent));
    }

    private static string NameOf(TargetSpec spec, Intent intent) =>
        intent.Cause == Cause.Start ? "start" : intent.Cause == Cause.Stop ? "stop" : intent.Rung >= 0 ? spec.Ladder[intent.Rung].Name : "restart";

    private static string Word(RemedyOutcome outcome) => outcome switch
    {
        RemedyOutcome.Done => "done",
        RemedyOutcome.Failed => "failed",
        RemedyOutcome.Dropped => "dropped",
        RemedyOutcome.Interrupted => "interrupted",
        _ => "unknown",
    };
}
