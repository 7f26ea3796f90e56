using Hale.Core.Model;

namespace Hale.Core.Warming;

/// <summary>Where one piece of evidence stands.</summary>
public sealed class EvidenceState
{
    internal EvidenceState(EvidenceSpec spec) => Spec = spec;

    /// <summary>Which.</summary>
    public EvidenceSpec Spec { get; }

    /// <summary>Looks that counted.</summary>
    public int Looks { get; private set; }

    /// <summary>The last look saw it.</summary>
    public bool Holds { get; private set; }

    /// <summary>The last look that could tell anything did not see it. Until one has, nothing is known.</summary>
    public bool IsKnownMissing { get; private set; }

    /// <summary>What the last look saw, or why it saw nothing; null before the first.</summary>
    public string? Seen { get; private set; }

    /// <summary>When it was seen first in this life; <see cref="Instant.Never"/> until then.</summary>
    public Instant FirstAt { get; private set; } = Instant.Never;

    internal void Take(Outcome outcome, string seen, Instant now)
    {
        Looks++;
        switch (outcome)
        {
            case Outcome.Pass or Outcome.Warn:
                (Holds, IsKnownMissing, Seen) = (true, false, seen);
                if (FirstAt.IsNever)
                    FirstAt = now;
                break;
            case Outcome.Fail:
                (Holds, IsKnownMissing, Seen) = (false, true, seen);
                break;
            default:
                // What could not be told does not take back what is known to be missing, and proves nothing.
                Holds = false;
                if (!IsKnownMissing)
                    Seen = seen;
                break;
        }
    }
}
