using Hale.Running;
using Hale.Testing;
using Hale.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Hale.Tests.Web.InApp;

/// <summary>A real application with a Hale in it, on a real port.</summary>
internal sealed class AppFixture : IAsyncDisposable
{
    private readonly WebApplication app;

    private AppFixture(WebApplication app)
    {
        this.app = app;
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()),
        };
    }

    public HttpClient Client { get; }

    public IServiceProvider Services => app.Services;

    public IDaemon Daemon => app.Services.GetRequiredService<IDaemon>();

    public static async Task<AppFixture> StartAsync(Action<HaleBuilder> hale, Action<IServiceCollection>? services = null, Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddHale(hale);
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapHale();
        app.MapHaleHealth();
        map?.Invoke(app);
        try
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
        return new AppFixture(app);
    }

    /// <summary>Waits; a wait in vain tells how the checks stood instead.</summary>
    public async Task UntilAsync(Func<IDaemon, bool> condition, string what)
    {
        try
        {
            await Eventually.HoldsAsync(() => condition(Daemon), what);
        }
        catch (TimeoutException error)
        {
            throw new TimeoutException($"{error.Message}\n{Daemon.Current.Doubt}\n{string.Join('\n', Daemon.Current.Targets.SelectMany(target => target.Checks))}", error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }
}
