using Hale.Web.Access;
using Microsoft.AspNetCore.Http;

namespace Hale.Web.Api;

/// <summary>
/// One row of the table of endpoints: what is mapped, who may ask, and how it is described. The guard, the index page and the OpenAPI
/// document all go by it, so that nothing is served that is not described.
/// </summary>
/// <param name="Method">GET (HEAD comes with it) or POST.</param>
/// <param name="Path">The route; every <c>{part}</c> is among <see cref="Parameters"/>.</param>
/// <param name="Need">What the caller must be allowed to do. What needs <see cref="Need.Change"/> is audited.</param>
/// <param name="Id">Unique name of the operation, camelCase: what generators of clients call the method.</param>
/// <param name="Summary">What it does, in at most ten words.</param>
internal sealed record EndpointRow(string Method, string Path, Need Need, string Id, string Summary)
{
    /// <summary>What cannot be said in the summary.</summary>
    public string Details { get; init; } = "";

    /// <summary>The heading under which the document lists it.</summary>
    public required string Tag { get; init; }

    /// <summary>Everything it takes in path and query; any other query parameter is refused.</summary>
    public Parameter[] Parameters { get; init; } = [];

    /// <summary>The body it takes; null for none.</summary>
    public Body? Body { get; init; }

    /// <summary>What it answers, the refusals of its own included; those that every endpoint may answer with are added.</summary>
    public required Reply[] Replies { get; init; }

    /// <summary>How long it may take. Zero: as long as the caller stays.</summary>
    public TimeSpan Limit { get; init; } = Endpoints.Guard.Short;

    /// <summary>Answers.</summary>
    public required Func<ApiContext, HttpContext, CancellationToken, Task> Handle { get; init; }
}

/// <summary>A body that an endpoint takes.</summary>
/// <param name="Shape">A type of <see cref="Contract.WireJson"/>; null for text.</param>
/// <param name="MaxBytes">Its limit.</param>
/// <param name="Summary">What it is.</param>
/// <param name="Example">As it would be sent.</param>
internal sealed record Body(Type? Shape, int MaxBytes, string Summary, string Example);

/// <summary>An answer of an endpoint.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Summary">When it comes.</param>
/// <param name="Shape">A type of <see cref="Contract.WireJson"/>; null for text.</param>
/// <param name="MediaType">Its type.</param>
internal sealed record Reply(int Status, string Summary, Type? Shape, string MediaType)
{
    /// <summary>One that shows what it looks like; null for none.</summary>
    public string? Example { get; init; }

    /// <summary>200 with a shape of the contract.</summary>
    public static Reply Of<T>(string summary, int status = StatusCodes.Status200OK) => new(status, summary, typeof(T), "application/json");

    /// <summary>200 with text.</summary>
    public static Reply Text(string summary, string mediaType = "text/plain") => new(StatusCodes.Status200OK, summary, null, mediaType);

    /// <summary>A status without a body.</summary>
    public static Reply Empty(int status, string summary) => new(status, summary, null, "");

    /// <summary>A refusal.</summary>
    public static Reply Problem(int status, string summary) => new(status, summary, typeof(Contract.ProblemDto), "application/problem+json");

    /// <summary>A name that no target has.</summary>
    public static readonly Reply NoTarget = Problem(StatusCodes.Status404NotFound, "No target has that name; the nearest one is suggested.");
}
