using Hale.Core.Alarming;
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
        Alarms = Array.ConvertAll(spec.Alarms, a => new AlarmState(a, now));
        alarmPictures = new AlarmSnapshot?[spec.Alarms.Length];
        alarmsOfTarget = AlarmsByTarget(spec);
        composites = CompositesInOrder(spec.Alarms);
        dirty = new bool[spec.Targets.Length];
        BeginTelling();
        dependents = DependentsOf(spec.Targets);
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
        notices.Clear();
        Sampled = null;
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
            case Reconfigured reconfigured: BeginAnew(reconfigured.Anew); break;
            case DatapointsRecalled recalled: Recall(recalled); break;
            case JournalChanged journal: TakeJournal(journal); break;
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
        {
            changes.Add(new(ChangeKind.Flapping, spec.Target, observation.Check, state.Health, state.Health,
                state.IsFlapping ? "flapping: verdicts change too often" : "no longer flapping"));
            Note(spec.Target);
        }
        TakeSample(observation);
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
        TickAlarms();
        Tell();
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
        Note(DoubtSubject);
    }

    private void EndDoubt()
    {
        changes.Add(new(ChangeKind.DoubtOver, -1, -1, default, default, $"no longer in doubt: {Doubt}"));
        Doubt = null;
        Array.Fill(dirty, true);
        Note(DoubtSubject);
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

    private static int[][] DependentsOf(TargetSpec[] targets)
    {
        var dependents = Array.ConvertAll(targets, _ => new List<int>());
        for (var t = 0; t < targets.Length; t++)
            foreach (var parent in targets[t].DependsOn)
                dependents[parent].Add(t);
        return Array.ConvertAll(dependents, list => list.ToArray());
    }

    private Circumstances Around(int target) => new(Now, Targets[target].LifeBeganAt, DoubtAt, IsInDoubt);

    private void Say(ChangeKind kind, int t, string text, long intent = 0)
    {
        dirty[t] = true;
        Note(t);
        changes.Add(new(kind, t, -1, Targets[t].Health, Targets[t].Health, text, intent));
    }
}
