using System.Globalization;
using Hale.Core.Model;

namespace Hale.Core.Telling;

/// <summary>What the world keeps of one subject of notices. Times stand on the steady line.</summary>
public sealed class TellingState
{
    /// <summary>How it stands.</summary>
    public Condition Condition { get; set; }

    /// <summary>Since when it stands so.</summary>
    public Instant Since { get; set; } = Instant.Never;

    /// <summary>When it became bad; never while it is well and nothing of it was told.</summary>
    public Instant BadSince { get; set; } = Instant.Never;

    /// <summary>Number of the incident; 0 while nothing of it was told.</summary>
    public long Number { get; set; }

    /// <summary>When the incident was first told.</summary>
    public Instant OpenedAt { get; set; } = Instant.Never;

    /// <summary>How bad it was when a person acknowledged it; <see cref="Condition.Well"/> when nobody did.</summary>
    public Condition Acknowledged { get; set; }

    /// <summary>Who acknowledged it.</summary>
    public string? AcknowledgedBy { get; set; }

    /// <summary>By channel: what was told; null while nothing was.</summary>
    public Told[]? Told { get; set; }

    /// <summary>Nothing was told that is not over, and nothing is to be told: as good as new.</summary>
    public bool IsPlain => Condition <= Condition.Unknown && Acknowledged == Condition.Well && !IsOpen;

    /// <summary>At least one channel was told of something that is not over.</summary>
    public bool IsOpen => Told is { } told && Array.Exists(told, t => t.Condition != Condition.Well);

    /// <summary>
    /// The name of the incident. The number alone would come again once the journal was moved away, so that the time stands before it.
    /// </summary>
    public string Incident => string.Create(CultureInfo.InvariantCulture, $"{OpenedAt.ToUtc().ToUnixTimeSeconds():x}-{Number}");

    /// <summary>The incident is over.</summary>
    public void Clear()
    {
        Condition = Acknowledged = Condition.Well;
        Since = BadSince = OpenedAt = Instant.Never;
        Number = 0;
        AcknowledgedBy = null;
        Told = null;
    }
}

/// <summary>What one channel was told of one subject.</summary>
/// <param name="Condition">How it stood when it was told last; <see cref="Condition.Well"/> when nothing is open there.</param>
/// <param name="At">When that was.</param>
/// <param name="Round">Notices of this incident so far.</param>
public readonly record struct Told(Condition Condition, Instant At, int Round);
