namespace Hale.Core.Model;

/// <summary>The verdict on a check, a target or a group. Ordered by how much it matters, so that a roll-up is a maximum.</summary>
public enum Health : byte
{
    /// <summary>Nothing to judge here.</summary>
    NotApplicable,

    /// <summary>Fresh positive evidence of this life of the target.</summary>
    Ok,

    /// <summary>Works, but beyond a warning level.</summary>
    Degraded,

    /// <summary>This life is young and has not been proved yet; failures do not count until the grace time is over.</summary>
    Initializing,

    /// <summary>No fresh evidence: never seen, stale, inconclusive, or hidden behind a failed dependency. Never ok, never a reason to act.</summary>
    InsufficientData,

    /// <summary>Confirmed not to work.</summary>
    Impaired,
}
