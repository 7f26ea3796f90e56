using Hale.Config;
using Hale.Core.Model;
using Hale.Running;
using Hale.Web.Access;
using Hale.Web.Api;
using Hale.Web.Contract;
using Microsoft.AspNetCore.Http;

namespace Hale.Web.Endpoints;

/// <summary>The endpoints that only read.</summary>
internal static class Reads
{
    /// <summary>The target in the path.</summary>
    public static readonly Parameter Name = Parameter.Part("name", "Name of the target.", "orchestrator");

    /// <summary>A target to narrow an answer to.</summary>
    public static readonly Parameter OnlyTarget = Parameter.Text("target", "Only this target.", "orchestrator");

    private static readonly Parameter Before = Parameter.Number("before", 0, long.MaxValue, "Only entries with a smaller number: the older pages.");
    private static readonly Parameter Limit = Parameter.Number("limit", 1, 1000, "At most so many.", 100);
    private static readonly Parameter OnlyAlarm = Parameter.Text("alarm", "Only the changes of this alarm.", "OrchestratorDown");
    private static readonly Parameter Kind = Parameter.Words("kind", HistoryKinds.All, "Only these kinds.");

    public static EndpointRow[] Rows { get; } =
    [
        new(HttpMethods.Get, "/api/v1/status", Need.Read, "status", "The world at this moment")
        {
            Tag = "Targets",
            Details = "Every target with its checks, whole. Where there are thousands, `overview` and `targets` are the smaller answers.",
            Parameters = [OnlyTarget],
            Replies = [Reply.Of<StatusDto>("The world."), Reply.NoTarget],
            Handle = Status,
        },
        new(HttpMethods.Get, "/api/v1/targets/{name}", Need.Read, "target", "One target")
        {
            Tag = "Targets",
            Parameters = [Name],
            Replies = [Reply.Of<TargetDto>("The target as it stands."), Reply.NoTarget],
            Handle = Target,
        },
        new(HttpMethods.Get, "/api/v1/targets/{name}/explain", Need.Read, "explain", "Why, what was done, what is next")
        {
            Tag = "Targets",
            Parameters = [Name],
            Replies = [Reply.Of<ExplanationDto>("Why it is judged as it is."), Reply.NoTarget],
            Handle = Explain,
        },
        new(HttpMethods.Get, "/api/v1/history", Need.Read, "history", "What happened, newest first")
        {
            Tag = "History",
            Details = "A target that has left the configuration still has a history, so an unknown name gives an empty page.",
            Parameters = [OnlyTarget, OnlyAlarm, Kind, Before, Limit],
            Replies = [Reply.Of<HistoryDto>("A page.")],
            Handle = History,
        },
    ];

    private static Task Status(ApiContext api, HttpContext context, CancellationToken cancel)
    {
        var snapshot = api.Daemon.Current;
        var only = context.Text(OnlyTarget);
        if (only is not null)
            Find(snapshot, only);
        return Answer.Json(context, Wire.Status(snapshot, api.Daemon.Figures, only), WireJson.Default.StatusDto);
    }

    private static Task Target(ApiContext api, HttpContext context, CancellationToken cancel) =>
        Answer.Json(context, Wire.Target(Find(api.Daemon.Current, context.Part(Name))), WireJson.Default.TargetDto);

    private static Task Explain(ApiContext api, HttpContext context, CancellationToken cancel)
    {
        var name = context.Part(Name);
        var snapshot = api.Daemon.Current;
        var explanation = api.Daemon.Explain(name) ?? throw Unknown(snapshot, name);
        return Answer.Json(context, Wire.Explanation(explanation, snapshot), WireJson.Default.ExplanationDto);
    }

    private static Task History(ApiContext api, HttpContext context, CancellationToken cancel)
    {
        var limit = (int)context.Number(Limit)!.Value;
        var entries = api.Daemon.History(new HistoryQuery(context.Text(OnlyTarget), context.Number(Before), limit, context.Words(Kind), Alarm: context.Text(OnlyAlarm)));
        return Answer.Json(context, Wire.History(entries, limit, older => Link.With(context, Before, $"{older}")), WireJson.Default.HistoryDto);
    }

    /// <summary>A target of the snapshot, or a 404 that suggests the nearest name.</summary>
    public static TargetSnapshot Find(Snapshot snapshot, string name) =>
        snapshot.Targets.FirstOrDefault(target => target.Name == name) ?? throw Unknown(snapshot, name);

    /// <summary>The 404 for a name that no target has.</summary>
    public static ProblemException Unknown(Snapshot snapshot, string name)
    {
        var guess = Spelling.Closest(name, snapshot.Targets.Select(target => target.Name));
        return new ProblemException(
            StatusCodes.Status404NotFound,
            $"No target is named '{Answer.Quote(name)}'.{(guess is null ? " GET /api/v1/targets lists them." : $" Did you mean '{guess}'?")}");
    }
}
