using Hale.Config;
using Hale.Core.Alarming;
using Hale.Web.Access;
using Hale.Web.Api;
using Hale.Web.Contract;
using Microsoft.AspNetCore.Http;

namespace Hale.Web.Endpoints;

/// <summary>What there is to know about alarms.</summary>
internal static class AlarmReads
{
    private static readonly string[] States = ["ok", "alarm", "insufficientData"];

    private static readonly Parameter State = Parameter.Words("state", States, "Only alarms in these states.");
    private static readonly Parameter Name = Parameter.Part("name", "Name of the alarm.", "OrchestratorDown");

    public static EndpointRow[] Rows { get; } =
    [
        new(HttpMethods.Get, "/api/v1/alarms", Need.Read, "alarms", "All alarms and their states")
        {
            Tag = "Alarms",
            Details = "What an alarm did before stands in `history?kind=alarm&alarm=NAME`.",
            Parameters = [State],
            Replies = [Reply.Of<AlarmsDto>("The alarms.")],
            Handle = Alarms,
        },
        new(HttpMethods.Get, "/api/v1/alarms/{name}", Need.Read, "alarm", "One alarm")
        {
            Tag = "Alarms",
            Parameters = [Name],
            Replies = [Reply.Of<AlarmDto>("The alarm as it stands."), Reply.Problem(StatusCodes.Status404NotFound, "No alarm has that name; the nearest one is suggested.")],
            Handle = Alarm,
        },
    ];

    private static Task Alarms(ApiContext api, HttpContext context, CancellationToken cancel) => Answer.Json(
        context,
        WireAlarms.Alarms(api.Daemon.Current, [.. context.Words(State).Select(state => Enum.Parse<AlarmValue>(state, ignoreCase: true))]),
        WireJson.Default.AlarmsDto);

    private static Task Alarm(ApiContext api, HttpContext context, CancellationToken cancel)
    {
        var (alarms, name) = (api.Daemon.Current.Alarms, context.Part(Name));
        if (alarms.FirstOrDefault(alarm => alarm.Name == name) is { } found)
            return Answer.Json(context, WireAlarms.Alarm(found), WireJson.Default.AlarmDto);
        var guess = Spelling.Closest(name, alarms.Select(alarm => alarm.Name));
        throw new ProblemException(
            StatusCodes.Status404NotFound,
            $"No alarm is named '{Answer.Quote(name)}'.{(guess is null ? " GET /api/v1/alarms lists them." : $" Did you mean '{guess}'?")}");
    }
}
