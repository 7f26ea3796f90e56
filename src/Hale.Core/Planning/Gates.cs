using Hale.Core.Judging;
using Hale.Core.Model;

namespace Hale.Core.Planning;

/// <summary>
/// What stands between a want and an intent. Every gate that refuses says so with a reason and, where it opens by itself, until when. They
/// are asked in the order that explains most: who forbids it, then what has to happen first, then how much of it has been done.
/// </summary>
public static class Gates
{
    /// <summary>The first gate that refuses; null when all are open.</summary>
    public static Refusal? Refuse(World world, int target, in Want want, Instant now)
    {
        var spec = world.Spec.Targets[target];
        var state = world.Targets[target];
        var rung = want.Rung;
        Refusal No(Gate gate, string reason, Instant until) => new(target, rung, gate, reason, until);

        if (state.Open is { } open)
            return No(Gate.Busy, $"remedy #{open.Id} is under way", Instant.Distant);
        if (want.Cause is Cause.Operator or Cause.Stop || (want.Cause == Cause.Start && state.StartOrdered))
            return null;

        var policy = spec.Healing;
        if (want.Cause == Cause.Heal && policy.Mode == HealingMode.Off)
            return No(Gate.Disabled, "healing is off for this target", Instant.Distant);
        if (want.Cause == Cause.Heal && spec.Ladder.Length == 0)
            return No(Gate.Disabled, "no remedy is configured for this target", Instant.Distant);
        if (state.PausedUntil > now)
            return No(Gate.Paused, "paused by a person", state.PausedUntil);
        if (world.IsInDoubt)
            return No(Gate.SelfDoubt, world.Doubt!, world.DoubtUntil);
        foreach (var parent in spec.DependsOn)
            if (!world.IsWell(parent))
                return No(Gate.Dependency, $"depends on {world.Spec.Targets[parent].Name}, which is {world.Targets[parent].Health}", Instant.Distant);
        if (want.Cause == Cause.Start)
            return policy.Mode == HealingMode.Observe ? No(Gate.ObserveOnly, "observe only: it would be started now", Instant.Distant) : null;

        if (OpenMaintenance(spec, now) is { } maintenance)
            return No(Gate.Maintenance, "a maintenance window is open", maintenance);
        if (state.NeedsHuman is { } why)
            return No(Gate.NeedsHuman, why, Instant.Distant);
        if (rung < 0)
            return No(Gate.NeedsHuman, "no remedy is left that applies", Instant.Distant);
        if (state.Verifying is { } verifying)
            return No(Gate.Busy, $"remedy #{verifying.Id} is being verified", state.VerifyUntil);
        if (state.IsRejected)
            return No(Gate.Rejected, "rejected by a person for this episode", Instant.Distant);

        var pauseEnds = state.LastActAt + BackOff.Pause(policy, state.Attempts, world.Spec.Seed, spec.Name);
        if (!state.LastActAt.IsNever && pauseEnds > now)
            return No(Gate.BackOff, $"waiting after remedy {state.Attempts} of this episode", pauseEnds);
        if (Exhausted(state.Spent, policy.Budget, now) is { } budget)
            return No(Gate.Budget, $"{policy.Budget.Count} remedies in {Judge.Span(policy.Budget.Per)} are used up", budget);

        if (spec.Group >= 0 && RefuseByGroup(world, world.Spec.Groups[spec.Group], world.Groups[spec.Group], now) is { } group)
            return No(group.Gate, group.Reason, group.Until);
        if (RefuseByGroup(world, world.Spec.Fleet, world.Fleet, now) is { } fleet)
            return No(fleet.Gate, fleet.Reason, fleet.Until);

        if (policy.Mode == HealingMode.Observe)
            return No(Gate.ObserveOnly, $"observe only: {spec.Ladder[rung].Name} would be carried out now", Instant.Distant);
        if ((policy.Mode == HealingMode.Approve || spec.Ladder[rung].NeedsApproval) && state.ApprovedUntil <= now)
            return No(Gate.Approval, $"{spec.Ladder[rung].Name} waits for approval: hale approve {spec.Name}", Instant.Distant);
        return null;
    }

    /// <summary>When the maintenance window that is open now closes; null when none is open.</summary>
    public static Instant? OpenMaintenance(TargetSpec spec, Instant now)
    {
        Instant? latest = null;
        foreach (var window in spec.Maintenance)
            if (window.OpenUntil(now) is { } until && (latest is null || until > latest))
                latest = until;
        return latest;
    }

    private static (Gate Gate, string Reason, Instant Until)? RefuseByGroup(World world, GroupSpec spec, GroupState state, Instant now)
    {
        if (state.Judged >= spec.MajorityFrom && state.Unhealthy > spec.StopWhenUnhealthy * state.Judged)
            return (Gate.MajorityUnhealthy, $"{state.Unhealthy} of {state.Judged} in {spec.Name} are unhealthy: the cause is elsewhere", Instant.Distant);
        if (state.Busy >= spec.Concurrent)
            return (Gate.BlastRadius, $"{state.Busy} of at most {spec.Concurrent} remedies are under way in {spec.Name}", Instant.Distant);
        if (spec.Budget is { } budget && Exhausted(state.Spent, budget, now) is { } until)
            return (Gate.GroupBudget, $"{budget.Count} remedies in {Judge.Span(budget.Per)} are used up in {spec.Name}", until);
        return null;
    }

    /// <summary>When the budget has room again; null when it has room now.</summary>
    private static Instant? Exhausted(Queue<Instant> spent, Budget budget, Instant now)
    {
        var inWindow = 0;
        foreach (var at in spent)
            if (now - at < budget.Per)
                inWindow++;
        if (inWindow < budget.Count)
            return null;
        var excess = inWindow - budget.Count;
        foreach (var at in spent)
            if (now - at < budget.Per && excess-- == 0)
                return at + budget.Per;
        return null;
    }
}
