using Hale.Config;
using Hale.Core.Model;
using Hale.Running;
using Hale.Web.Contract;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hale.Web.Endpoints;

/// <summary>The endpoints that only read.</summary>
internal sealed class Reads(IDaemon daemon)
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    public Task Status(HttpContext context, CancellationToken cancel)
    {
        Query.Only(context, "target");
        var snapshot = daemon.Current;
        var only = Query.Text(context, "target");
        if (only is not null)
            Find(snapshot, only);
        return Answer.Json(context, Wire.Status(snapshot, daemon.Figures, only), WireJson.Default.StatusDto);
    }

    public Task Target(HttpContext context, CancellationToken cancel)
    {
        Query.Only(context);
        return Answer.Json(context, Wire.Target(Find(daemon.Current, Name(context))), WireJson.Default.TargetDto);
    }

    public Task Explain(HttpContext context, CancellationToken cancel)
    {
        Query.Only(context);
        var name = Name(context);
        var snapshot = daemon.Current;
        var explanation = daemon.Explain(name) ?? throw Unknown(snapshot, name);
        return Answer.Json(context, Wire.Explanation(explanation, snapshot), WireJson.Default.ExplanationDto);
    }

    public Task History(HttpContext context, CancellationToken cancel)
    {
        Query.Only(context, "target", "before", "limit", "kind");
        var limit = (int)(Query.Number(context, "limit", 1, MaxLimit) ?? DefaultLimit);
        // A target that has left the configuration still has a history: its name is not checked here.
        var entries = daemon.History(new HistoryQuery(
            Query.Text(context, "target"),
            Query.Number(context, "before", 0, long.MaxValue),
            limit,
            Query.Words(context, "kind", HistoryKinds.All)));
        return Answer.Json(context, Wire.History(entries, limit), WireJson.Default.HistoryDto);
    }

    /// <summary>The route value of that name.</summary>
    public static string Name(HttpContext context, string key = "name") => (string)context.GetRouteValue(key)!;

    /// <summary>A target of the snapshot, or a 404 that suggests the nearest name.</summary>
    public static TargetSnapshot Find(Snapshot snapshot, string name) =>
        snapshot.Targets.FirstOrDefault(target => target.Name == name) ?? throw Unknown(snapshot, name);

    /// <summary>The 404 for a name that no target has.</summary>
    public static ProblemException Unknown(Snapshot snapshot, string name)
    {
        var guess = Spelling.Closest(name, snapshot.Targets.Select(target => target.Name));
        return new ProblemException(
            StatusCodes.Status404NotFound,
            $"No target is named '{Quote(name)}'.{(guess is null ? " GET /api/v1/status lists them." : $" Did you mean '{guess}'?")}");
    }

    /// <summary>What the caller sent, short enough to be sent back.</summary>
    public static string Quote(string text) => text.Length <= 64 ? text : text[..64] + "…";
}
