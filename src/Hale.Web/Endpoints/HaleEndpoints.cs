using Hale.Running;
using Hale.Web.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hale.Web.Endpoints;

/// <summary>What the endpoints need besides the daemon.</summary>
public sealed record HaleEndpointOptions
{
    /// <summary>Bearer token for requests over TCP; null for none: then commands are taken over the unix socket only.</summary>
    public string? Token { get; init; }

    /// <summary>The clock for time limits. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>The HTTP face of a daemon.</summary>
public static class HaleEndpoints
{
    /// <summary>
    /// Maps all endpoints. Permission is checked at each of them, so they are as safe in an application of your own as in
    /// Hale's host; over TCP the application's own listeners decide who can reach them.
    /// </summary>
    /// <param name="routes">Where to map them.</param>
    /// <param name="daemon">What they speak for.</param>
    /// <param name="options">Token and clock.</param>
    /// <returns>The watch behind <c>/livez</c>; dispose it when the application ends.</returns>
    public static IDisposable Map(IEndpointRouteBuilder routes, IDaemon daemon, HaleEndpointOptions options)
    {
        var guard = new Guard(new Gatekeeper(options.Token), options.Time);
        var loop = new LoopWatch(daemon, options.Time);
        var reads = new Reads(daemon);
        var commands = new Commands(daemon);

        void Get(string pattern, Need need, Func<HttpContext, CancellationToken, Task> handle) =>
            routes.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], guard.Around(need, Guard.Short, handle));
        void Post(string pattern, TimeSpan limit, Func<HttpContext, CancellationToken, Task> handle) =>
            routes.MapMethods(pattern, [HttpMethods.Post], guard.Around(Need.Change, limit, handle));

        Get("/", Need.Nothing, (context, _) => Answer.Text(context, StatusCodes.Status200OK, IndexPage.Text));
        Get("/livez", Need.Nothing, (context, _) => Probes.Live(context, loop));
        Get("/readyz", Need.Nothing, (context, _) => Probes.Ready(context, daemon, guard));
        Get("/metrics", Need.Read, (context, cancel) => Metrics.MetricsPage.WriteAsync(context, daemon, cancel));
        Get("/api/v1/status", Need.Read, reads.Status);
        Get("/api/v1/targets/{name}", Need.Read, reads.Target);
        Get("/api/v1/targets/{name}/explain", Need.Read, reads.Explain);
        Get("/api/v1/history", Need.Read, reads.History);
        Post("/api/v1/targets/{name}/rehearse", Guard.Long, commands.Rehearse);
        Post("/api/v1/targets/{name}/{order}", Guard.Long, commands.Order);
        Post("/api/v1/check", Guard.Long, commands.Check);
        foreach (var pattern in (string[])["/api/v1/heartbeat/{target}/{check}", "/api/v1/heartbeat/{target}/{check}/{signal}"])
        {
            routes.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head, HttpMethods.Post],
                guard.Around(Need.Push, Guard.Short, commands.Heartbeat));
        }
        return loop;
    }
}
