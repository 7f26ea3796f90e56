using Hale.Core.Model;

namespace Hale.Core.Planning;

/// <summary>
/// What should be done now, given the whole world. It reads levels, not edges, so that nothing is lost when a fact is, and it decides
/// nothing twice: an intent exists only while no other on the target does.
/// </summary>
public static class Planner
{
    /// <summary>The intent that one target calls for now, or the refusal, or neither when it calls for nothing.</summary>
    /// <param name="world">The world as it stands.</param>
    /// <param name="target">Index of the target.</param>
    /// <param name="nextId">Number that a new intent would get.</param>
    /// <param name="now">The present.</param>
    public static (Intent? Intent, Refusal? Refusal) Plan(World world, int target, long nextId, Instant now)
    {
        if (Want.Of(world, target) is not { } want)
            return default;
        if (Gates.Refuse(world, target, want, now) is { } refusal)
            return (null, refusal);
        var state = world.Targets[target];
        var attempt = want.Cause == Cause.Heal ? state.Attempts + 1 : 0;
        return (new Intent(nextId, target, want.Rung, want.Cause, state.Life, attempt, want.Reason(world, target), now), null);
    }
}
