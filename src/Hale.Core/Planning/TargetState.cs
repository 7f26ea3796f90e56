using Hale.Core.Model;

namespace Hale.Core.Planning;

/// <summary>What the world knows of one target beside its checks. Times stand on the steady line.</summary>
public sealed class TargetState
{
    /// <summary>A target that nothing has happened to yet.</summary>
    public TargetState(TargetSpec spec, Instant now)
    {
        Tries = new int[spec.Ladder.Length];
        Since = now;
        LifeBeganAt = spec.IsSupervised ? Instant.Never : now;
    }

    /// <summary>The roll-up of its checks under its dependencies.</summary>
    public Health Health { get; set; } = Health.Initializing;

    /// <summary>Since when.</summary>
    public Instant Since { get; set; }

    /// <summary>What decided the health.</summary>
    public string Reason { get; set; } = "not looked at yet";

    /// <summary>The health is that of a dependency, not its own.</summary>
    public bool IsShadowed { get; set; }

    /// <summary>Its present life.</summary>
    public Incarnation Life { get; set; }

    /// <summary>When that life began; for a target without lives, when the world did.</summary>
    public Instant LifeBeganAt { get; set; }

    /// <summary>How the last life ended.</summary>
    public string? LastEnd { get; set; }

    /// <summary>Lives seen to begin.</summary>
    public int Lives { get; set; }

    /// <summary>The next beginning of a life is a start, not a remedy: it was never up, it went while nobody watched, or a person wants it up.</summary>
    public bool AwaitsStart { get; set; } = true;

    /// <summary>Healing is paused until then; never when it is not.</summary>
    public Instant PausedUntil { get; set; } = Instant.Never;

    /// <summary>A person stopped it.</summary>
    public bool IsStopped { get; set; }

    /// <summary>A person ordered that start: no gate holds it.</summary>
    public bool StartOrdered { get; set; }

    /// <summary>A person ordered a restart that has not been planned yet.</summary>
    public bool RestartOrdered { get; set; }

    /// <summary>Approval of the next remedy holds until then; never without one.</summary>
    public Instant ApprovedUntil { get; set; } = Instant.Never;

    /// <summary>A person rejected the remedy of this episode.</summary>
    public bool IsRejected { get; set; }

    /// <summary>The remedy under way; null for none.</summary>
    public Intent? Open { get; set; }

    /// <summary>The remedy whose effect is being verified; null for none.</summary>
    public Intent? Verifying { get; set; }

    /// <summary>Until when it has to have helped.</summary>
    public Instant VerifyUntil { get; set; } = Instant.Never;

    /// <summary>By rung: uses in this episode.</summary>
    public int[] Tries { get; }

    /// <summary>Remedies in this episode.</summary>
    public int Attempts { get; set; }

    /// <summary>When the last remedy was planned or ended, whichever is later; never before the first.</summary>
    public Instant LastActAt { get; set; } = Instant.Never;

    /// <summary>Well (Ok or Degraded) without a break since then; never when not well.</summary>
    public Instant WellSince { get; set; } = Instant.Never;

    /// <summary>The ladder is used up; says why.</summary>
    public string? NeedsHuman { get; set; }

    /// <summary>When remedies that count against the budget were planned, oldest first, at most as many as the budget has.</summary>
    public Queue<Instant> Spent { get; } = new();

    /// <summary>The last remedy in one line.</summary>
    public string? LastRemedy { get; set; }

    /// <summary>Why the remedy that is wanted is not carried out; null when none is wanted.</summary>
    public Refusal? Refusal { get; set; }

    /// <summary>A remedy is under way or being verified.</summary>
    public bool IsBusy => Open is not null || Verifying is not null;

    /// <summary>There is something that the end of an episode ends.</summary>
    public bool HasEpisode => Attempts > 0 || NeedsHuman is not null || IsRejected;

    /// <summary>An episode is over: the ladder begins at its first rung again.</summary>
    public void EndEpisode()
    {
        Array.Clear(Tries);
        Attempts = 0;
        NeedsHuman = null;
        IsRejected = false;
        ApprovedUntil = Instant.Never;
    }
}
