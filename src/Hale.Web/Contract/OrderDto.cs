using System.Text.Json.Serialization;

namespace Hale.Web.Contract;

/// <summary>The optional body of an order: <c>{"why": "deploy", "for": "30m"}</c>. A key that is not one of these is refused.</summary>
/// <param name="Why">The person's reason, kept in the history. At most 500 characters.</param>
/// <param name="For">For a pause: how long it lasts, as <c>90s</c>, <c>30m</c>, <c>1h30m</c>, <c>7d</c>; without it, until resumed.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record OrderRequestDto(string? Why = null, string? For = null);

/// <summary>The answer to an order, a check or a heartbeat that was accepted.</summary>
/// <param name="Message">What happened, in one line.</param>
public sealed record AcceptedDto(string Message);
