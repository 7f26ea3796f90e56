using System.Globalization;
using System.Text.Json;
using Hale.Config;
using Hale.Core.Model;
using Hale.Running;
using Hale.Web.Access;
using Hale.Web.Contract;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hale.Web.Endpoints;

/// <summary>The endpoints that make something happen.</summary>
internal sealed class Commands(IDaemon daemon)
{
    private const int MaxOrder = 4 * 1024;
    private const int MaxWhy = 500;
    private const int MaxHeartbeat = 10 * 1024;

    // A table rather than Enum.TryParse, which would also take "3" and "pause,stop".
    private static readonly Dictionary<string, Order> Orders = Enum.GetValues<Order>().ToDictionary(order => order.ToString().ToLowerInvariant());

    public async Task Order(HttpContext context, CancellationToken cancel)
    {
        Query.Only(context);
        var word = Reads.Name(context, "order");
        if (!Orders.TryGetValue(word, out var order))
        {
            throw new ProblemException(
                StatusCodes.Status404NotFound,
                $"There is no order '{Reads.Quote(word)}'. The orders are {string.Join(", ", Orders.Keys)}.");
        }
        var name = Reads.Name(context);
        var request = await OrderBodyAsync(context, cancel);
        var lasts = Lasts(request.For, order);
        var result = await daemon.OrderAsync(order, name, Caller.Name(context), request.Why?.Trim() ?? "", lasts, cancel);
        await Reply(context, result, name);
    }

    public async Task Check(HttpContext context, CancellationToken cancel)
    {
        Query.Only(context, "target");
        var name = Query.Text(context, "target");
        await Reply(context, await daemon.CheckNowAsync(name, cancel), name);
    }

    public async Task Rehearse(HttpContext context, CancellationToken cancel)
    {
        Query.Only(context);
        var name = Reads.Name(context);
        var rungs = await daemon.RehearseAsync(name, cancel) ?? throw Reads.Unknown(daemon.Current, name);
        await Answer.Json(context, Wire.Rehearsal(name, rungs), WireJson.Default.RehearsalDto);
    }

    public async Task Heartbeat(HttpContext context, CancellationToken cancel)
    {
        Query.Only(context);
        var (signal, prefix) = Signal(context.GetRouteValue("signal") as string);
        var body = await RequestBody.TextAsync(context, MaxHeartbeat, cancel);
        var message = prefix.Length == 0 ? body : body.Length == 0 ? prefix : $"{prefix}: {body}";
        var (target, check) = (Reads.Name(context, "target"), Reads.Name(context, "check"));
        var result = await daemon.HeartbeatAsync(target, check, signal, message, cancel);
        if (result.UnknownTarget)
            throw new ProblemException(StatusCodes.Status404NotFound, result.Message);
        await Reply(context, result, target);
    }

    private static (Heartbeat Signal, string Prefix) Signal(string? word) => word switch
    {
        null => (Running.Heartbeat.Success, ""),
        "start" => (Running.Heartbeat.Start, ""),
        "fail" => (Running.Heartbeat.Fail, ""),
        _ when byte.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var exitCode) =>
            exitCode == 0 ? (Running.Heartbeat.Success, "") : (Running.Heartbeat.Fail, $"exit code {exitCode}"),
        _ => throw new ProblemException(
            StatusCodes.Status404NotFound,
            $"There is no heartbeat '{Reads.Quote(word)}'. It is nothing (success), start, fail, or an exit code from 0 to 255."),
    };

    private static async Task<OrderRequestDto> OrderBodyAsync(HttpContext context, CancellationToken cancel)
    {
        var bytes = await RequestBody.BytesAsync(context, MaxOrder, cancel);
        if (bytes.Length == 0)
            return new OrderRequestDto();
        OrderRequestDto? request;
        try
        {
            request = JsonSerializer.Deserialize(bytes, WireJson.Default.OrderRequestDto);
        }
        catch (JsonException)
        {
            request = null;
        }
        if (request is null)
            throw Bad("The body must be JSON with no other keys than these: {\"why\": \"deploy\", \"for\": \"30m\"}; or there may be none.");
        if (request.Why?.Length > MaxWhy)
            throw Bad($"'why' is longer than {MaxWhy} characters.");
        return request;
    }

    private static TimeSpan? Lasts(string? text, Order order)
    {
        if (text is null)
            return null;
        if (order != Core.Model.Order.Pause)
            throw Bad("'for' goes with a pause only.");
        return Duration.TryParse(text, out var span) && span > TimeSpan.Zero
            ? span
            : throw Bad($"'for' is not a time span: '{Reads.Quote(text)}'. Write 90s, 30m, 1h30m or 7d.");
    }

    private Task Reply(HttpContext context, OrderResult result, string? name)
    {
        if (result.UnknownTarget)
            throw Reads.Unknown(daemon.Current, name ?? "");
        if (!result.Accepted)
            throw new ProblemException(StatusCodes.Status409Conflict, result.Message);
        return Answer.Json(context, new AcceptedDto(result.Message), WireJson.Default.AcceptedDto);
    }

    private static ProblemException Bad(string detail) => new(StatusCodes.Status400BadRequest, detail);
}
