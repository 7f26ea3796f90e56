using System.Globalization;
using Hale.Config;
using Hale.Core.Sessions;
using Hale.Sessions;
using Hale.Web.Access;
using Hale.Web.Contract;
using Hale.Web.Endpoints;
using Microsoft.AspNetCore.Http;

namespace Hale.Web.Door;

/// <summary>Who asks at the door, and what they are told. It opens only by a row that says so at this moment, and lets in only when that is written down.</summary>
internal sealed class DoorEndpoints(ISessionStore store, DoorOptions options, CancellationToken stopping)
{
    private readonly RequestRate rate = new(options.Rate, options.Time);
    private readonly Slots requests = new(Guard.MaxAtOnce);
    private readonly Slots waiting = new(options.MostWaiting);
    private readonly Slots streams = new(options.MostStreams);

    /// <summary>What those who wait are told by.</summary>
    public DoorWatch Watch { get; } = new(store, options);

    /// <summary><c>GET /join/{session}/{role}</c></summary>
    public Task JoinAsync(HttpContext context) => GuardAsync(context, async (session, role, cancel) =>
    {
        if (WantsPage(context.Request))
        {
            // Looks only: who builds previews of links lets nobody in. The page's script asks as a program does.
            await PageAsync(context, session, role, cancel);
            return;
        }
        if (Wait(context.Request, out var wait) is { } wrong)
        {
            await ProblemAsync(context, StatusCodes.Status400BadRequest, wrong);
            return;
        }
        var sight = await Watch.LookAsync(session, cancel);
        if (wait > TimeSpan.Zero && IsToWait(sight, role) && waiting.TryTake())
        {
            try
            {
                sight = await ChangeAsync(session, role, sight, wait, cancel);
            }
            finally
            {
                waiting.Return();
            }
        }
        await AnswerAsync(context, session, role, sight, cancel);
    });

    /// <summary><c>GET /join/{session}/{role}/events</c></summary>
    public Task EventsAsync(HttpContext context) => GuardAsync(context, async (session, role, cancel) =>
    {
        var sight = await Watch.LookAsync(session, cancel);
        if (sight.Trouble is null && DoorView.Of(sight.Row, role).Answer == DoorAnswer.Unknown)
        {
            await UnknownAsync(context);
            return;
        }
        if (!streams.TryTake())
        {
            await LaterAsync(context, StatusCodes.Status503ServiceUnavailable, TimeSpan.FromSeconds(5), "There are too many streams. Ask with ?wait=30s, or come again later.");
            return;
        }
        try
        {
            await StreamAsync(context, session, role, sight, cancel);
        }
        finally
        {
            streams.Return();
        }
    });

    private async Task GuardAsync(HttpContext context, Func<string, string, CancellationToken, Task> answer)
    {
        if (rate.Refuse(Caller.Address(context)) is { } pause)
        {
            await LaterAsync(context, StatusCodes.Status429TooManyRequests, pause, "Too many requests from this address. Ask less often, or with ?wait=30s.");
            return;
        }
        var (session, role) = ((string)context.Request.RouteValues["session"]!, (string)context.Request.RouteValues["role"]!);
        if (SessionText.WhyNoId(session) is not null || SessionText.WhyNoRole(role) is not null)
        {
            await UnknownAsync(context);
            return;
        }
        using var both = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            await answer(session, role, both.Token);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone.
        }
        catch (OperationCanceledException) when (!context.Response.HasStarted)
        {
            await LaterAsync(context, StatusCodes.Status503ServiceUnavailable, TimeSpan.FromSeconds(1), "The door is being closed. Ask again in a moment.");
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }

    private async Task AnswerAsync(HttpContext context, string session, string role, DoorSight sight, CancellationToken cancel)
    {
        var view = DoorView.Of(sight.Row, role);
        if (sight.Trouble is null && view.Answer == DoorAnswer.Open)
        {
            if (!requests.TryTake())
            {
                await LaterAsync(context, StatusCodes.Status503ServiceUnavailable, TimeSpan.FromSeconds(1), "Many come in at this moment. Ask again.");
                return;
            }
            try
            {
                (sight, view) = await AdmitAsync(session, role, cancel);
            }
            finally
            {
                requests.Return();
            }
            if (sight.Trouble is null && view.Answer == DoorAnswer.Open)
            {
                await Answer.Json(context, DoorDto.Of(view) with { Link = view.Link }, DoorJson.Default.DoorDto);
                return;
            }
        }
        if (sight.Trouble is not null)
            await LaterAsync(context, StatusCodes.Status503ServiceUnavailable, options.RetryAfter, "Whether the session is ready cannot be told at the moment. Nobody is let in meanwhile.");
        else if (view.Answer == DoorAnswer.Wait)
        {
            Again(context, options.RetryAfter);
            await Answer.Json(context, DoorDto.Of(view), DoorJson.Default.DoorDto, StatusCodes.Status202Accepted);
        }
        else if (view.Answer == DoorAnswer.Unknown)
            await UnknownAsync(context);
        else
            await ProblemAsync(context, Status(view), view.Words);
    }

    // What is told is what was written, or what stood in the way of it.
    private async Task<(DoorSight Sight, DoorView View)> AdmitAsync(string session, string role, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(DoorOptions.StoreLimit, options.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            var step = await store.ApplyAsync(session, new Admit(role), options.Time, both.Token);
            var view = DoorView.Of(step.Row, role);
            return (new DoorSight(step.Row, !step.IsDone && view.Answer == DoorAnswer.Open ? step.Reason : null), view);
        }
        catch (SessionStoreException exception)
        {
            return (new DoorSight(null, exception.Message), DoorView.Of(null, role));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (new DoorSight(null, "The store did not answer."), DoorView.Of(null, role));
        }
    }

    // Holds the request until there is something else to tell than to wait, or the time is over.
    private async Task<DoorSight> ChangeAsync(string session, string role, DoorSight sight, TimeSpan wait, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(wait, options.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        using var waiter = Watch.Wait(session);
        try
        {
            while (IsToWait(sight, role))
                sight = await waiter.NextAsync(both.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // As it was: still to wait.
        }
        return sight;
    }

    private async Task StreamAsync(HttpContext context, string session, string role, DoorSight sight, CancellationToken cancel)
    {
        Answer.Head(context.Response, StatusCodes.Status200OK, "text/event-stream");
        context.Response.Headers["X-Accel-Buffering"] = "no";
        var output = new EventWriter(context.Response.BodyWriter, options.Time, cancel);
        output.Retry(options.RetryAfter);
        using var waiter = Watch.Wait(session);
        DoorDto? told = null;
        try
        {
            while (true)
            {
                var now = sight.Trouble is null
                    ? DoorDto.Of(DoorView.Of(sight.Row, role))
                    : new DoorDto("unavailable", "Whether the session is ready cannot be told at the moment.");
                if (now != told)
                    output.Json(now.State, null, told = now, DoorJson.Default.DoorDto);
                else if (options.Time.GetUtcNow() - output.SilentSince >= EventStream.Silence)
                    output.Comment();
                else
                {
                    sight = await waiter.NextAsync(cancel);
                    continue;
                }
                await output.FlushAsync();
                if (now.State is "ended" or "unknown")
                    return;
                sight = await waiter.NextAsync(cancel);
            }
        }
        catch (TimeoutException)
        {
            context.Abort();
        }
    }

    private async Task PageAsync(HttpContext context, string session, string role, CancellationToken cancel)
    {
        var sight = await Watch.LookAsync(session, cancel);
        var status = sight.Trouble is not null ? StatusCodes.Status503ServiceUnavailable : Status(DoorView.Of(sight.Row, role));
        if (status is StatusCodes.Status202Accepted or StatusCodes.Status503ServiceUnavailable)
            Again(context, options.RetryAfter);
        DoorPage.Head(context.Response);
        await Answer.Text(context, status, DoorPage.Html, "text/html; charset=utf-8");
    }

    private static int Status(DoorView view) => view.Answer switch
    {
        DoorAnswer.Open => StatusCodes.Status200OK,
        DoorAnswer.Wait => StatusCodes.Status202Accepted,
        DoorAnswer.Failed => StatusCodes.Status409Conflict,
        DoorAnswer.Ended => StatusCodes.Status410Gone,
        _ => StatusCodes.Status404NotFound,
    };

    private static bool IsToWait(DoorSight sight, string role) => sight.Trouble is null && DoorView.Of(sight.Row, role).Answer == DoorAnswer.Wait;

    private static bool WantsPage(HttpRequest request) => request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    // Null when it is well written, or not written at all.
    private static string? Wait(HttpRequest request, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        if (!request.Query.TryGetValue("wait", out var text))
            return null;
        if (!Duration.TryParse(text.ToString(), out wait))
            return "wait is a span of time: ?wait=30s.";
        wait = wait < DoorOptions.LongestWait ? wait : DoorOptions.LongestWait;
        return null;
    }

    // The same for every session and role that is not there, so that nobody learns which is.
    private static Task UnknownAsync(HttpContext context) => ProblemAsync(context, StatusCodes.Status404NotFound, "There is no such session.");

    private static Task ProblemAsync(HttpContext context, int status, string detail) => Answer.Problem(context, status, detail);

    private static Task LaterAsync(HttpContext context, int status, TimeSpan pause, string detail)
    {
        Again(context, pause);
        return ProblemAsync(context, status, detail);
    }

    private static void Again(HttpContext context, TimeSpan pause) =>
        context.Response.Headers.RetryAfter = Math.Ceiling(Math.Max(1, pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
