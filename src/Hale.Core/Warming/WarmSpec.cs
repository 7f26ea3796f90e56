namespace Hale.Core.Warming;

/// <summary>How often a rehearsal is repeated, and when it counts as warm.</summary>
public sealed record WarmSpec
{
    /// <summary>So many rehearsals at most. Default 5: what caches can do is done by the second or third, the others are for a machine that is still busy with its own start.</summary>
    public int Limit { get; init; } = 5;

    /// <summary>The times of so many rehearsals, the last ones, must be alike. Default 2. With 1 any rehearsal that succeeds is warm.</summary>
    public int Last { get; init; } = 2;

    /// <summary>They are alike when the longest is longer than the shortest by no more than this share of it. Default 0.2: twice of what the start of a warm
    /// program varies by from one time to the next on a machine with other work.</summary>
    public double Tolerance { get; init; } = 0.2;

    /// <summary>Or by no more than this. Default 100 ms: what a person does not notice, and what a look at the evidence may come late by.</summary>
    public TimeSpan Slack { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The limit without alike times is good enough. Default false.</summary>
    public bool AcceptsNotWarm { get; init; }
}
