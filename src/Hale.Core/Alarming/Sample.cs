using Hale.Core.Model;

namespace Hale.Core.Alarming;

/// <summary>What one attempt gives to metrics.</summary>
/// <param name="Check">Index of the check.</param>
/// <param name="At">When the attempt began.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Measurements">What it measured.</param>
/// <param name="Passed">Whether it passed; null when it failed within the grace time of a start.</param>
/// <param name="Healthy">Whether the target is Ok or Degraded after it (true) or Impaired (false); null for anything else.</param>
public readonly record struct Sample(int Check, Instant At, TimeSpan Took, Measurement[] Measurements, bool? Passed, bool? Healthy)
{
    /// <summary>The number that a metric takes from it; null when it has none.</summary>
    public double? Of(MetricSource source)
    {
        if (source.Field != MetricField.Healthy && source.Check != Check)
            return null;
        return source.Field switch
        {
            MetricField.Passed => Number(Passed),
            MetricField.Healthy => Number(Healthy),
            MetricField.Took => Took.TotalSeconds,
            _ => Measured(source.Measurement),
        };
    }

    private double? Measured(string name)
    {
        foreach (var measurement in Measurements)
            if (measurement.Name == name)
                return double.IsFinite(measurement.Value) ? measurement.Value : null;
        return null;
    }

    private static double? Number(bool? flag) => flag is null ? null : flag.Value ? 1 : 0;
}
