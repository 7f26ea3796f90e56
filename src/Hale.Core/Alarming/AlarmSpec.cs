namespace Hale.Core.Alarming;

/// <summary>An alarm, validated and immutable: over one metric (<see cref="Condition"/>) or over other alarms (<see cref="Expression"/>).</summary>
public sealed record AlarmSpec
{
    /// <summary>Unique among alarms. At most 255 characters.</summary>
    public required string Name { get; init; }

    /// <summary>For people; may be empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>For an alarm over a metric: when it is in alarm. Null for a composite alarm.</summary>
    public AlarmCondition? Condition { get; init; }

    /// <summary>For a composite alarm: the rule over other alarms. Null for an alarm over a metric.</summary>
    public AlarmExpression? Expression { get; init; }

    /// <summary>Somebody is told about changes. Default true; without it the state moves all the same.</summary>
    public bool ActionsEnabled { get; init; } = true;

    /// <summary>Who is told: names of routes or channels; empty for those of the configuration as a whole.</summary>
    public string[] Tell { get; init; } = [];
}
