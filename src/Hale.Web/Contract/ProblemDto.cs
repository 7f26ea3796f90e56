namespace Hale.Web.Contract;

/// <summary>Every answer with a status of 400 or above (RFC 9457, <c>application/problem+json</c>).</summary>
/// <param name="Title">The kind of problem: the words of its HTTP status.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What was wrong and what would do.</param>
public sealed record ProblemDto(string Title, int Status, string Detail)
{
    /// <summary>No further documentation than the status itself.</summary>
    public string Type { get; init; } = "about:blank";
}

/// <summary>The answer of <c>GET /readyz</c>.</summary>
/// <param name="Ready">Every target has been judged once, Hale trusts itself, and the journal can be written.</param>
/// <param name="Reasons">Why not; empty when ready, at most 20 lines, and empty for a caller who may not read.</param>
public sealed record ReadinessDto(bool Ready, IReadOnlyList<string> Reasons);
