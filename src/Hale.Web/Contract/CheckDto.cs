using Hale.Core.Model;

namespace Hale.Web.Contract;

/// <summary>A check as it stands.</summary>
public sealed record CheckDto
{
    /// <summary>Unique within its target.</summary>
    public required string Name { get; init; }

    /// <summary>The kind of its probe: <c>http</c>, <c>disk</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The verdict.</summary>
    public required Health Health { get; init; }

    /// <summary>Since when; null before the first verdict.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The rule and the evidence behind the verdict.</summary>
    public required string Reason { get; init; }

    /// <summary>When the last attempt began; null before the first.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>What the last attempt came to; null before the first.</summary>
    public Outcome? LastOutcome { get; init; }

    /// <summary>What it saw.</summary>
    public string Evidence { get; init; } = "";

    /// <summary>How long it took, in seconds.</summary>
    public double TookSeconds { get; init; }

    /// <summary>What it measured.</summary>
    public required IReadOnlyList<MeasurementDto> Measurements { get; init; }

    /// <summary>Failures in a row that count.</summary>
    public int FailStreak { get; init; }

    /// <summary>Passes in a row.</summary>
    public int PassStreak { get; init; }

    /// <summary>Attempts that could not tell.</summary>
    public long Inconclusive { get; init; }

    /// <summary>Attempts.</summary>
    public long Attempts { get; init; }

    /// <summary>For an activity check: the last progress seen; null before any.</summary>
    public DateTimeOffset? ProgressAt { get; init; }

    /// <summary>Its verdict changes too often.</summary>
    public bool Flapping { get; init; }
}

/// <summary>A number that a probe brought back.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The number; null where it is not a finite one.</param>
/// <param name="Unit">What it counts.</param>
public sealed record MeasurementDto(string Name, double? Value, Unit Unit);
