using Hale.Core.Model;

namespace Hale.Core.Judging;

/// <summary>What the judge remembers of one check. Times stand on the steady line.</summary>
public struct CheckState
{
    /// <summary>The verdict.</summary>
    public Health Health { get; set; }

    /// <summary>Since when.</summary>
    public Instant Since { get; set; }

    /// <summary>The rule and the evidence that led to the verdict.</summary>
    public string Reason { get; set; }

    /// <summary>Failures in a row that count.</summary>
    public int FailStreak { get; set; }

    /// <summary>Start of the first attempt of that run.</summary>
    public Instant FailingSince { get; set; }

    /// <summary>Outcomes in a row that were not a clean pass.</summary>
    public int BadStreak { get; set; }

    /// <summary>Start of the first attempt of that run.</summary>
    public Instant BadSince { get; set; }

    /// <summary>Positive outcomes (pass or warn) in a row.</summary>
    public int GoodStreak { get; set; }

    /// <summary>Clean passes in a row.</summary>
    public int PassStreak { get; set; }

    /// <summary>The run of failures holds a proof: the fall threshold does not apply.</summary>
    public bool IsProven { get; set; }

    /// <summary>The run of failures is as long, and has lasted as long, as the policy asks, or holds a proof.</summary>
    public bool IsConfirmed { get; set; }

    /// <summary>This life has been seen to work; grace is over.</summary>
    public bool WasGood { get; set; }

    /// <summary>Start of the last attempt, whatever it came to.</summary>
    public Instant LastAt { get; set; }

    /// <summary>Start of the last attempt that could tell.</summary>
    public Instant EvidenceAt { get; set; }

    /// <summary>What the last attempt came to, levels and window applied.</summary>
    public Outcome LastOutcome { get; set; }

    /// <summary>How long it took.</summary>
    public TimeSpan Took { get; set; }

    /// <summary>What it brought; null before the first in this life.</summary>
    public ProbeResult? Last { get; set; }

    /// <summary>The latest progress token.</summary>
    public string? Progress { get; set; }

    /// <summary>When it was seen to change; never before any progress.</summary>
    public Instant ProgressAt { get; set; }

    /// <summary>The first look of this life could not say when the progress that it saw was made: silence is known only from then on. Never otherwise.</summary>
    public Instant SilentFrom { get; set; }

    /// <summary>The progress token was looked at in this life.</summary>
    public bool Looked { get; set; }

    /// <summary>Recent changes between good and bad, newest in bit 0.</summary>
    public uint Changes { get; set; }

    /// <summary>The last conclusive outcome was not a pass; the other half of <see cref="Changes"/>.</summary>
    public bool WasBad { get; set; }

    /// <summary>Changes come too often.</summary>
    public bool IsFlapping { get; set; }

    /// <summary>The last action on the target: silence and failures from before it do not count.</summary>
    public Instant CountedFrom { get; set; }

    /// <summary>Attempts since the world began.</summary>
    public long Attempts { get; set; }

    /// <summary>Attempts that could not tell.</summary>
    public long Inconclusive { get; set; }

    /// <summary>A check that nobody has looked at yet.</summary>
    public static CheckState Fresh(Instant now) => new()
    {
        Health = Health.Initializing,
        Since = now,
        Reason = "not looked at yet",
        FailingSince = Instant.Never,
        BadSince = Instant.Never,
        LastAt = Instant.Never,
        EvidenceAt = Instant.Never,
        ProgressAt = Instant.Never,
        SilentFrom = Instant.Never,
        CountedFrom = Instant.Never,
    };

    /// <summary>Forgets what was said about the last life; the counters, the flapping window and the progress token outlive it.</summary>
    public void BeginLife(Instant now, string reason)
    {
        this = Fresh(now) with
        {
            Reason = reason,
            Progress = Progress,
            Changes = Changes,
            WasBad = WasBad,
            IsFlapping = IsFlapping,
            Attempts = Attempts,
            Inconclusive = Inconclusive,
        };
    }

    /// <summary>A run of failures is counted from the last action: what was seen before it says nothing about its effect.</summary>
    public void CountFrom(Instant action)
    {
        CountedFrom = action;
        CountAnew();
    }

    /// <summary>
    /// Hale doubts itself: failures from before have to be confirmed anew once it no longer does. When they began is kept, so that a mass
    /// failure that goes on is not taken for another one.
    /// </summary>
    public void Doubt()
    {
        if (IsProven)
            return;
        FailStreak = 0;
        IsConfirmed = false;
    }

    /// <summary>Forgets the runs, good and bad, that the next observation would have continued.</summary>
    public void CountAnew()
    {
        FailStreak = BadStreak = GoodStreak = PassStreak = 0;
        FailingSince = BadSince = Instant.Never;
        IsProven = IsConfirmed = false;
    }
}
