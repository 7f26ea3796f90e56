using Hale.Core.Model;

namespace Hale.Core.Readiness;

/// <summary>Where one target of a gate stands.</summary>
public sealed class GateTargetState
{
    internal GateTargetState(GateTargetSpec spec, Instant dueAt) => (Spec, DueAt) = (spec, dueAt);

    /// <summary>Which target.</summary>
    public GateTargetSpec Spec { get; }

    /// <summary>What its attempts came to.</summary>
    public GateTimeline Timeline { get; } = new();

    /// <summary>Attempts begun.</summary>
    public int Attempts { get; internal set; }

    /// <summary>Attempts that have passed one after the other, up to the last.</summary>
    public int Passes { get; internal set; }

    /// <summary>Enough of them have.</summary>
    public bool IsReady { get; internal set; }

    /// <summary>By the last attempt that could tell anything it is not ready: that failed, or too few have passed in a row.</summary>
    public bool IsKnownBad { get; internal set; }

    /// <summary>What speaks against it, or why nothing could be told; null while there is nothing to say.</summary>
    public string? Trouble { get; internal set; }

    /// <summary>It can never become ready any more: what it stands for has ended.</summary>
    public bool IsLost { get; internal set; }

    /// <summary>When the next attempt is due.</summary>
    internal Instant DueAt { get; set; }

    /// <summary>An event was heard while an attempt was under way, which may have looked before it.</summary>
    internal bool IsHastened { get; set; }

    internal bool IsUnderWay { get; set; }

    /// <summary>Its last probe was left behind, and has not ended yet.</summary>
    internal bool IsStuck { get; set; }

    internal Instant StartedAt { get; set; }

    internal TimeSpan Limit { get; set; }
}
