using Hale.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Hale.Web.Door;

/// <summary>The door in an application of your own.</summary>
public static class MapHaleDoorExtensions
{
    /// <summary>
    /// Maps <c>GET /join/{session}/{role}</c> (202 with progress while the machines warm up, 200 with the link once all are healthy, 409 with the reason when one failed, 404, 410,
    /// 503 when the store cannot be read) and <c>/join/{session}/{role}/events</c>. Who knows the id of a session may ask; nothing lists them.
    /// </summary>
    /// <param name="routes">The application's routes.</param>
    /// <param name="store">Where the sessions are. The caller disposes it, after the application has ended.</param>
    /// <param name="options">Limits and paces; null for the usual ones.</param>
    /// <returns>To ask for more, such as <c>RequireAuthorization()</c>.</returns>
    public static IEndpointConventionBuilder MapHaleDoor(this IEndpointRouteBuilder routes, ISessionStore store, DoorOptions? options = null)
    {
        var stopping = routes.ServiceProvider.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None;
        var door = new DoorEndpoints(store, options ?? new DoorOptions(), stopping);
        var group = routes.MapGroup("/join");
        group.MapMethods("/{session}/{role}", [HttpMethods.Get], door.JoinAsync);
        group.MapMethods("/{session}/{role}/events", [HttpMethods.Get], door.EventsAsync);
        return group;
    }
}
