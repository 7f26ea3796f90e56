namespace Hale.Core.Alarming;

/// <summary>What one period of a metric shows.</summary>
public enum Slot : byte
{
    /// <summary>No sample came, although Hale listened.</summary>
    Missing,

    /// <summary>The datapoint is on the good side of the threshold.</summary>
    Calm,

    /// <summary>The datapoint is beyond the threshold.</summary>
    Breaching,

    /// <summary>No sample came, and Hale was not there to hear one: this silence is nobody's.</summary>
    Unheard,
}

/// <summary>
/// From slots to the state of an alarm: the rules of "Evaluating an alarm" and "Configuring how alarms treat missing data" in the
/// Amazon CloudWatch User Guide. Without unheard slots they are exactly those; silence that Hale did not listen to counts neither way.
/// </summary>
public static class AlarmRule
{
    /// <summary>The state that follows.</summary>
    /// <param name="slots">The evaluation range, newest first; at least <paramref name="periods"/> of them.</param>
    /// <param name="periods">N: how many datapoints decide.</param>
    /// <param name="datapoints">M: how many of them have to breach.</param>
    /// <param name="missing">What a slot without samples counts as.</param>
    /// <param name="state">The state so far.</param>
    public static AlarmValue Evaluate(ReadOnlySpan<Slot> slots, int periods, int datapoints, MissingData missing, AlarmValue state)
    {
        int real = 0, breaching = 0, silent = 0, oldestBreach = 0;
        for (var age = 1; age <= slots.Length; age++)
        {
            var slot = slots[age - 1];
            if (slot == Slot.Missing)
                silent++;
            if (slot is not (Slot.Calm or Slot.Breaching) || real == periods)
                continue;
            real++;
            if (slot == Slot.Breaching)
                (breaching, oldestBreach) = (breaching + 1, age);
        }
        if (breaching >= datapoints)
            return AlarmValue.Alarm;
        // With N real datapoints, however old within the range, it does not matter what missing ones would count as.
        if (real == periods)
            return AlarmValue.Ok;
        var filled = Math.Min(periods - real, silent);
        var unheard = periods - real - filled;
        return missing switch
        {
            MissingData.Breaching when breaching + filled >= datapoints => AlarmValue.Alarm,
            MissingData.Breaching => breaching + filled + unheard < datapoints ? AlarmValue.Ok : state,
            MissingData.NotBreaching => breaching + unheard < datapoints ? AlarmValue.Ok : state,
            _ when breaching < real => AlarmValue.Ok,
            MissingData.Ignore => state,
            _ when real == 0 => AlarmValue.InsufficientData,
            // Only breaching datapoints, and fewer than M. A metric that has just begun must not alarm before M periods could have come;
            // after that nothing good is to be expected ("Avoiding premature transitions to alarm state").
            _ => oldestBreach >= datapoints && unheard == 0 ? AlarmValue.Alarm : state,
        };
    }
}
