namespace Hale.Core.Alarming;

/// <summary>How the samples of one period become one datapoint.</summary>
public enum Statistic : byte
{
    /// <summary>Their mean.</summary>
    Average,

    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>The smallest.</summary>
    Minimum,

    /// <summary>The largest.</summary>
    Maximum,

    /// <summary>How many there are.</summary>
    SampleCount,

    /// <summary>The smallest sample that so many per cent of the samples do not exceed (nearest rank).</summary>
    Percentile,
}

/// <summary>On which side of the threshold a datapoint is breaching.</summary>
public enum Comparison : byte
{
    /// <summary>Above it.</summary>
    GreaterThan,

    /// <summary>At or above it.</summary>
    GreaterThanOrEqual,

    /// <summary>Below it.</summary>
    LessThan,

    /// <summary>At or below it.</summary>
    LessThanOrEqual,
}

/// <summary>What a period without samples counts as.</summary>
public enum MissingData : byte
{
    /// <summary>As missing: without any datapoint the state is <see cref="AlarmValue.InsufficientData"/>. The default.</summary>
    Missing,

    /// <summary>As nothing: the state is kept.</summary>
    Ignore,

    /// <summary>As beyond the threshold.</summary>
    Breaching,

    /// <summary>As on the good side of the threshold.</summary>
    NotBreaching,
}

/// <summary>When an alarm over a metric is in alarm: M of the last N periods breach a threshold. The rules are CloudWatch's.</summary>
public sealed record AlarmCondition
{
    /// <summary>Slots that are looked at beyond <see cref="Periods"/>, so that a late sample is no missing one.</summary>
    public const int ExtraSlots = 2;

    /// <summary>Samples that an alarm keeps for percentiles; beyond it the oldest go first, so that a datapoint is then one of the newest samples.</summary>
    public const int MaxSamples = 16_384;

    /// <summary>Where the samples come from.</summary>
    public required MetricSource Source { get; init; }

    /// <summary>The metric as the configuration calls it: a published name, or <c>target/check.measurement</c>.</summary>
    public required string Metric { get; init; }

    /// <summary>How samples become a datapoint. Default <see cref="Statistic.Average"/>.</summary>
    public Statistic Statistic { get; init; }

    /// <summary>For <see cref="Statistic.Percentile"/>: above 0, at most 100.</summary>
    public double Percentile { get; init; }

    /// <summary>Which side of the threshold is breaching.</summary>
    public required Comparison Comparison { get; init; }

    /// <summary>The threshold, in the unit of the metric.</summary>
    public required double Threshold { get; init; }

    /// <summary>Length of one slot: 10 s, 20 s, 30 s or whole minutes. Default 1 minute.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>N: how many datapoints decide. At least 1; default 1.</summary>
    public int Periods { get; init; } = 1;

    /// <summary>M: how many of them have to breach. 1 to <see cref="Periods"/>; default 1.</summary>
    public int Datapoints { get; init; } = 1;

    /// <summary>What a slot without samples counts as.</summary>
    public MissingData Missing { get; init; }

    /// <summary>
    /// For percentiles: keep the state while a slot has fewer samples than mean something, which is 10 / (1 - p), or 10 / p below the median.
    /// Default false: few samples are evaluated like many.
    /// </summary>
    public bool IgnoreFewSamples { get; init; }

    /// <summary>R: how many slots are looked at to find N datapoints.</summary>
    public int Range => Periods + ExtraSlots;

    /// <summary>The time between two evaluations, by which slots slide: a minute, or 10 s for periods below a minute.</summary>
    public TimeSpan Grain => GrainOf(Period);

    /// <summary>Buckets of samples that the alarm keeps in memory: those of the range, and the one that is being filled.</summary>
    public int Buckets => (Range * BucketsPerSlot) + 1;

    /// <summary>Buckets in one slot.</summary>
    public int BucketsPerSlot => (int)(Period.Ticks / Grain.Ticks);

    /// <summary>Samples that a slot needs to be evaluated.</summary>
    public int FewestSamples =>
        !IgnoreFewSamples || Statistic != Statistic.Percentile ? 0
        // Per cent rather than shares: 100 - 99.9 is nearer to a tenth than 1 - 0.999 is to a thousandth.
        : (int)Math.Min(int.MaxValue, Math.Round(1000 / Math.Max(Percentile > 50 ? 100 - Percentile : Percentile, 1e-6)));

    /// <summary>The time between two evaluations for a period.</summary>
    public static TimeSpan GrainOf(TimeSpan period) => period < TimeSpan.FromMinutes(1) ? TimeSpan.FromSeconds(10) : TimeSpan.FromMinutes(1);

    /// <summary>Whether a datapoint is beyond the threshold.</summary>
    public bool IsBreaching(double value) => Comparison switch
    {
        Comparison.GreaterThan => value > Threshold,
        Comparison.GreaterThanOrEqual => value >= Threshold,
        Comparison.LessThan => value < Threshold,
        _ => value <= Threshold,
    };
}
