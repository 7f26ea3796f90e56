using Hale.Config;
using Hale.Telling;
using Hale.Web.Access;
using Hale.Web.Api;
using Hale.Web.Contract;
using Microsoft.AspNetCore.Http;

namespace Hale.Web.Endpoints;

/// <summary>The endpoints about notices to people.</summary>
internal static class Notices
{
    private static readonly Parameter Recent = Parameter.Number("recent", 0, 1000, "How many of the notices that were delivered last.", 20);
    private static readonly Parameter Id = Parameter.Part("id", "Number of the notice.", "17") with { Takes = Takes.Number };
    private static readonly Parameter Channel = Parameter.Part("channel", "Name of the channel.", "ops");

    public static EndpointRow[] Rows { get; } =
    [
        new(HttpMethods.Get, "/api/v1/notices", Need.Read, "notices", "What people were told and are to be told")
        {
            Tag = "Notices",
            Parameters = [Recent],
            Replies = [Reply.Of<NoticesDto>("Incidents, channels and notices.")],
            Handle = Show,
        },
        new(HttpMethods.Post, "/api/v1/notices/{id}/retry", Need.Change, "retryNotice", "Have a notice that was given up tried again")
        {
            Tag = "Notices",
            Parameters = [Id],
            Replies =
            [
                Reply.Of<AcceptedDto>("It is tried again."),
                Reply.Problem(StatusCodes.Status404NotFound, "There is no such notice."),
                Reply.Problem(StatusCodes.Status409Conflict, "It was not given up, or its channel is gone."),
            ],
            Handle = RetryAsync,
        },
        new(HttpMethods.Post, "/api/v1/channels/{channel}/test", Need.Change, "testChannel", "Send a notice that is marked as a test")
        {
            Tag = "Notices",
            Details = "Once, past everything that waits for the channel. Answers when the receiver has, or at the channel's time-out.",
            Parameters = [Channel],
            Replies = [Reply.Of<ChannelTestDto>("What came of it."), Reply.Problem(StatusCodes.Status404NotFound, "No channel has that name; the nearest one is suggested.")],
            Limit = TimeSpan.FromMinutes(11), // Longer than the longest time-out of a channel.
            Handle = TestAsync,
        },
    ];

    private static Task Show(ApiContext api, HttpContext context, CancellationToken cancel) => Answer.Json(
        context, WireNotices.Notices(api.Daemon.Notices((int)context.Number(Recent)!.Value), api.Daemon.Current.At.ToUtc()), WireJson.Default.NoticesDto);

    private static async Task RetryAsync(ApiContext api, HttpContext context, CancellationToken cancel)
    {
        if (!long.TryParse(context.Part(Id), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var id))
            throw new ProblemException(StatusCodes.Status404NotFound, $"'{Answer.Quote(context.Part(Id))}' is not the number of a notice. GET /api/v1/notices lists them.");
        var result = await api.Daemon.RetryNoticeAsync(id, cancel);
        if (!result.Accepted)
            throw new ProblemException(result.UnknownTarget ? StatusCodes.Status404NotFound : StatusCodes.Status409Conflict, result.Message);
        await api.Audit.WriteAsync(context, result.Message);
        await Answer.Json(context, new AcceptedDto(result.Message), WireJson.Default.AcceptedDto);
    }

    private static async Task TestAsync(ApiContext api, HttpContext context, CancellationToken cancel)
    {
        var name = context.Part(Channel);
        if (await api.Daemon.TestChannelAsync(name, api.Guard.NameOf(context), cancel) is not { } delivery)
        {
            var known = api.Daemon.Notices(0).Channels.Select(channel => channel.Name).ToArray();
            var guess = Spelling.Closest(name, known) is { } near ? $"Did you mean '{near}'?" : known.Length == 0 ? "None is configured: name one under tell:." : $"There are {string.Join(", ", known.Take(10))}.";
            throw new ProblemException(StatusCodes.Status404NotFound, $"No channel is named '{Answer.Quote(name)}'. {guess}");
        }
        await api.Audit.WriteAsync(context, $"tested channel {name}");
        await Answer.Json(context, new ChannelTestDto(name, delivery.Outcome == DeliveryOutcome.Delivered, delivery.Detail), WireJson.Default.ChannelTestDto);
    }
}
