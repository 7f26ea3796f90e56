using Hale.Core.Alarming;

namespace Hale.Core.Model;

/// <summary>What kind of thing changed in a fold.</summary>
public enum ChangeKind : byte
{
    /// <summary>The verdict on a check.</summary>
    Check,

    /// <summary>The health of a target.</summary>
    Target,

    /// <summary>A check began or ceased to flap.</summary>
    Flapping,

    /// <summary>A remedy was proved to have helped.</summary>
    Helped,

    /// <summary>A remedy did not help: no fresh good verdict in time, or the new life ended.</summary>
    DidNotHelp,

    /// <summary>A ladder is used up.</summary>
    NeedsHuman,

    /// <summary>A target was well for long enough: its ladder begins anew.</summary>
    EpisodeOver,

    /// <summary>Hale began to doubt itself.</summary>
    Doubt,

    /// <summary>The doubt is over.</summary>
    DoubtOver,

    /// <summary>A pause ran out.</summary>
    PauseOver,

    /// <summary>The state of an alarm.</summary>
    Alarm,
}

/// <summary>A change that a fold brought about, for the history and the console.</summary>
/// <param name="Kind">What changed.</param>
/// <param name="Target">Index of the target; -1 for what concerns all.</param>
/// <param name="Check">Index of the check; -1 for none.</param>
/// <param name="From">Health before, for checks and targets.</param>
/// <param name="To">Health after, for checks and targets.</param>
/// <param name="Text">Why, in one line.</param>
/// <param name="Intent">Number of the intent that it belongs to; 0 for none.</param>
public readonly record struct Change(ChangeKind Kind, int Target, int Check, Health From, Health To, string Text, long Intent = 0)
{
    /// <summary>Index of the alarm; -1 for none.</summary>
    public int Alarm { get; init; } = -1;

    /// <summary>State before, for alarms.</summary>
    public AlarmValue AlarmFrom { get; init; }

    /// <summary>State after, for alarms.</summary>
    public AlarmValue AlarmTo { get; init; }
}
