using Hale.Running;
using Hale.Web.Endpoints;
using Hale.Web.InApp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Hale.Web;

/// <summary>The endpoints of an application's Hale.</summary>
public static class MapHaleExtensions
{
    /// <summary>
    /// Maps all endpoints of Hale under a prefix. Permission is checked at each of them: this machine may read; a command, and reading from
    /// elsewhere, needs a token (<see cref="HaleBuilder.Token"/>, or <c>hale.token</c> and <c>hale.tokens</c> of the configuration).
    /// </summary>
    /// <param name="routes">The application's routes.</param>
    /// <param name="prefix">Where they are: <c>/hale</c> gives <c>/hale/api/v1/status</c>.</param>
    /// <returns>To ask for more, such as <c>RequireAuthorization()</c>.</returns>
    public static IEndpointConventionBuilder MapHale(this IEndpointRouteBuilder routes, string prefix = "/hale")
    {
        var services = routes.ServiceProvider;
        var daemon = services.GetRequiredService<LateDaemon>();
        var builder = services.GetRequiredService<HaleBuilder>();
        var spec = services.GetRequiredService<HaleSetup>().Plan.Daemon;
        var group = routes.MapGroup(prefix);
        var watch = HaleEndpoints.Map(group, daemon, new HaleEndpointOptions
        {
            Token = builder.Token ?? spec.Token,
            Tokens = spec.Tokens,
            Rate = spec.Rate,
            AllowReadsFromElsewhere = builder.AllowReadsFromElsewhere,
            Time = services.GetRequiredService<TimeProvider>(),
        });
        services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopped.Register(watch.Dispose);
        return group;
    }

    /// <summary>
    /// Maps <c>/livez</c> (200 while Hale's loop, and with it the application, is alive) and <c>/readyz</c> (200 once every target has been judged and
    /// every target of <see cref="HaleBuilder.ReadyNeeds"/> is ok or degraded). They tell no more than that to anybody but this machine.
    /// </summary>
    public static IEndpointConventionBuilder MapHaleHealth(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var probes = new AppProbes(services.GetRequiredService<IDaemon>(), services.GetRequiredService<HaleBuilder>().Needed, services.GetRequiredService<TimeProvider>());
        services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopped.Register(probes.Dispose);
        var group = routes.MapGroup("");
        group.MapGet("/livez", probes.LiveAsync);
        group.MapGet("/readyz", probes.ReadyAsync);
        return group;
    }
}
