using Hale.Core.Model;
using Hale.Core.Planning;

namespace Hale.Core.Judging;

/// <summary>Checks → target → group, under the targets that it depends on.</summary>
public static class Rollup
{
    /// <summary>
    /// The health of a target and what decides it: the worst of its checks; a person's stop before that; a dependency that is not well after
    /// that, since nothing can be said then of what hangs on it.
    /// </summary>
    public static (Health Health, string Reason, bool Shadowed) Of(World world, int target)
    {
        var spec = world.Spec.Targets[target];
        var state = world.Targets[target];
        if (state.IsStopped && state.Life.IsNone)
            return (Health.NotApplicable, "stopped by a person", false);

        foreach (var parent in spec.DependsOn)
        {
            var upstream = world.Targets[parent];
            if (upstream.Health == Health.Impaired || upstream.IsShadowed || upstream is { IsStopped: true, Health: Health.NotApplicable })
                return (Health.InsufficientData, $"depends on {world.Spec.Targets[parent].Name}: {upstream.Reason}", true);
        }

        if (spec.IsSupervised && state.Life.IsNone && state.AwaitsStart)
            return (Health.Initializing, state.LastEnd is null ? "not started yet" : $"to be started: {state.LastEnd}", false);

        var worst = -1;
        foreach (var check in spec.Checks)
            if (worst < 0 || world.Checks[check].Health > world.Checks[worst].Health)
                worst = check;
        if (worst < 0)
            return (Health.InsufficientData, "it has no checks", false);
        ref readonly var decisive = ref world.Checks[worst];
        return (decisive.Health, $"{world.Spec.Checks[worst].Name}: {decisive.Reason}", false);
    }
}
