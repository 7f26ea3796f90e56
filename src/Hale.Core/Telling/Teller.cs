using Hale.Core.Model;
using Hale.Core.Planning;

namespace Hale.Core.Telling;

/// <summary>
/// What a channel should be told of a subject now. It compares what was told with how things stand, so that nothing is lost when the moment
/// of a change is missed; and whatever holds a notice back holds back an opening only: what was told is always told to be over.
/// </summary>
public static class Teller
{
    /// <summary>What the difference between the two calls for; null for nothing.</summary>
    /// <param name="now">How it stands.</param>
    /// <param name="told">What was told last.</param>
    public static NoticeKind? Want(Condition now, Condition told) => (now, told) switch
    {
        (Condition.Unknown, _) => null,
        (Condition.Well, Condition.Well) => null,
        (Condition.Well, _) => NoticeKind.Resolved,
        // That a person is needed outweighs what came after it, until it is over.
        (_, Condition.Critical) => null,
        _ => now == told ? null : NoticeKind.Problem,
    };

    /// <summary>Why nothing bad is told of a target now; null when nothing holds it back.</summary>
    public static string? Holds(World world, int target, TellingState state)
    {
        var spec = world.Spec.Targets[target];
        if (state.Acknowledged >= state.Condition)
            return "a person has acknowledged it";
        if (world.Targets[target].PausedUntil > world.Now)
            return "paused by a person";
        if (Gates.OpenMaintenance(spec, world.Now) is not null)
            return "a maintenance window is open";
        if (world.IsInDoubt)
            return "Hale doubts itself";
        foreach (var parent in spec.DependsOn)
        {
            if (IsSuspect(world, parent))
                return "what it depends on may have failed too";
            if (!HasEvidenceSince(world, target, world.Targets[parent].WellSince))
                return "it has not been looked at since what it depends on came back";
        }
        return null;
    }

    /// <summary>An attempt at a check of it has failed and the verdict is still out: soon it is known whether the cause is there.</summary>
    private static bool IsSuspect(World world, int target)
    {
        if (!world.IsWell(target))
            return false;
        foreach (var check in world.Spec.Targets[target].Checks)
            if (world.Checks[check].FailStreak > 0)
                return true;
        return false;
    }

    /// <summary>
    /// A check is bad on evidence that is younger than <paramref name="since"/>, or has had the time for it: what was seen while the way there
    /// was broken is told of nobody.
    /// </summary>
    private static bool HasEvidenceSince(World world, int target, Instant since)
    {
        if (since.IsNever || world.Targets[target].Health != Health.Impaired)
            return true;
        foreach (var check in world.Spec.Targets[target].Checks)
        {
            ref readonly var state = ref world.Checks[check];
            var spec = world.Spec.Checks[check];
            var patience = spec.IsPassive ? (spec.Within ?? TimeSpan.Zero) + spec.Grace : spec.StaleAfter;
            if (state.Health == Health.Impaired && (state.IsProven || state.EvidenceAt >= since || world.Now - since >= patience))
                return true;
        }
        return false;
    }
}
