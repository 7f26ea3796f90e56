using System.Globalization;

namespace Hale.Core.Warming;

/// <summary>How a warm-up ended.</summary>
public enum WarmEnd : byte
{
    /// <summary>Every rehearsal succeeded, and the last ones took alike.</summary>
    Warm,

    /// <summary>Every rehearsal succeeded, and their times still differ at the limit.</summary>
    NotWarm,

    /// <summary>A rehearsal failed.</summary>
    Failed,

    /// <summary>Of a rehearsal nothing could be told.</summary>
    CouldNotTell,

    /// <summary>Somebody ended it.</summary>
    Interrupted,
}

/// <summary>The end of a warm-up.</summary>
/// <param name="End">How.</param>
/// <param name="Line">One line for a person: <c>14.2 s, 3.1 s, 2.9 s: warm</c>.</param>
/// <param name="IsHealthy">May be reported as healthy: warm, or what the plan takes for it.</param>
public sealed record WarmVerdict(WarmEnd End, string Line, bool IsHealthy);

/// <summary>
/// Rehearsals until the time from start to evidence does not change any more. It is told the result of each and knows when another is wanted. Healthy is
/// only what follows from rehearsals that all succeeded.
/// </summary>
public sealed class WarmUp(WarmSpec spec)
{
    private readonly List<RehearsalResult> results = [];
    private readonly List<TimeSpan> times = [];

    /// <summary>The rehearsals so far.</summary>
    public IReadOnlyList<RehearsalResult> Results => results;

    /// <summary>The end; null while another rehearsal is wanted. It does not change any more.</summary>
    public WarmVerdict? Verdict { get; private set; }

    /// <summary>A rehearsal is over.</summary>
    public void Add(RehearsalResult result)
    {
        if (Verdict is not null)
            return;
        results.Add(result);
        if (result.TimeToEvidence is { } time)
            times.Add(time);
        Verdict = result.End switch
        {
            RehearsalEnd.Proved when result.TimeToEvidence is null => new(WarmEnd.CouldNotTell, Line("no time was measured"), false),
            RehearsalEnd.Proved when IsAlike(times, spec) => new(WarmEnd.Warm, Line("warm"), true),
            RehearsalEnd.Proved when results.Count >= spec.Limit => new(WarmEnd.NotWarm, Line(NotWarm()), spec.AcceptsNotWarm),
            RehearsalEnd.Proved => null,
            RehearsalEnd.Interrupted => new(WarmEnd.Interrupted, Line("interrupted"), false),
            RehearsalEnd.CouldNotTell => new(WarmEnd.CouldNotTell, Line($"could not tell at {Step(result)}: {result.Reason}"), false),
            _ => new(WarmEnd.Failed, Line($"failed at {Step(result)}: {result.Reason}"), false),
        };
    }

    /// <summary>Somebody ended it between two rehearsals, or before the first.</summary>
    public void Interrupt() => Verdict ??= new(WarmEnd.Interrupted, Line("interrupted"), false);

    /// <summary>Whether the last times differ by no more than the spec allows.</summary>
    public static bool IsAlike(IReadOnlyList<TimeSpan> times, WarmSpec spec)
    {
        if (times.Count < spec.Last)
            return false;
        var last = times.Skip(times.Count - spec.Last).ToArray();
        var (shortest, longest) = (last.Min(), last.Max());
        return longest - shortest <= spec.Slack || longest - shortest <= spec.Tolerance * shortest;
    }

    /// <summary>The name of a step, as it stands in reports: <c>evidence</c>.</summary>
    public static string NameOf(RehearsalStage stage) => stage switch
    {
        RehearsalStage.Prepare => "prepare",
        RehearsalStage.Start => "start",
        RehearsalStage.Evidence => "evidence",
        RehearsalStage.Hold => "hold",
        RehearsalStage.Stop => "stop",
        RehearsalStage.Kill => "kill",
        RehearsalStage.Clean => "clean",
        _ => "done",
    };

    /// <summary>A time as it stands in reports: <c>14.2 s</c>; below a second in milliseconds.</summary>
    public static string Shown(TimeSpan time) => time.TotalSeconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, time.TotalMilliseconds):0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");

    private string Step(RehearsalResult result) => results.Count == 1 ? NameOf(result.Stage) : $"{NameOf(result.Stage)} of rehearsal {results.Count}";

    private string NotWarm() =>
        $"not warm: the last {spec.Last} times still differ after {(results.Count == 1 ? "1 rehearsal" : $"{results.Count} rehearsals")}, which is the limit";

    private string Line(string end) => times.Count == 0 ? end : $"{string.Join(", ", times.Select(Shown))}: {end}";
}
