namespace Hale.Core.Model;

/// <summary>Why an intent came about.</summary>
public enum Cause : byte
{
    /// <summary>A supervised target was never started, or a person wants it up: the ladder and the budget do not apply.</summary>
    Start,

    /// <summary>A check is impaired or a supervised target has died: the ladder applies.</summary>
    Heal,

    /// <summary>A person ordered it.</summary>
    Operator,

    /// <summary>A person stopped the target: its life is ended and none is begun.</summary>
    Stop,
}

/// <summary>A remedy that the plan wants carried out now, on one life of one target.</summary>
/// <param name="Id">Number of the intent, growing; also the name of the life that it begins, if it begins one.</param>
/// <param name="Target">Index of the target.</param>
/// <param name="Rung">Index of the remedy in the target's ladder; -1 where the supervisor acts without a rung (a first start without a ladder, a stop).</param>
/// <param name="Cause">Why.</param>
/// <param name="Incarnation">The life that the intent is about; none where the target has no life.</param>
/// <param name="Attempt">Which remedy of the episode this is, from 1.</param>
/// <param name="Reason">One line for a person: the evidence and the rule.</param>
/// <param name="At">When it was planned.</param>
public sealed record Intent(long Id, int Target, int Rung, Cause Cause, Incarnation Incarnation, int Attempt, string Reason, Instant At);

/// <summary>How an intent ended.</summary>
public enum RemedyOutcome : byte
{
    /// <summary>Carried out. Whether it helped is a matter for the checks.</summary>
    Done,

    /// <summary>Tried, and it failed.</summary>
    Failed,

    /// <summary>Not tried: the condition was gone or the life had changed when it was read again just before acting.</summary>
    Dropped,

    /// <summary>Hale was killed while it was open, and looking at the target shows that it did not take effect.</summary>
    Interrupted,

    /// <summary>Hale was killed while it was open, and looking at the target cannot tell. It is not repeated.</summary>
    Unknown,
}

/// <summary>The gate that refused.</summary>
public enum Gate : byte
{
    /// <summary>Healing is off for the target, or it has no remedy for what fails.</summary>
    Disabled,

    /// <summary>The target is paused.</summary>
    Paused,

    /// <summary>A maintenance window is open.</summary>
    Maintenance,

    /// <summary>Hale doubts itself.</summary>
    SelfDoubt,

    /// <summary>A target that it depends on is not well.</summary>
    Dependency,

    /// <summary>The ladder is used up.</summary>
    NeedsHuman,

    /// <summary>A remedy on this target is under way or being verified.</summary>
    Busy,

    /// <summary>The pause after the last remedy is not over.</summary>
    BackOff,

    /// <summary>The target has had its remedies for now.</summary>
    Budget,

    /// <summary>The group or the fleet has had its remedies for now.</summary>
    GroupBudget,

    /// <summary>As many remedies are under way in the group or the fleet as may be.</summary>
    BlastRadius,

    /// <summary>Most of the group is unhealthy: the cause is elsewhere.</summary>
    MajorityUnhealthy,

    /// <summary>A person must approve first.</summary>
    Approval,

    /// <summary>A person rejected it.</summary>
    Rejected,

    /// <summary>Hale only shows what it would do.</summary>
    ObserveOnly,

    /// <summary>What the remedy needs cannot be had: the intent could not be written down (disk full).</summary>
    Journal,
}

/// <summary>An intent that was not carried out.</summary>
/// <param name="Target">Index of the target.</param>
/// <param name="Rung">Index of the remedy that was wanted.</param>
/// <param name="Gate">Which gate refused.</param>
/// <param name="Reason">One line for a person. Never empty.</param>
/// <param name="Until">When the gate opens by itself; <see cref="Instant.Distant"/> when it does not.</param>
public sealed record Refusal(int Target, int Rung, Gate Gate, string Reason, Instant Until);
