using Hale.Core.Alarming;
using Hale.Core.Model;

namespace Hale.Core.Telling;

/// <summary>How a subject of notices stands: what was last told of it, and what would be told now. Ordered by how much it matters.</summary>
public enum Condition : byte
{
    /// <summary>Well on evidence, or stopped by a person: nothing to tell, and what was told is over.</summary>
    Well,

    /// <summary>Nothing can be said: no evidence, a young life, hidden behind a failed dependency. Opens nothing and ends nothing.</summary>
    Unknown,

    /// <summary>It flaps, or Hale has doubted itself for long.</summary>
    Warning,

    /// <summary>Confirmed not to work.</summary>
    Error,

    /// <summary>A person is needed.</summary>
    Critical,
}

/// <summary>Reads the condition of a subject from the world as it stands: the level, not the edge.</summary>
public static class Conditions
{
    /// <summary>The condition of a target.</summary>
    public static Condition OfTarget(World world, int target)
    {
        var state = world.Targets[target];
        if (state.IsShadowed)
            return Condition.Unknown;
        if (state.Health == Health.NotApplicable)
            return Condition.Well;
        var isWell = state.Health is Health.Ok or Health.Degraded;
        if (state.NeedsHuman is not null && !isWell)
            return Condition.Critical;
        if (state.Health != Health.Impaired && !isWell)
            return Condition.Unknown;
        return IsFlapping(world, target) ? Condition.Warning : isWell ? Condition.Well : Condition.Error;
    }

    /// <summary>The condition of an alarm. One whose actions are off opens nothing.</summary>
    public static Condition OfAlarm(World world, int alarm) => world.Alarms[alarm].Value switch
    {
        AlarmValue.Ok => Condition.Well,
        AlarmValue.Alarm when world.Spec.Alarms[alarm].ActionsEnabled => Condition.Error,
        _ => Condition.Unknown,
    };

    /// <summary>The condition of Hale's own judgement. That the doubt has lasted is a matter of <see cref="TellingSpec.DoubtWait"/>.</summary>
    public static Condition OfDoubt(World world) => world.IsInDoubt ? Condition.Warning : Condition.Well;

    /// <summary>The condition of Hale's journal.</summary>
    public static Condition OfJournal(World world) => world.JournalTrouble is null ? Condition.Well : Condition.Critical;

    private static bool IsFlapping(World world, int target)
    {
        foreach (var check in world.Spec.Targets[target].Checks)
            if (world.Checks[check].IsFlapping)
                return true;
        return false;
    }
}
