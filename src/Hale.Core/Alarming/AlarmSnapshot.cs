using Hale.Core.Model;

namespace Hale.Core.Alarming;

/// <summary>One datapoint of an alarm.</summary>
/// <param name="At">Beginning of its period.</param>
/// <param name="Value">The statistic over the samples of the period; null when there were none.</param>
public readonly record struct AlarmDatapoint(Instant At, double? Value);

/// <summary>An alarm as it stands.</summary>
public sealed record AlarmSnapshot
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>For people; may be empty.</summary>
    public required string Description { get; init; }

    /// <summary>The state.</summary>
    public required AlarmValue Value { get; init; }

    /// <summary>Since when.</summary>
    public required Instant Since { get; init; }

    /// <summary>Why, in one line.</summary>
    public required string Reason { get; init; }

    /// <summary>When it is in alarm, in words.</summary>
    public required string Rule { get; init; }

    /// <summary>The target that its metric is about; null for a composite alarm.</summary>
    public string? Target { get; init; }

    /// <summary>Its metric as the configuration calls it; null for a composite alarm.</summary>
    public string? Metric { get; init; }

    /// <summary>The threshold; null for a composite alarm.</summary>
    public double? Threshold { get; init; }

    /// <summary>The last evaluation; <see cref="Instant.Never"/> before the first.</summary>
    public Instant EvaluatedAt { get; init; } = Instant.Never;

    /// <summary>The datapoints that it saw, oldest first; empty for a composite alarm.</summary>
    public IReadOnlyList<AlarmDatapoint> Datapoints { get; init; } = [];

    /// <summary>Somebody is told about changes.</summary>
    public bool ActionsEnabled { get; init; } = true;

    /// <summary>Who is told.</summary>
    public IReadOnlyList<string> Tell { get; init; } = [];
}
