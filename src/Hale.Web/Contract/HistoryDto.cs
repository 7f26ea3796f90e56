namespace Hale.Web.Contract;

/// <summary>The answer of <c>GET /api/v1/history</c>: a page of what happened.</summary>
/// <param name="Entries">Newest first.</param>
/// <param name="Before">The value of <c>before</c> that gives the next older page; null when this page was not full.</param>
/// <param name="Next">Where that page is; null when this page was not full.</param>
public sealed record HistoryDto(IReadOnlyList<HistoryEntryDto> Entries, long? Before, string? Next);

/// <summary>Something that happened.</summary>
/// <param name="Id">Grows with time.</param>
/// <param name="At">When.</param>
/// <param name="Kind"><c>transition</c>, <c>check</c>, <c>intent</c>, <c>outcome</c>, <c>refusal</c>, <c>life</c>, <c>order</c>, <c>alarm</c>, <c>audit</c>, <c>doubt</c>, <c>daemon</c> or <c>notice</c>.</param>
/// <param name="Target">The target; null for what concerns all.</param>
/// <param name="Text">One line for a person.</param>
/// <param name="Intent">Number of the intent that it belongs to; null for none.</param>
public sealed record HistoryEntryDto(long Id, DateTimeOffset At, string Kind, string? Target, string Text, long? Intent);

/// <summary>The data of an event about the stream itself: <c>gap</c>, <c>reset</c> or <c>end</c>.</summary>
/// <param name="Reason">What it means, and what to do.</param>
public sealed record StreamNoteDto(string Reason);

/// <summary>The kinds of <see cref="HistoryEntryDto"/>.</summary>
public static class HistoryKinds
{
    /// <summary>All of them, in the order in which they are documented.</summary>
    public static IReadOnlyList<string> All { get; } = ["transition", "check", "intent", "outcome", "refusal", "life", "order", "alarm", "audit", "doubt", "daemon", "notice"];
}
