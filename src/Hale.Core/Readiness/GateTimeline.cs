using Hale.Core.Model;

namespace Hale.Core.Readiness;

/// <summary>Attempts in a row that all came to the same.</summary>
/// <param name="Outcome">What they came to.</param>
/// <param name="Evidence">What was seen.</param>
/// <param name="FirstAt">When the first of them began.</param>
/// <param name="LastAt">When the last of them ended.</param>
/// <param name="Count">How many.</param>
public sealed record GateEpisode(Outcome Outcome, string Evidence, Instant FirstAt, Instant LastAt, int Count);

/// <summary>
/// The attempts of one target, told as episodes, since a hundred refused connections are one story. A target that says something else each time
/// (a body with a clock in it) cannot fill the memory: the beginning and the end are kept.
/// </summary>
public sealed class GateTimeline
{
    /// <summary>Episodes kept of the beginning, and as many of the end.</summary>
    public const int Kept = 32;

    private readonly List<GateEpisode> episodes = [];

    /// <summary>The episodes, oldest first.</summary>
    public IReadOnlyList<GateEpisode> Episodes => episodes;

    /// <summary>Episodes from the middle that were not kept.</summary>
    public int Dropped { get; private set; }

    /// <summary>The last one; null before the first attempt has ended.</summary>
    public GateEpisode? Last => episodes.Count == 0 ? null : episodes[^1];

    /// <summary>Adds an attempt.</summary>
    public void Add(Outcome outcome, string evidence, Instant startedAt, Instant endedAt)
    {
        if (Last is { } last && last.Outcome == outcome && last.Evidence == evidence)
        {
            episodes[^1] = last with { LastAt = endedAt, Count = last.Count + 1 };
            return;
        }
        if (episodes.Count == 2 * Kept)
        {
            episodes.RemoveAt(Kept);
            Dropped++;
        }
        episodes.Add(new(outcome, evidence, startedAt, endedAt, 1));
    }
}
