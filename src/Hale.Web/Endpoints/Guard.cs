using System.Globalization;
using Hale.Web.Access;
using Hale.Web.Api;
using Microsoft.AspNetCore.Http;

namespace Hale.Web.Endpoints;

/// <summary>
/// Stands around every endpoint: the rate of its caller and permission first, a limit on its time, problem details for whatever goes wrong inside,
/// and a line of audit for every change, so that no request ends without an answer and none ends the daemon.
/// </summary>
internal sealed class Guard(Gatekeeper gatekeeper, RequestRate rate, AuditLog audit, TimeProvider time)
{
    /// <summary>What is answered from memory or the journal.</summary>
    public static readonly TimeSpan Short = TimeSpan.FromSeconds(30);

    /// <summary>What waits for probes or for a process to end: their own time-outs come first.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    /// <summary>Requests over TCP that are answered at once, those that stay (streams) not counted.</summary>
    public const int MaxAtOnce = 64;

    private readonly Slots slots = new(MaxAtOnce);
    private long overRate;
    private long notPermitted;
    private long busy;

    /// <summary>Requests that were turned away since the start, by reason.</summary>
    public IReadOnlyList<(string Reason, long Count)> TurnedAway =>
        [("rate", Interlocked.Read(ref overRate)), ("permission", Interlocked.Read(ref notPermitted)), ("busy", Interlocked.Read(ref busy))];

    /// <summary>What an endpoint does for requests that may ask.</summary>
    public RequestDelegate Around(EndpointRow endpoint, ApiContext api) => async context =>
    {
        RequestId.Assign(context);
        var onSocket = Caller.IsOnSocket(context);
        if (!onSocket && rate.Refuse(Caller.Address(context)) is { } pause)
        {
            Interlocked.Increment(ref overRate);
            await TooMany(context, StatusCodes.Status429TooManyRequests, pause, "Too many requests from this address (hale.rate). Ask less often, or use the unix socket.");
            return;
        }
        if (gatekeeper.Refuse(context, endpoint.Need) is var (status, detail))
        {
            Interlocked.Increment(ref notPermitted);
            if (status == StatusCodes.Status401Unauthorized)
                context.Response.Headers.WWWAuthenticate = "Bearer realm=\"hale\"";
            if (status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden)
                await audit.TurnedAwayAsync(context, status);
            await Answer.Problem(context, status, detail);
            return;
        }
        if (onSocket || endpoint.Limit == TimeSpan.Zero)
        {
            await AnswerAsync(endpoint, api, context);
            return;
        }
        if (!slots.TryTake())
        {
            Interlocked.Increment(ref busy);
            await TooMany(context, StatusCodes.Status503ServiceUnavailable, TimeSpan.FromSeconds(1), $"{MaxAtOnce} requests are being answered. Ask again in a moment.");
            return;
        }
        try
        {
            await AnswerAsync(endpoint, api, context);
        }
        finally
        {
            slots.Return();
        }
    };

    /// <summary>Whether the caller may do what <paramref name="need"/> says, where an answer differs by it.</summary>
    public bool Allows(HttpContext context, Need need) => gatekeeper.Refuse(context, need) is null;

    /// <summary>Who asks, for the history.</summary>
    public string NameOf(HttpContext context) => gatekeeper.NameOf(context);

    /// <summary>Turns a request away that may come again later.</summary>
    public static Task TooMany(HttpContext context, int status, TimeSpan pause, string detail)
    {
        context.Response.Headers.RetryAfter = Math.Ceiling(Math.Max(1, pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return Answer.Problem(context, status, detail);
    }

    private async Task AnswerAsync(EndpointRow endpoint, ApiContext api, HttpContext context)
    {
        var limit = endpoint.Limit > TimeSpan.Zero ? endpoint.Limit : Timeout.InfiniteTimeSpan;
        using var late = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, late.Token);
        var isChange = endpoint.Need == Need.Change;
        try
        {
            Query.Only(context, endpoint.Parameters);
            await endpoint.Handle(api, context, both.Token);
            if (isChange)
                await audit.WriteAsync(context, "done");
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; there is nobody to answer.
            if (isChange)
                await audit.WriteAsync(context, "the caller left before the answer");
        }
        catch (Exception exception)
        {
            var (code, words) = Describe(exception, late.IsCancellationRequested, limit);
            if (isChange)
                await audit.WriteAsync(context, $"refused with {code}: {words}");
            if (context.Response.HasStarted)
            {
                // Half an answer must not look like a whole one.
                context.Abort();
                return;
            }
            context.Response.Clear();
            RequestId.Assign(context);
            await Answer.Problem(context, code, words);
        }
    }

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
