namespace Hale.Core.Alarming;

/// <summary>What about a check or a target is the datapoint.</summary>
public enum MetricField : byte
{
    /// <summary>A number that the check measured.</summary>
    Measurement,

    /// <summary>1 for an attempt that passed (a warning is a pass), 0 for one that failed; nothing for one that could not tell.</summary>
    Passed,

    /// <summary>How long an attempt that could tell took, in seconds.</summary>
    Took,

    /// <summary>At each attempt that could tell: 1 when the target is Ok or Degraded, 0 when it is Impaired, nothing otherwise.</summary>
    Healthy,
}

/// <summary>Where the datapoints of a metric come from.</summary>
/// <param name="Field">What about it.</param>
/// <param name="Target">Index of the target in <see cref="Model.WorldSpec.Targets"/>.</param>
/// <param name="Check">Index of the check in <see cref="Model.WorldSpec.Checks"/>; -1 for <see cref="MetricField.Healthy"/>.</param>
/// <param name="Measurement">Name of the measurement; empty for other fields.</param>
public sealed record MetricSource(MetricField Field, int Target, int Check = -1, string Measurement = "");
