using Hale.Core.Judging;
using Hale.Core.Model;

namespace Hale.Core.Planning;

/// <summary>What a target's state calls for, before any gate is asked.</summary>
/// <param name="Cause">Why.</param>
/// <param name="Rung">Which remedy; -1 for none left (the ladder is used up) and for what needs no rung.</param>
/// <param name="Check">Index of the check that calls for it; -1 where none does.</param>
public readonly record struct Want(Cause Cause, int Rung, int Check = -1)
{
    /// <summary>The evidence and the rule, in one line. Told only when asked for: wants are looked at with every observation.</summary>
    public string Reason(World world, int target) => Cause switch
    {
        Cause.Stop => "stopped by a person",
        Cause.Operator => "ordered by a person",
        Cause.Start => world.Targets[target].LastEnd is { } end ? $"not running: {end}" : "not started yet",
        _ => Check < 0 ? $"the process is gone: {world.Targets[target].LastEnd}" : $"{world.Spec.Checks[Check].Name}: {world.Checks[Check].Reason}",
    };

    /// <summary>
    /// Reads the level, not the edge: whatever happened before, this is what the target as it stands calls for. Null for nothing.
    /// </summary>
    public static Want? Of(World world, int target)
    {
        var spec = world.Spec.Targets[target];
        var state = world.Targets[target];
        if (state.IsStopped)
            return spec.IsSupervised && !state.Life.IsNone ? new(Cause.Stop, -1) : null;
        if (state.RestartOrdered)
            return new(Cause.Operator, FirstLifeRung(spec));
        if (spec.IsSupervised && state.Life.IsNone)
            return state.AwaitsStart
                ? new(Cause.Start, FirstLifeRung(spec))
                : new(Cause.Heal, NextRung(world, target, lifeOnly: true));
        // What has no ladder is watched only: nothing is wanted, so nothing is refused.
        if (state.Health != Health.Impaired || spec.Ladder.Length == 0)
            return null;
        foreach (var check in spec.Checks)
            if (Judge.IsConfirmed(world.Checks[check]) && IsCovered(spec, check))
                return new(Cause.Heal, NextRung(world, target, lifeOnly: false), check);
        return null;
    }

    /// <summary>
    /// The first rung that applies to what fails and has tries left: rungs are used in order, each as often as it may, and a dead process is
    /// helped only by what begins a life.
    /// </summary>
    public static int NextRung(World world, int target, bool lifeOnly)
    {
        var spec = world.Spec.Targets[target];
        var state = world.Targets[target];
        for (var rung = 0; rung < spec.Ladder.Length; rung++)
            if (state.Tries[rung] < spec.Ladder[rung].Tries && (lifeOnly ? spec.Ladder[rung].BeginsLife : Applies(world, spec, spec.Ladder[rung])))
                return rung;
        return -1;
    }

    private static bool Applies(World world, TargetSpec spec, RemedySpec remedy)
    {
        foreach (var check in remedy.When.Length == 0 ? spec.Checks : remedy.When)
            if (Judge.IsConfirmed(world.Checks[check]))
                return true;
        return false;
    }

    /// <summary>Whether any rung is meant for this check at all; a check that none is meant for is watched only.</summary>
    private static bool IsCovered(TargetSpec spec, int check)
    {
        foreach (var remedy in spec.Ladder)
            if (remedy.When.Length == 0 || Array.IndexOf(remedy.When, check) >= 0)
                return true;
        return false;
    }

    private static int FirstLifeRung(TargetSpec spec) => Array.FindIndex(spec.Ladder, r => r.BeginsLife);
}
