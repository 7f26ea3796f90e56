using Hale.Config;
using Hale.Core.Model;
using Hale.Running;
using Hale.Web.Access;
using Hale.Web.Api;
using Hale.Web.Contract;
using Microsoft.AspNetCore.Http;

namespace Hale.Web.Endpoints;

/// <summary>What others probe Hale by.</summary>
internal static class Probes
{
    private const int MaxReasons = 20;

    private static readonly HashSet<string> Passive = [.. Registry.Probes.Where(kind => kind.IsPassive).Select(kind => kind.Name)];

    public static EndpointRow[] Rows { get; } =
    [
        new(HttpMethods.Get, "/livez", Need.Nothing, "live", "Whether the engine's loop is alive")
        {
            Tag = "Hale",
            Replies =
            [
                Reply.Text("It is."),
                Reply.Problem(StatusCodes.Status503ServiceUnavailable, $"The loop has not moved for {LoopWatch.Patience} s."),
            ],
            Handle = (api, context, _) => Live(context, api.Loop),
        },
        new(HttpMethods.Get, "/readyz", Need.Nothing, "ready", "Whether every target has been judged once")
        {
            Tag = "Hale",
            Details = "Not whether the targets are well: whether Hale can say. The reasons are shown only to who may read.",
            Replies =
            [
                Reply.Of<ReadinessDto>("It has, Hale trusts itself, and the journal can be written."),
                Reply.Of<ReadinessDto>("Not yet, or not now.", StatusCodes.Status503ServiceUnavailable),
            ],
            Handle = (api, context, _) => Ready(context, NotReady(api.Daemon), api.Guard.Allows(context, Need.Read)),
        },
    ];

    /// <summary>Whether the loop is alive.</summary>
    public static Task Live(HttpContext context, LoopWatch loop) => loop.IsAlive
        ? Answer.Text(context, StatusCodes.Status200OK, "alive\n")
        : Answer.Problem(context, StatusCodes.Status503ServiceUnavailable,
            $"The engine's loop has not moved for {LoopWatch.Patience} s. Restart Hale; supervised processes keep running meanwhile.");

    /// <summary>Ready without a reason against it; the reasons are shown to who may read.</summary>
    public static Task Ready(HttpContext context, IEnumerable<string> against, bool mayRead)
    {
        var reasons = against.Take(MaxReasons + 1).ToArray();
        if (reasons.Length > MaxReasons)
            reasons[^1] = "and more";
        return Answer.Json(
            context,
            new ReadinessDto(reasons.Length == 0, mayRead ? reasons : []),
            WireJson.Default.ReadinessDto,
            reasons.Length == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>What Hale cannot say yet, or not now.</summary>
    public static IEnumerable<string> NotReady(IDaemon daemon)
    {
        var snapshot = daemon.Current;
        if (snapshot.Doubt is { } doubt)
            yield return $"Hale doubts itself: {doubt}";
        if (daemon.Figures.JournalTrouble is { } trouble)
            yield return $"the journal cannot be written: {trouble}";
        foreach (var target in snapshot.Targets)
        {
            if (target.Health is not (Health.Initializing or Health.InsufficientData))
                continue;
            foreach (var check in target.Checks)
            {
                // What a target pushes comes when it comes: a nightly heartbeat does not keep Hale from being ready.
                if (Passive.Contains(check.Kind))
                    continue;
                if (check.LastOutcome is null)
                    yield return $"{target.Name}/{check.Name} has not been tried yet";
                else if (check.Health == Health.Initializing)
                    yield return $"{target.Name}/{check.Name} is initializing: {check.Reason}";
            }
        }
    }
}
