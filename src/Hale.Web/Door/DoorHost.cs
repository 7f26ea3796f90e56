using Hale.Sessions;
using Hale.Web.Endpoints;
using Hale.Web.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hale.Web.Door;

/// <summary>Serves the door alone, over TCP.</summary>
public sealed class DoorHost : IAsyncDisposable
{
    /// <summary>Where it listens when nobody says: 127.0.0.1:7412.</summary>
    public const string UsualListen = "127.0.0.1:7412";

    private const int MaxConnections = 512;

    private readonly WebApplication app;

    private DoorHost(WebApplication app) => this.app = app;

    /// <summary>Where it listens, with the real port.</summary>
    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Starts to listen. The caller disposes the host, and the store after it.</summary>
    /// <param name="store">Where the sessions are.</param>
    /// <param name="listen"><c>HOST:PORT</c>; port 0 lets the system choose.</param>
    /// <param name="options">Limits and paces.</param>
    /// <param name="cancel">Stops the start.</param>
    /// <exception cref="WebHostException">It cannot listen there.</exception>
    public static async Task<DoorHost> StartAsync(ISessionStore store, string listen, DoorOptions options, CancellationToken cancel)
    {
        // Who knows the id of a session holds its key: the door is for other machines, and has no token.
        var endPoint = ListenAddress.Parse(listen, hasToken: true);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            WebHost.Limit(kestrel.Limits);
            kestrel.AddServerHeader = false;
            kestrel.Listen(endPoint, to => WebHost.Listen(to, MaxConnections));
        });
        var app = builder.Build();
        app.Use(WebHost.BareRefusals);
        app.MapHaleDoor(store, options);
        // What watches the door asks here; it says nothing about sessions or their store.
        app.MapGet("/livez", context => context.Response.WriteAsync("alive\n", context.RequestAborted));
        app.MapFallback(context => Answer.Problem(context, StatusCodes.Status404NotFound, "There is nothing here. Ask for /join/SESSION/ROLE."));
        try
        {
            await app.StartAsync(cancel);
        }
        catch (Exception exception)
        {
            await app.DisposeAsync();
            if (WebHost.Explain(exception, endPoint) is { } words)
                throw new WebHostException(words, exception);
            throw;
        }
        return new DoorHost(app);
    }

    /// <summary>Stops listening; requests under way end within five seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await app.StopAsync(limit.Token);
        await app.DisposeAsync();
    }
}
