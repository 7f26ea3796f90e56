using Hale.Config;
using Hale.Core.Model;
using Hale.Core.Scheduling;
using Hale.Probes;

namespace Hale.Running;

/// <summary>What the scheduler keeps by check, for one plan; replaced whole at a reload. Guarded by the scheduler's gate, save for what never changes.</summary>
internal sealed class ProbeTable
{
    private readonly ProbeContext?[] contexts;

    /// <summary>The checks of a plan that have a probe.</summary>
    public ProbeTable(Plan plan, Func<int, (Incarnation Incarnation, int? Pid, bool Probe)> lifeOf, Action<Fact> post, Numbering numbers)
        : this(plan, lifeOf, post, numbers, new Agenda(plan.World, Scheduled(plan)))
    {
    }

    private ProbeTable(Plan plan, Func<int, (Incarnation Incarnation, int? Pid, bool Probe)> lifeOf, Action<Fact> post, Numbering numbers, Agenda agenda)
    {
        (Plan, LifeOf, Post, Numbers, Agenda) = (plan, lifeOf, post, numbers, agenda);
        var checks = plan.World.Checks.Length;
        contexts = new ProbeContext?[checks];
        Waiting = new List<Round>?[checks];
        IsLeftBehind = new bool[checks];
        Gates = new GateTries(plan.World);
    }

    /// <summary>The checks and their probes.</summary>
    public Plan Plan { get; }

    /// <summary>By target: its present life, the process of that life, and whether it is to be probed now.</summary>
    public Func<int, (Incarnation Incarnation, int? Pid, bool Probe)> LifeOf { get; }

    /// <summary>Takes the facts, in the numbers of this table.</summary>
    public Action<Fact> Post { get; }

    /// <summary>The numbers of the checks.</summary>
    public Numbering Numbers { get; }

    /// <summary>When each is due.</summary>
    public Agenda Agenda { get; }

    /// <summary>By check: who waits for its next attempt.</summary>
    public List<Round>?[] Waiting { get; }

    /// <summary>By check: an attempt of it was left behind and has not ended yet.</summary>
    public bool[] IsLeftBehind { get; }

    /// <summary>When checks with a gate are tried again.</summary>
    public GateTries Gates { get; }

    /// <summary>The table that goes on from this one: checks that go on keep their due times, who waits for them, and what is left behind.</summary>
    /// <param name="plan">The new plan.</param>
    /// <param name="lifeOf">As for the constructor, by the new target indices.</param>
    /// <param name="post">Takes the facts, in the new numbers.</param>
    /// <param name="numbers">The new numbering, which follows this table's.</param>
    /// <param name="now">The present moment.</param>
    public ProbeTable MovedTo(Plan plan, Func<int, (Incarnation Incarnation, int? Pid, bool Probe)> lifeOf, Action<Fact> post, Numbering numbers, Instant now)
    {
        var successors = new int[Plan.World.Checks.Length];
        for (var check = 0; check < successors.Length; check++)
            successors[check] = Numbers.In(numbers, check);
        var next = new ProbeTable(plan, lifeOf, post, numbers, Agenda.MovedTo(plan.World, Scheduled(plan), successors, now));
        for (var check = 0; check < successors.Length; check++)
        {
            if (successors[check] is not (>= 0 and var there))
                continue;
            next.contexts[there] = contexts[check];
            next.IsLeftBehind[there] = IsLeftBehind[check];
            (next.Waiting[there], Waiting[check]) = (Waiting[check], null);
        }
        return next;
    }

    /// <summary>What the probe of a check may know; the last one again where nothing of it has changed.</summary>
    public ProbeContext ContextOf(int check, Incarnation incarnation, int? pid, TimeProvider time)
    {
        var (last, spec) = (contexts[check], Plan.World.Checks[check]);
        return last is not null && last.Incarnation == incarnation && last.Pid == pid
            ? last
            : contexts[check] = new ProbeContext(Plan.World.Targets[spec.Target].Name, spec.Name, incarnation, pid, spec.Timeout, time);
    }

    private static List<int> Scheduled(Plan plan) =>
        [.. Enumerable.Range(0, plan.World.Checks.Length).Where(i => plan.Probes[i] is not null && !plan.World.Checks[i].IsPassive)];
}
