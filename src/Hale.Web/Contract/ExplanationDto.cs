namespace Hale.Web.Contract;

/// <summary>The answer of <c>GET /api/v1/targets/{name}/explain</c>: why, and what next.</summary>
/// <param name="At">The moment of the snapshot; ages are counted from here.</param>
/// <param name="Doubt">Why Hale doubts itself; null when it does not.</param>
/// <param name="Target">The target as it stands.</param>
/// <param name="Next">What happens next and what a person can do, line by line.</param>
/// <param name="Recent">The last things that happened to it, newest first.</param>
/// <param name="Output">The last lines of its output, if it is supervised.</param>
public sealed record ExplanationDto(
    DateTimeOffset At,
    DoubtDto? Doubt,
    TargetDto Target,
    IReadOnlyList<string> Next,
    IReadOnlyList<HistoryEntryDto> Recent,
    IReadOnlyList<string> Output);

/// <summary>The answer of <c>POST /api/v1/targets/{name}/rehearse</c>: what the ladder would do now. Nothing is done.</summary>
/// <param name="Target">The target.</param>
/// <param name="Rungs">Its remedies, in the order in which they are tried.</param>
public sealed record RehearsalDto(string Target, IReadOnlyList<RungDto> Rungs);

/// <summary>What one remedy would do now.</summary>
/// <param name="Remedy">Its name.</param>
/// <param name="Lines">What it would do, line by line.</param>
public sealed record RungDto(string Remedy, IReadOnlyList<string> Lines);
