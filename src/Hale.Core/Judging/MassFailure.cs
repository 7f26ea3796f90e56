using Hale.Core.Model;

namespace Hale.Core.Judging;

/// <summary>
/// Most targets begin to fail in the same moment: it is likelier that the one thing they share has failed, and that thing is Hale and its
/// machine (uptime-kuma #6040: all 200 monitors down at once on a healthy network, 200 mails).
/// </summary>
public static class MassFailure
{
    /// <summary>The smallest number of targets with evidence of their own for which "most" means anything.</summary>
    public const int From = 5;

    /// <summary>Share of them that has to begin failing together.</summary>
    public const double Share = 0.6;

    /// <summary>"Together": within this time.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    /// <summary>How long the doubt lasts: a failure that persists is counted anew after it, and is judged then.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromSeconds(15);

    /// <summary>The reason to doubt, or null.</summary>
    public static string? Suspect(World world)
    {
        var (judged, failing) = (0, 0);
        for (var t = 0; t < world.Targets.Length; t++)
        {
            var (seen, begun) = Look(world, world.Spec.Targets[t]);
            judged += seen ? 1 : 0;
            failing += begun ? 1 : 0;
        }
        return judged >= From && failing > Share * judged
            ? $"{failing} of {judged} targets began to fail within {Judge.Span(Window)}"
            : null;
    }

    private static (bool Seen, bool Begun) Look(World world, TargetSpec spec)
    {
        var (seen, begun) = (false, false);
        foreach (var check in spec.Checks)
        {
            ref readonly var state = ref world.Checks[check];
            seen |= !state.EvidenceAt.IsNever;
            begun |= state.FailStreak > 0 && state.FailingSince > world.DoubtAt && world.Now - state.FailingSince <= Window;
        }
        return (seen, begun);
    }
}
