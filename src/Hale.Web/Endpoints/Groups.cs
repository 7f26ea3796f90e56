using Hale.Config;
using Hale.Containers;
using Hale.Containers.Groups;
using Hale.Core.Containers;
using Hale.Core.Readiness;
using Hale.Web.Access;
using Hale.Web.Api;
using Hale.Web.Contract;
using Microsoft.AspNetCore.Http;

namespace Hale.Web.Endpoints;

/// <summary>
/// Groups of containers. What can be brought up stands in files that the configuration names: whoever can have any container made is master of the machine, and a token
/// of this API is not meant to be that.
/// </summary>
internal static class Groups
{
    private const string Off = "The configuration says nothing about containers. Write hale: { containers: {} } to be told of groups, and their files under \"groups\" to bring them up.";

    private static readonly Parameter Name = Parameter.Part("name", "Name of the group: its file without the ending.", "job");
    private static readonly Parameter Session = Parameter.Text("session", "Whose group it is: any text. Default: as the file says.", "job-17");
    private static readonly Parameter OfSession = Parameter.Text("session", "Whose group is taken down; required.", "job-17");
    private static readonly Parameter WithKept = Parameter.Flag("volumes", "Also volumes with `keep: true`.");

    public static EndpointRow[] Rows { get; } =
    [
        new(HttpMethods.Get, "/api/v1/groups", Need.Read, "containerGroups", "The groups of containers that the engine has")
        {
            Tag = "Containers",
            Replies = [Reply.Of<ContainerGroupsDto>("The groups, by session."), Unconfigured, Away],
            Limit = Guard.Long,
            Handle = ListAsync,
        },
        new(HttpMethods.Post, "/api/v1/groups/{name}/up", Need.Change, "groupUp", "Bring a group up, wait until it is ready")
        {
            Tag = "Containers",
            Details = "Answers when all members are proved ready. It stays up, for as long as its lease says; the same twice is one group. Whatever ends it before, the caller's leaving too, takes back what it made.",
            Parameters = [Name, Session],
            Replies =
            [
                Reply.Of<ContainerGroupUpDto>("All members are ready."),
                Reply.Problem(StatusCodes.Status404NotFound, "No group has that name, or the configuration says nothing about containers."),
                Reply.Of<ContainerGroupUpDto>("It did not become ready; the reason names the member and the step.", StatusCodes.Status409Conflict),
                Reply.Problem(StatusCodes.Status422UnprocessableEntity, "The file of the group cannot be read; every error is named."),
                Away,
            ],
            Limit = TimeSpan.FromMinutes(30),
            Handle = UpAsync,
        },
        new(HttpMethods.Post, "/api/v1/groups/down", Need.Change, "groupDown", "Take a group down, whoever wants it")
        {
            Tag = "Containers",
            Parameters = [OfSession, WithKept],
            Replies = [Reply.Of<ContainerGroupsDownDto>("It is gone; nothing when there was nothing of it."), Unconfigured, Refused, Away],
            Limit = Guard.Long,
            Handle = DownAsync,
        },
        new(HttpMethods.Post, "/api/v1/groups/collect", Need.Change, "groupsCollect", "Take away the groups that nobody wants any more")
        {
            Tag = "Containers",
            Replies = [Reply.Of<ContainerGroupsDownDto>("What was taken away."), Unconfigured, Refused, Away],
            Limit = Guard.Long,
            Handle = CollectAsync,
        },
    ];

    private static Reply Unconfigured => Reply.Problem(StatusCodes.Status404NotFound, "The configuration says nothing about containers.");

    private static Reply Refused => Reply.Problem(StatusCodes.Status409Conflict, "Something could not be taken away, or another run is changing the group.");

    private static Reply Away => Reply.Problem(StatusCodes.Status502BadGateway, "The engine does not answer: nothing can be told.");

    private static Task ListAsync(ApiContext api, HttpContext context, CancellationToken cancel) => WithAsync(api, async groups =>
        await Answer.Json(context, WireGroups.Groups(groups.Names, await groups.ListAsync(cancel)), WireJson.Default.ContainerGroupsDto));

    private static Task UpAsync(ApiContext api, HttpContext context, CancellationToken cancel) => WithAsync(api, async groups =>
    {
        var (name, session) = (context.Part(Name), SessionOf(context, Session));
        if (!groups.Names.Contains(name))
        {
            var guess = Spelling.Closest(name, groups.Names);
            throw new ProblemException(StatusCodes.Status404NotFound, $"No group is named '{Answer.Quote(name)}'.{(guess is null ? " GET /api/v1/groups lists them." : $" Did you mean '{guess}'?")}");
        }
        ContainerGroupReport report;
        try
        {
            report = await groups.UpAsync(name, session, cancel);
        }
        catch (FormatException errors)
        {
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity, errors.Message);
        }
        if (report.End == GateEnd.CouldNotTell)
            throw new ProblemException(StatusCodes.Status502BadGateway, report.ToString());
        await api.Audit.WriteAsync(context, report.ToString());
        await Answer.Json(context, WireGroups.Up(report), WireJson.Default.ContainerGroupUpDto, report.IsReady ? StatusCodes.Status200OK : StatusCodes.Status409Conflict);
    });

    private static Task DownAsync(ApiContext api, HttpContext context, CancellationToken cancel) => WithAsync(api, async groups =>
    {
        var session = SessionOf(context, OfSession) ?? throw new ProblemException(StatusCodes.Status400BadRequest, "Name whose group is meant: ?session=TEXT. Without one, none is.");
        var down = await groups.DownAsync(session, context.Flag(WithKept), cancel);
        await Answer.Json(context, WireGroups.Down(down.Removed.Count == 0 && down.Kept.Count == 0 ? [] : [down]), WireJson.Default.ContainerGroupsDownDto);
    });

    private static Task CollectAsync(ApiContext api, HttpContext context, CancellationToken cancel) => WithAsync(api, async groups =>
        await Answer.Json(context, WireGroups.Down(await groups.CollectAsync(cancel)), WireJson.Default.ContainerGroupsDownDto));

    private static string? SessionOf(HttpContext context, Parameter parameter) => context.Text(parameter) is not { } text ? null
        : ContainerGroupNames.IsSession(text) ? text
        : throw new ProblemException(StatusCodes.Status400BadRequest, $"A session is a text of 1 to {ContainerGroupNames.LongestSession} characters, not all of them blank.");

    private static async Task WithAsync(ApiContext api, Func<GroupService, Task> what)
    {
        try
        {
            await what(api.Groups ?? throw new ProblemException(StatusCodes.Status404NotFound, Off));
        }
        catch (ContainerEngineException away) when (away.IsOfTheEngine)
        {
            throw new ProblemException(StatusCodes.Status502BadGateway, away.Message);
        }
        catch (FormatException host)
        {
            throw new ProblemException(StatusCodes.Status502BadGateway, host.Message);
        }
        catch (Exception trouble) when (trouble is ContainerEngineException or ContainerGroupTroubleException or GroupBusyException)
        {
            throw new ProblemException(StatusCodes.Status409Conflict, trouble.Message);
        }
    }
}
