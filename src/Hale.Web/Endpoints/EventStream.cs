using System.Globalization;
using Hale.Running;
using Hale.Web.Access;
using Hale.Web.Api;
using Hale.Web.Contract;
using Microsoft.AspNetCore.Http;

namespace Hale.Web.Endpoints;

/// <summary>
/// What happens, as server-sent events. Nothing is queued for a client: the journal is the queue, and each client has its place in it. So a slow
/// client costs no memory, one that went away resumes where it was, and there is nothing that could be lost in between.
/// </summary>
internal static class EventStream
{
    /// <summary>A client that takes nothing for so long is cut off; it may come back to where it was.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>With nothing to tell for so long, a comment shows that the connection still stands.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    private const int Page = 500;

    private static readonly Parameter After = Parameter.Number("after", 0, long.MaxValue, "Begin behind this entry of the history; 0 for everything that is kept. Without it, with what comes from now on. The header Last-Event-ID stands above it.");
    private static readonly Parameter Kind = Parameter.Words("kind", HistoryKinds.All, "Only these kinds.");
    private static readonly Parameter WithSnapshot = Parameter.Flag("snapshot", "Begin with the status as it is, as an event named `snapshot`.");

    public static EndpointRow[] Rows { get; } = [Row("/api/v1/events", "events"), Row("/events", "eventsShort")];

    private static EndpointRow Row(string path, string id) => new(HttpMethods.Get, path, Need.Read, id, "What happens, as server-sent events")
    {
        Tag = "History",
        Details = "Each entry of the history is an event: its kind is the event's name, its number the id, the data its JSON. `gap` says that entries behind the asked place "
            + "are no longer kept, `reset` that the history began anew, `end` that Hale stops; their data is a `StreamNote`. A browser's EventSource resumes by itself.",
        Parameters = [Reads.OnlyTarget, Kind, After, WithSnapshot],
        Replies =
        [
            Reply.Text("Events, for as long as the caller stays.", "text/event-stream") with
            {
                Example = "id: 42\nevent: life\ndata: {\"id\":42,\"at\":\"2025-11-22T03:12:00.123Z\",\"kind\":\"life\",\"target\":\"web\",\"text\":\"ended: exit code 3\",\"intent\":null}\n\n",
            },
            Reply.NoTarget,
            Reply.Problem(StatusCodes.Status503ServiceUnavailable, "There are too many streams, or Hale is stopping; `Retry-After` says when to come again."),
        ],
        Limit = TimeSpan.Zero,
        Handle = AnswerAsync,
    };

    private static async Task AnswerAsync(ApiContext api, HttpContext context, CancellationToken cancel)
    {
        var filter = new HistoryQuery(context.Text(Reads.OnlyTarget), Limit: Page, Kinds: context.Words(Kind));
        var withSnapshot = context.Flag(WithSnapshot);
        var from = LastEventId(context.Request) ?? context.Number(After);
        if (withSnapshot && filter.Target is not null)
            Reads.Find(api.Daemon.Current, filter.Target);
        if (!api.Streams.TryTake(context))
        {
            await Guard.TooMany(context, StatusCodes.Status503ServiceUnavailable, TimeSpan.FromSeconds(5), "There are too many streams of events. Close one, or come again later.");
            return;
        }
        try
        {
            Answer.Head(context.Response, StatusCodes.Status200OK, "text/event-stream");
            // A proxy that collects answers would hold events back.
            context.Response.Headers["X-Accel-Buffering"] = "no";
            if (HttpMethods.IsHead(context.Request.Method))
                return;
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, api.Stopping);
            var output = new EventWriter(context.Response.BodyWriter, api.Time, both.Token);
            try
            {
                await TellAsync(api, output, filter, from, withSnapshot, both.Token);
            }
            catch (OperationCanceledException) when (api.Stopping.IsCancellationRequested && !cancel.IsCancellationRequested)
            {
                output.Note("end", null, "Hale is stopping; come again with the id of the last event.");
            }
            catch (TimeoutException)
            {
                // Whatever has not arrived whole is no event, by the rules of the format: the client resumes behind the last one that has.
                context.Abort();
            }
        }
        finally
        {
            api.Streams.Return(context);
        }
    }

    private static async Task TellAsync(ApiContext api, EventWriter output, HistoryQuery filter, long? from, bool withSnapshot, CancellationToken cancel)
    {
        var daemon = api.Daemon;
        // The place is taken before the snapshot: what happens in between is told twice rather than not at all.
        var place = Begin(daemon, output, from);
        if (withSnapshot)
            output.Json("snapshot", place, Wire.Status(daemon.Current, daemon.Figures, filter.Target), WireJson.Default.StatusDto);
        await output.FlushAsync();
        var version = daemon.Current.Version;
        while (true)
        {
            // Read before the page: up to here the page is complete, also where the filter left nothing.
            var newest = daemon.HistoryRange?.Newest ?? 0;
            if (newest > place)
            {
                var page = daemon.History(filter with { After = place });
                foreach (var entry in page)
                    output.Json(entry.Kind, entry.Id, Wire.Entry(entry), WireJson.Default.HistoryEntryDto);
                var last = page.Count == 0 ? 0 : page[^1].Id;
                place = page.Count == Page ? last : Math.Max(last, newest);
                await output.FlushAsync();
                if (page.Count == Page)
                    continue;
            }
            if (await NewsAsync(daemon, version, output.SilentSince + Silence - api.Time.GetUtcNow(), api.Time, cancel) is { } next)
            {
                version = next;
                continue;
            }
            output.Comment();
            await output.FlushAsync();
        }
    }

    /// <summary>Where to begin, after telling what of it cannot be had.</summary>
    private static long Begin(IDaemon daemon, EventWriter output, long? from)
    {
        output.Retry(TimeSpan.FromSeconds(1));
        var (oldest, newest) = daemon.HistoryRange ?? (1, 0);
        if (from is not { } place)
            return newest;
        if (place > newest)
        {
            output.Note("reset", newest, $"The history ends at {newest}: it was begun anew since. Read the status, then go on from here.");
            return newest;
        }
        if (place < oldest - 1)
        {
            output.Note("gap", oldest - 1, $"What happened before {oldest} is no longer kept (hale.keep_history).");
            return oldest - 1;
        }
        return place;
    }

    /// <summary>The version of a snapshot newer than this one; null if none comes in time.</summary>
    private static async Task<long?> NewsAsync(IDaemon daemon, long version, TimeSpan limit, TimeProvider time, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(limit > TimeSpan.Zero ? limit : TimeSpan.Zero, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            return (await daemon.NextAsync(version, both.Token)).Version;
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    private static long? LastEventId(HttpRequest request) => request.Headers["Last-Event-ID"] switch
    {
        [] => null,
        [{ } text] when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) => id,
        _ => throw new ProblemException(StatusCodes.Status400BadRequest, "The header Last-Event-ID must be the id of an event: a whole number."),
    };
}
