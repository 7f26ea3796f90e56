using Hale.Core.Judging;
using Hale.Core.Model;
using Hale.Core.Planning;

namespace Hale.Core;

/// <summary>Health of targets, groups and the fleet, rolled up and counted as it changes.</summary>
public sealed partial class World
{
    private void Recompute(int t)
    {
        var target = Targets[t];
        var (health, reason, shadowed) = Rollup.Of(this, t);
        dirty[t] = true;
        // What hangs on this target quotes its reason, so that a new reason has to go down as well.
        var isSame = shadowed == target.IsShadowed && reason == target.Reason;
        target.Reason = reason;
        target.IsShadowed = shadowed;
        var isUnchanged = health == target.Health;
        if (!isUnchanged)
        {
            changes.Add(new(ChangeKind.Target, t, -1, target.Health, health, reason));
            Count(t, target.Health, -1);
            Count(t, health, +1);
            target.Health = health;
            target.Since = Now;
            target.WellSince = health is Health.Ok or Health.Degraded ? (target.WellSince.IsNever ? Now : target.WellSince) : Instant.Never;
        }
        Note(t);
        if (isUnchanged && isSame)
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
}
