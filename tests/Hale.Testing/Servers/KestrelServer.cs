using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hale.Testing.Servers;

/// <summary>Kestrel, the web server of ASP.NET Core, on a port of 127.0.0.1 that it chooses.</summary>
public sealed class KestrelServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private KestrelServer(WebApplication app) => this.app = app;

    /// <summary>The port that it listens on.</summary>
    public int Port => new Uri(app.Urls.First()).Port;

    /// <summary>Starts it.</summary>
    /// <param name="protocols">What it speaks; without TLS, one version of HTTP alone.</param>
    /// <param name="services">What goes into the application before it is built.</param>
    /// <param name="routes">What it answers.</param>
    /// <param name="certificate">PEM files of certificate and key; null for no TLS.</param>
    public static async Task<KestrelServer> StartAsync(
        HttpProtocols protocols, Action<WebApplicationBuilder> services, Action<WebApplication> routes, (string Certificate, string Key)? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            if (certificate is { } files)
                listen.UseHttps(X509Certificate2.CreateFromPemFile(files.Certificate, files.Key));
        }));
        // A visitor who stays does not hold up the end of a test.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(100));
        services(builder);
        var app = builder.Build();
        routes(app);
        await app.StartAsync();
        return new(app);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => app.DisposeAsync();
}
