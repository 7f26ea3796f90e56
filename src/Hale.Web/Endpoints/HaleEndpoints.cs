using Hale.Config;
using Hale.Core.Model;
using Hale.Running;
using Hale.Web.Access;
using Hale.Web.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Hale.Web.Endpoints;

/// <summary>What the endpoints need besides the daemon.</summary>
public sealed record HaleEndpointOptions
{
    /// <summary>Bearer token for requests over TCP that may do everything; null for none.</summary>
    public string? Token { get; init; }

    /// <summary>Further bearer tokens. Without any that may operate, commands are taken over the unix socket only.</summary>
    public IReadOnlyList<TokenSpec> Tokens { get; init; } = [];

    /// <summary>Requests that one client may send over TCP. Default 600 per minute.</summary>
    public Budget Rate { get; init; } = new(600, TimeSpan.FromMinutes(1));

    /// <summary>Other machines may read without a token where none is configured. Default: only this machine may.</summary>
    public bool AllowReadsFromElsewhere { get; init; }

    /// <summary>What is done about groups of containers; null for nothing.</summary>
    public DaemonContainersSpec? Containers { get; init; }

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
        var gatekeeper = new Gatekeeper(Tokens(options), options.AllowReadsFromElsewhere);
        var audit = new AuditLog(daemon, gatekeeper, options.Time);
        var guard = new Guard(gatekeeper, new RequestRate(options.Rate, options.Time), audit, options.Time);
        var loop = new LoopWatch(daemon, options.Time);
        var api = new ApiContext(daemon, guard, audit, loop, options.Time)
        {
            Groups = options.Containers is { } containers ? new(containers, options.Time) : null,
            Stopping = routes.ServiceProvider.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None,
        };
        foreach (var endpoint in EndpointTable.All)
        {
            string[] methods = endpoint.Method == HttpMethods.Get ? [HttpMethods.Get, HttpMethods.Head] : [endpoint.Method];
            routes.MapMethods(endpoint.Path, methods, guard.Around(endpoint, api));
        }
        return loop;
    }

    private static Token[] Tokens(HaleEndpointOptions options) =>
    [
        .. string.IsNullOrEmpty(options.Token) ? [] : (Token[])[new Token("token", TokenRole.Operate, options.Token)],
        .. options.Tokens.Where(token => token.Text.Length > 0).Select(token => new Token(token.Name, token.Role, token.Text)),
    ];
}
