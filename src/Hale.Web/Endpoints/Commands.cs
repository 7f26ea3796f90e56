using System.Text.Json;
using Hale.Config;
using Hale.Core.Model;
using Hale.Running;
using Hale.Web.Access;
using Hale.Web.Api;
using Hale.Web.Contract;
using Microsoft.AspNetCore.Http;

namespace Hale.Web.Endpoints;

/// <summary>The endpoints that make something happen.</summary>
internal static class Commands
{
    private const int MaxOrder = 4 * 1024;
    private const int MaxWhy = 500;

    // A table rather than Enum.TryParse, which would also take "3" and "pause,stop".
    private static readonly Dictionary<string, Order> Orders = Enum.GetValues<Order>().ToDictionary(order => order.ToString().ToLowerInvariant());

    private static readonly Parameter Word = Parameter.Part("order", "What is to be done.", "pause") with { Takes = Takes.Word, Choices = [.. Orders.Keys] };

    public static EndpointRow[] Rows { get; } =
    [
        new(HttpMethods.Post, "/api/v1/check", Need.Change, "check", "Try the checks now")
        {
            Tag = "Commands",
            Details = "Answers when the observations are in the status.",
            Parameters = [Reads.OnlyTarget],
            Replies = [Reply.Of<AcceptedDto>("They were tried."), Reply.NoTarget],
            Limit = Guard.Long,
            Handle = Check,
        },
        new(HttpMethods.Post, "/api/v1/targets/{name}/rehearse", Need.Change, "rehearse", "What the remedies would do; nothing is done")
        {
            Tag = "Commands",
            Parameters = [Reads.Name],
            Replies = [Reply.Of<RehearsalDto>("Its remedies, in the order in which they are tried."), Reply.NoTarget],
            Limit = Guard.Long,
            Handle = Rehearse,
        },
        new(HttpMethods.Post, "/api/v1/targets/{name}/{order}", Need.Change, "order", "Order a target to be paused, stopped, restarted")
        {
            Tag = "Commands",
            Details = "`pause` and `resume` healing; `stop`, `start` and `restart` the process that Hale owns; `approve` or `reject` the remedy that waits. "
                + "Answers when the order is in the journal and its effect is in the status. A person's order stands above every gate.",
            Parameters = [Reads.Name, Word],
            Body = new(typeof(OrderRequestDto), MaxOrder, "Why, and for a pause how long. It may be left out.", """{"why":"deploy","for":"30m"}"""),
            Replies =
            [
                Reply.Of<AcceptedDto>("It was carried out."),
                Reply.Problem(StatusCodes.Status404NotFound, "No target has that name, or there is no such order."),
                Reply.Problem(StatusCodes.Status409Conflict, "It cannot be carried out now; says why."),
                Reply.Problem(StatusCodes.Status413PayloadTooLarge, $"The body is longer than {MaxOrder} bytes."),
            ],
            Limit = Guard.Long,
            Handle = OrderAsync,
        },
    ];

    private static async Task OrderAsync(ApiContext api, HttpContext context, CancellationToken cancel)
    {
        var word = context.Part(Word);
        if (!Orders.TryGetValue(word, out var order))
        {
            throw new ProblemException(
                StatusCodes.Status404NotFound,
                $"There is no order '{Answer.Quote(word)}'. The orders are {string.Join(", ", Orders.Keys)}.");
        }
        var name = context.Part(Reads.Name);
        var request = await OrderBodyAsync(context, cancel);
        var lasts = Lasts(request.For, order);
        var result = await api.Daemon.OrderAsync(order, name, api.Guard.NameOf(context), request.Why?.Trim() ?? "", lasts, cancel);
        await Done(api, context, result, name);
    }

    private static async Task Check(ApiContext api, HttpContext context, CancellationToken cancel)
    {
        var name = context.Text(Reads.OnlyTarget);
        await Done(api, context, await api.Daemon.CheckNowAsync(name, cancel), name);
    }

    private static async Task Rehearse(ApiContext api, HttpContext context, CancellationToken cancel)
    {
        var name = context.Part(Reads.Name);
        var rungs = await api.Daemon.RehearseAsync(name, cancel) ?? throw Reads.Unknown(api.Daemon.Current, name);
        await api.Audit.WriteAsync(context, "told what the remedies would do");
        await Answer.Json(context, Wire.Rehearsal(name, rungs), WireJson.Default.RehearsalDto);
    }

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
            : throw Bad($"'for' is not a time span: '{Answer.Quote(text)}'. Write 90s, 30m, 1h30m or 7d.");
    }

    /// <summary>Tells what came of something that the daemon was asked to do to a target.</summary>
    public static async Task Done(ApiContext api, HttpContext context, OrderResult result, string? name)
    {
        if (result.UnknownTarget)
            throw Reads.Unknown(api.Daemon.Current, name ?? "");
        if (!result.Accepted)
            throw new ProblemException(StatusCodes.Status409Conflict, result.Message);
        await api.Audit.WriteAsync(context, result.Message);
        await Answer.Json(context, new AcceptedDto(result.Message), WireJson.Default.AcceptedDto);
    }

    private static ProblemException Bad(string detail) => new(StatusCodes.Status400BadRequest, detail);
}
