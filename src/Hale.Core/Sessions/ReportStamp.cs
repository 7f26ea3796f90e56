namespace Hale.Core.Sessions;

/// <summary>
/// The place of a report among all reports of a participant. Reports are tried again, kept on disk and delivered late; by the stamp a store knows
/// what it has already and what has been overtaken.
/// </summary>
/// <param name="StartedAt">When the run that reports began.</param>
/// <param name="Run">Which run it is; tells two runs apart that began at the same moment.</param>
/// <param name="Number">Counts the reports of the run, from 1.</param>
public readonly record struct ReportStamp(DateTimeOffset StartedAt, string Run, int Number) : IComparable<ReportStamp>
{
    /// <summary>Earlier runs first, then the reports of a run in their order.</summary>
    public int CompareTo(ReportStamp other)
    {
        var byStart = StartedAt.CompareTo(other.StartedAt);
        if (byStart != 0)
            return byStart;
        var byRun = string.CompareOrdinal(Run, other.Run);
        return byRun != 0 ? byRun : Number.CompareTo(other.Number);
    }

    /// <summary>Both are reports of one run.</summary>
    public bool IsSameRun(ReportStamp other) => StartedAt == other.StartedAt && Run == other.Run;

    /// <summary>Earlier.</summary>
    public static bool operator <(ReportStamp left, ReportStamp right) => left.CompareTo(right) < 0;

    /// <summary>Later.</summary>
    public static bool operator >(ReportStamp left, ReportStamp right) => left.CompareTo(right) > 0;

    /// <summary>Not later.</summary>
    public static bool operator <=(ReportStamp left, ReportStamp right) => left.CompareTo(right) <= 0;

    /// <summary>Not earlier.</summary>
    public static bool operator >=(ReportStamp left, ReportStamp right) => left.CompareTo(right) >= 0;
}
