using Hale.Running;
using Hale.Web.Access;
using Hale.Web.Api;
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
        var api = new ApiContext(daemon, guard, loop, options.Time);
        foreach (var endpoint in EndpointTable.All)
        {
            string[] methods = endpoint.Method == HttpMethods.Get ? [HttpMethods.Get, HttpMethods.Head] : [endpoint.Method];
            routes.MapMethods(endpoint.Path, methods, guard.Around(endpoint, api));
        }
        return loop;
    }
}
