namespace Hale.Sessions;

/// <summary>How a machine reports.</summary>
public sealed record ReportOptions
{
    /// <summary>How long the store has for one attempt: 5 s.</summary>
    public static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(5);

    /// <summary>Which session.</summary>
    public required string Session { get; init; }

    /// <summary>Whose machine this is.</summary>
    public required string Role { get; init; }

    /// <summary>Which machine this is, for example the id of an instance. A row that names another one refuses the report. Default: it is not said.</summary>
    public string? Instance { get; init; }

    /// <summary>How long a verdict is tried to be delivered before it is left in the spool. Default 30 s.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Where a verdict is kept until the store has it; null to keep none: it is lost then when the store cannot be reached in time.</summary>
    public SessionSpool? Spool { get; init; }
}

/// <summary>What became of a report.</summary>
public enum ReportEnd
{
    /// <summary>The row says so.</summary>
    Delivered,

    /// <summary>The row does not take it, and never will: there is none, it is over, or something newer was reported.</summary>
    Refused,

    /// <summary>The store could not be reached; the verdict is on disk and is delivered later.</summary>
    Kept,

    /// <summary>The store could not be reached and the report is not on disk: a stage, which is told anew anyway, or a verdict without a spool.</summary>
    Lost,
}

/// <summary>What became of a report, and why.</summary>
/// <param name="End">What became of it.</param>
/// <param name="Reason">In words, for people.</param>
public sealed record ReportResult(ReportEnd End, string Reason);
