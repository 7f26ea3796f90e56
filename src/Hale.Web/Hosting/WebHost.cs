using System.Net;
using System.Net.Sockets;
using Hale.Config;
using Hale.Running;
using Hale.Web.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Hale.Web.Hosting;

/// <summary>Serves a daemon over a unix socket and, if the configuration says so, over TCP.</summary>
public sealed class WebHost : IAsyncDisposable
{
    /// <summary>Name of the unix socket in the state folder.</summary>
    public const string SocketName = "hale.sock";

    private const int MaxTcpConnections = 128;
    private const int MaxSocketConnections = 64;

    private readonly WebApplication app;
    private readonly IDisposable endpoints;

    private WebHost(WebApplication app, IDisposable endpoints, string socketPath, Uri? address)
    {
        this.app = app;
        this.endpoints = endpoints;
        SocketPath = socketPath;
        Address = address;
    }

    /// <summary>The unix socket.</summary>
    public string SocketPath { get; }

    /// <summary>Where it listens on TCP, with the real port; null when it does not.</summary>
    public Uri? Address { get; }

    /// <summary>
    /// Tries whether it could listen, without serving anything: to be asked before a daemon starts processes, so that a
    /// port in use leaves none behind.
    /// </summary>
    /// <exception cref="WebHostException">It could not.</exception>
    public static void Preflight(DaemonSpec spec)
    {
        var path = Path.Combine(spec.StateDirectory, SocketName);
        _ = SocketFile.IsStale(path, SocketFile.EndPoint(path));
        if (spec.Listen is not { } listen)
            return;
        var tcp = ListenAddress.Parse(listen, HasToken(spec));
        try
        {
            using var trial = SocketTransportOptions.CreateDefaultBoundListenSocket(tcp);
            trial.Listen();
        }
        catch (SocketException exception) when (Explain(exception, tcp) is { } words)
        {
            throw new WebHostException(words, exception);
        }
    }

    /// <summary>
    /// Starts to listen; the caller holds the state folder's lock. The folder is made if it is missing, for its owner only. Cancelling stops the start; afterwards the owner disposes the host.
    /// </summary>
    /// <exception cref="WebHostException">It cannot listen: an address in use, another Hale, no token off loopback.</exception>
    public static async Task<WebHost> StartAsync(IDaemon daemon, DaemonSpec spec, TimeProvider time, CancellationToken cancel)
    {
        var path = Path.Combine(spec.StateDirectory, SocketName);
        var socket = SocketFile.EndPoint(path);
        var tcp = spec.Listen is { } listen ? ListenAddress.Parse(listen, HasToken(spec)) : null;
        MakeStateDirectory(spec.StateDirectory);
        SocketFile.RemoveStale(path, socket);

        var app = Build(socket, path, tcp);
        var endpoints = HaleEndpoints.Map(app, daemon, new HaleEndpointOptions { Token = spec.Token, Tokens = spec.Tokens, Rate = spec.Rate, Containers = spec.Containers, Time = time });
        try
        {
            await app.StartAsync(cancel);
        }
        catch (Exception exception)
        {
            endpoints.Dispose();
            await app.DisposeAsync();
            if (Explain(exception, tcp) is { } words)
                throw new WebHostException(words, exception);
            throw;
        }
        return new WebHost(app, endpoints, path, Address(app));

        static Uri? Address(WebApplication app) => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses
            .Where(address => !address.Contains("unix:", StringComparison.Ordinal))
            .Select(address => new Uri(address))
            .FirstOrDefault();
    }

    /// <summary>Stops listening, lets requests under way end for up to five seconds, and removes the socket.</summary>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await app.StopAsync(limit.Token);
        endpoints.Dispose();
        await app.DisposeAsync();
    }

    // The empty builder has no configuration, logging or hosting start-up code: it is what starts fastest and stays smallest.
    private static WebApplication Build(UnixDomainSocketEndPoint socket, string path, IPEndPoint? tcp)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Services.Configure<SocketTransportOptions>(options =>
            options.CreateBoundListenSocket = endPoint => endPoint is UnixDomainSocketEndPoint
                ? SocketFile.Bind(socket, path)
                : SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            Limit(kestrel.Limits);
            kestrel.AddServerHeader = false;
            kestrel.ListenUnixSocket(path, listen => Listen(listen, MaxSocketConnections));
            if (tcp is not null)
                kestrel.Listen(tcp, listen => Listen(listen, MaxTcpConnections));
        });
        var app = builder.Build();
        app.Use(BareRefusals);
        return app;
    }

    internal static void Listen(ListenOptions listen, int connections)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(new ConnectionCap(connections).Around);
    }

    // A request of ours is a short path, a token and at most a heartbeat's message.
    internal static void Limit(KestrelServerLimits limits)
    {
        limits.MaxRequestBodySize = 16 * 1024;
        limits.MaxRequestLineSize = 4 * 1024;
        limits.MaxRequestHeadersTotalSize = 8 * 1024;
        limits.MaxRequestHeaderCount = 50;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(10));
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(1);
    }

    // Routing leaves an unknown path and a wrong method without words; every refusal here has some.
    internal static async Task BareRefusals(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.Response.HasStarted)
            return;
        if (context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed)
            await Answer.Problem(context, StatusCodes.Status405MethodNotAllowed, $"This path takes {context.Response.Headers.Allow} only.");
        else if (context.Response.StatusCode == StatusCodes.Status404NotFound)
            await Answer.Problem(context, StatusCodes.Status404NotFound, "There is nothing here. GET / lists what there is.");
    }

    private static bool HasToken(DaemonSpec spec) => !string.IsNullOrEmpty(spec.Token) || spec.Tokens.Count > 0;

    private static void MakeStateDirectory(string directory)
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(directory);
            else if (!Directory.Exists(directory))
                Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new WebHostException($"The state folder {directory} cannot be made: {exception.Message} Set hale.state to a folder that this user may write.", exception);
        }
    }

    internal static string? Explain(Exception exception, IPEndPoint? tcp)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case WebHostException own:
                    return own.Message;
                case AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }:
                    return $"{tcp} is in use by another program (or another Hale). Set hale.listen to another port, or to off for none.";
                case SocketException { SocketErrorCode: SocketError.AccessDenied }:
                    return $"No permission to listen on {tcp} or in the state folder: ports below 1024 need privilege. Set hale.listen to another port.";
                case SocketException { SocketErrorCode: SocketError.AddressNotAvailable }:
                    return $"{tcp} is not an address of this machine. Set hale.listen to one that is.";
            }
        }
        return null;
    }
}
