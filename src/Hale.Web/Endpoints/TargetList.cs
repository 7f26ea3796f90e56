using System.Globalization;
using System.Text.Json;
using Hale.Core.Model;
using Hale.Web.Access;
using Hale.Web.Api;
using Hale.Web.Contract;
using Microsoft.AspNetCore.Http;

namespace Hale.Web.Endpoints;

/// <summary>The targets, page by page. A page begins behind the target where the last one ended; where that is found costs nothing while the configuration stands.</summary>
internal static class TargetList
{
    private static readonly Dictionary<string, Health> Healths = Enum.GetValues<Health>().ToDictionary(health => JsonNamingPolicy.CamelCase.ConvertName(health.ToString()));

    private static readonly Parameter HasHealth = Parameter.Words("health", [.. Healths.Keys], "Only targets of these healths.");
    private static readonly Parameter InGroup = Parameter.Text("group", "Only members of this group.", "site");
    private static readonly Parameter Contains = Parameter.Text("q", "Only targets with this text in their name, in any case.", "web");
    private static readonly Parameter After = Parameter.Text("after", "Where the page begins, as the `next` of the page before has it.");
    private static readonly Parameter Limit = Parameter.Number("limit", 1, 500, "At most so many.", 100);

    public static EndpointRow[] Rows { get; } =
    [
        new(HttpMethods.Get, "/api/v1/targets", Need.Read, "targets", "The targets, page by page")
        {
            Tag = "Targets",
            Parameters = [HasHealth, InGroup, Contains, After, Limit],
            Replies =
            [
                Reply.Of<TargetsDto>("A page."),
                Reply.Problem(StatusCodes.Status410Gone, "The target that the page would begin behind is no longer watched; begin again."),
            ],
            Handle = Page,
        },
    ];

    private static Task Page(ApiContext api, HttpContext context, CancellationToken cancel)
    {
        var (healths, group, text) = (context.Words(HasHealth), context.Text(InGroup), context.Text(Contains));
        var limit = (int)context.Number(Limit)!.Value;
        var snapshot = api.Daemon.Current;
        var wanted = healths.Select(word => Healths[word]).ToHashSet();
        var targets = snapshot.Targets;
        var page = new List<TargetDto>();
        string? next = null;
        for (var t = Begin(targets, context.Text(After)); t < targets.Count; t++)
        {
            var target = targets[t];
            var isWanted = (wanted.Count == 0 || wanted.Contains(target.Health)) && (group is null || target.Group == group)
                && (text is null || target.Name.Contains(text, StringComparison.OrdinalIgnoreCase));
            if (!isWanted)
                continue;
            if (page.Count == limit)
            {
                // Not before another one is found: a full page that is the last has no next.
                next = Link.With(context, After, $"{t - 1}~{targets[t - 1].Name}");
                break;
            }
            page.Add(Wire.Target(target));
        }
        return Answer.Json(context, new TargetsDto(snapshot.Version, snapshot.At.ToUtc(), page, next), WireJson.Default.TargetsDto);
    }

    private static int Begin(IReadOnlyList<TargetSnapshot> targets, string? after)
    {
        if (after is null)
            return 0;
        if (after.Split('~') is not [var place, var name] || !int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var t))
            throw new ProblemException(StatusCodes.Status400BadRequest, "'after' must be as the 'next' of the page before has it.");
        if (t < targets.Count && targets[t].Name == name)
            return t + 1;
        // The configuration has changed since: the target may have moved.
        for (t = 0; t < targets.Count; t++)
        {
            if (targets[t].Name == name)
                return t + 1;
        }
        throw new ProblemException(StatusCodes.Status410Gone, $"The target '{Answer.Quote(name)}', which the page would begin behind, is no longer watched. Begin again without 'after'.");
    }
}
