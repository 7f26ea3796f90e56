using System.Globalization;
using Hale.Running;
using Hale.Web.Access;
using Hale.Web.Api;
using Hale.Web.Contract;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hale.Web.Endpoints;

/// <summary>Where a job pushes how it went: by any method, so that <c>curl URL</c> at the end of a script will do.</summary>
internal static class HeartbeatPush
{
    private const int MaxMessage = 10 * 1024;
    private const string Path = "/api/v1/heartbeat/{target}/{check}";

    private static readonly Parameter Target = Parameter.Part("target", "Name of the target.", "backup");
    private static readonly Parameter Check = Parameter.Part("check", "Name of its heartbeat check.", "nightly");
    private static readonly Parameter How = Parameter.Part("signal", "`start`, `fail`, or the exit code of the job, 0 to 255.", "0");

    public static EndpointRow[] Rows { get; } =
    [
        Row(HttpMethods.Get, Path, "heartbeat", "The work succeeded"),
        Row(HttpMethods.Post, Path, "heartbeatWithMessage", "The work succeeded; the body says more"),
        Row(HttpMethods.Get, Path + "/{signal}", "heartbeatSignal", "The work began, failed, or ended with a code"),
        Row(HttpMethods.Post, Path + "/{signal}", "heartbeatSignalWithMessage", "The same; the body says more"),
    ];

    private static EndpointRow Row(string method, string path, string id, string summary) => new(method, path, Need.Push, id, summary)
    {
        Tag = "Heartbeats",
        Parameters = path == Path ? [Target, Check] : [Target, Check, How],
        Body = method == HttpMethods.Post ? new(null, MaxMessage, "What the work has to say, UTF-8; it may be left out.", "412 files saved") : null,
        Replies =
        [
            Reply.Of<AcceptedDto>("It was heard."),
            Reply.Problem(StatusCodes.Status404NotFound, "No target has a heartbeat check of that name, or there is no such signal."),
            .. method == HttpMethods.Post ? (Reply[])[Reply.Problem(StatusCodes.Status413PayloadTooLarge, $"The body is longer than {MaxMessage} bytes.")] : [],
        ],
        Handle = PushAsync,
    };

    private static async Task PushAsync(ApiContext api, HttpContext context, CancellationToken cancel)
    {
        var (signal, prefix) = Signal(context.GetRouteValue(How.Name) as string);
        var body = await RequestBody.TextAsync(context, MaxMessage, cancel);
        var message = prefix.Length == 0 ? body : body.Length == 0 ? prefix : $"{prefix}: {body}";
        var (target, check) = (context.Part(Target), context.Part(Check));
        var result = await api.Daemon.HeartbeatAsync(target, check, signal, message, cancel);
        if (!result.Accepted)
            throw new ProblemException(result.UnknownTarget ? StatusCodes.Status404NotFound : StatusCodes.Status409Conflict, result.Message);
        await Answer.Json(context, new AcceptedDto(result.Message), WireJson.Default.AcceptedDto);
    }

    private static (Heartbeat Signal, string Prefix) Signal(string? word) => word switch
    {
        null => (Heartbeat.Success, ""),
        "start" => (Heartbeat.Start, ""),
        "fail" => (Heartbeat.Fail, ""),
        _ when byte.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var exitCode) =>
            exitCode == 0 ? (Heartbeat.Success, "") : (Heartbeat.Fail, $"exit code {exitCode}"),
        _ => throw new ProblemException(
            StatusCodes.Status404NotFound,
            $"There is no heartbeat '{Answer.Quote(word)}'. It is nothing (success), start, fail, or an exit code from 0 to 255."),
    };
}
