using Hale.Web.Access;
using Hale.Web.Api;
using Hale.Web.Contract;
using Microsoft.AspNetCore.Http;

namespace Hale.Web.Endpoints;

/// <summary>The endpoints that have the configuration read again.</summary>
internal static class Reloads
{
    public static EndpointRow[] Rows { get; } =
    [
        new(HttpMethods.Get, "/api/v1/reload", Need.Read, "reloadDiff", "What a reload would change; nothing is changed")
        {
            Tag = "Configuration",
            Replies = [Reply.Of<ReloadDto>("What differs between the configuration on disk and the one in force."), Refused],
            Limit = Guard.Long,
            Handle = (api, context, cancel) => AnswerAsync(api, context, rehearse: true, cancel),
        },
        new(HttpMethods.Post, "/api/v1/reload", Need.Change, "reload", "Read the configuration again and go on with it")
        {
            Tag = "Configuration",
            Details = "It is read and validated as a whole. Checks that did not change keep their state and their times; no process is touched.",
            Replies = [Reply.Of<ReloadDto>("It is in force."), Refused],
            Limit = Guard.Long,
            Handle = (api, context, cancel) => AnswerAsync(api, context, rehearse: false, cancel),
        },
    ];

    private static Reply Refused => Reply.Of<ReloadDto>("The configuration on disk is refused, with everything that is wrong; the present one goes on.", StatusCodes.Status409Conflict);

    private static async Task AnswerAsync(ApiContext api, HttpContext context, bool rehearse, CancellationToken cancel)
    {
        var result = await api.Daemon.ReloadAsync(rehearse, api.Guard.NameOf(context), cancel);
        await Answer.Json(context, ReloadWire.Reload(result), WireJson.Default.ReloadDto, result.Taken ? StatusCodes.Status200OK : StatusCodes.Status409Conflict);
    }
}
