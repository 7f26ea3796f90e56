using Hale.Core.Alarming;

namespace Hale.Web.Contract;

/// <summary>The answer of <c>GET /api/v1/alarms</c>.</summary>
/// <param name="At">When the snapshot was taken; ages are counted from here.</param>
/// <param name="Doubt">Why Hale doubts itself; null when it does not. While it does, no alarm changes.</param>
/// <param name="Alarms">The alarms, in the order of the configuration.</param>
public sealed record AlarmsDto(DateTimeOffset At, DoubtDto? Doubt, IReadOnlyList<AlarmDto> Alarms);

/// <summary>An alarm as it stands.</summary>
public sealed record AlarmDto
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>For people; may be empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>The state.</summary>
    public required AlarmValue State { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Why, in one line.</summary>
    public required string Reason { get; init; }

    /// <summary>When it is in alarm, in words.</summary>
    public required string Rule { get; init; }

    /// <summary>The target that its metric is about; null for a rule over other alarms.</summary>
    public string? Target { get; init; }

    /// <summary>Its metric as the configuration calls it; null for a rule over other alarms.</summary>
    public string? Metric { get; init; }

    /// <summary>The threshold; null for a rule over other alarms.</summary>
    public double? Threshold { get; init; }

    /// <summary>When it was evaluated last; null before the first time.</summary>
    public DateTimeOffset? EvaluatedAt { get; init; }

    /// <summary>The datapoints that it saw then, oldest first.</summary>
    public IReadOnlyList<DatapointDto> Datapoints { get; init; } = [];

    /// <summary>Somebody is told about changes.</summary>
    public bool ActionsEnabled { get; init; }

    /// <summary>Who is told; empty for those who are told about everything.</summary>
    public IReadOnlyList<string> Tell { get; init; } = [];
}

/// <summary>One number of a metric.</summary>
/// <param name="At">Beginning of its period.</param>
/// <param name="Value">The statistic over the samples of the period; null when there were none.</param>
public sealed record DatapointDto(DateTimeOffset At, double? Value);
