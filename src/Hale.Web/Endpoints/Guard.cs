using Hale.Web.Access;
using Hale.Web.Api;
using Microsoft.AspNetCore.Http;

namespace Hale.Web.Endpoints;

/// <summary>
/// Stands around every endpoint: permission first, a limit on its time, and problem details for whatever goes wrong inside,
/// so that no request ends without an answer and none ends the daemon.
/// </summary>
internal sealed class Guard(Gatekeeper gatekeeper, TimeProvider time)
{
    /// <summary>What is answered from memory or the journal.</summary>
    public static readonly TimeSpan Short = TimeSpan.FromSeconds(30);

    /// <summary>What waits for probes or for a process to end: their own time-outs come first.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    /// <summary>What an endpoint does for requests that may ask.</summary>
    public RequestDelegate Around(EndpointRow endpoint, ApiContext api) => async context =>
    {
        if (gatekeeper.Refuse(context, endpoint.Need) is var (status, detail))
        {
            if (status == StatusCodes.Status401Unauthorized)
                context.Response.Headers.WWWAuthenticate = "Bearer realm=\"hale\"";
            await Answer.Problem(context, status, detail);
            return;
        }
        using var late = new CancellationTokenSource(endpoint.Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, late.Token);
        try
        {
            Query.Only(context, endpoint.Parameters);
            await endpoint.Handle(api, context, both.Token);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; there is nobody to answer.
        }
        catch (Exception exception)
        {
            if (context.Response.HasStarted)
            {
                // Half an answer must not look like a whole one.
                context.Abort();
                return;
            }
            context.Response.Clear();
            var (code, words) = Describe(exception, late.IsCancellationRequested, endpoint.Limit);
            await Answer.Problem(context, code, words);
        }
    };

    /// <summary>Whether the caller may do what <paramref name="need"/> says, where an answer differs by it.</summary>
    public bool Allows(HttpContext context, Need need) => gatekeeper.Refuse(context, need) is null;

    private static (int Status, string Detail) Describe(Exception exception, bool late, TimeSpan limit) => exception switch
    {
        ProblemException problem => (problem.Status, problem.Message),
        BadHttpRequestException bad => (bad.StatusCode, bad.Message),
        OperationCanceledException when late => (StatusCodes.Status504GatewayTimeout,
            $"No answer within {limit.TotalSeconds:0} s. What was asked may still happen; look at the status and the history."),
        OperationCanceledException => (StatusCodes.Status503ServiceUnavailable, "Hale is stopping."),
        _ => (StatusCodes.Status500InternalServerError, $"An error in Hale itself: {exception.GetType().Name}: {exception.Message}"),
    };
}
