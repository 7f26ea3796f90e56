using Grpc.Health.V1;
using Grpc.HealthCheck;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Hale.Testing.Servers;

/// <summary>A real gRPC server with the health service of the gRPC project, or without any.</summary>
public sealed class GrpcServer : IAsyncDisposable
{
    private readonly KestrelServer server;

    private GrpcServer(KestrelServer server, HealthServiceImpl health) => (this.server, Health) = (server, health);

    /// <summary>The port that it listens on.</summary>
    public int Port => server.Port;

    /// <summary>What it says about its services. At first: the whole server and <c>shop.Orders</c> are serving, <c>shop.Stock</c> is not.</summary>
    public HealthServiceImpl Health { get; }

    /// <summary>Starts it.</summary>
    /// <param name="certificate">PEM files of certificate and key; null for HTTP/2 without TLS.</param>
    /// <param name="hasHealth">False for a server that has no health service.</param>
    public static async Task<GrpcServer> StartAsync((string Certificate, string Key)? certificate = null, bool hasHealth = true)
    {
        var health = new HealthServiceImpl();
        health.SetStatus("", HealthCheckResponse.Types.ServingStatus.Serving);
        health.SetStatus("shop.Orders", HealthCheckResponse.Types.ServingStatus.Serving);
        health.SetStatus("shop.Stock", HealthCheckResponse.Types.ServingStatus.NotServing);
        var server = await KestrelServer.StartAsync(
            HttpProtocols.Http2,
            builder =>
            {
                builder.Services.AddGrpc();
                builder.Services.AddSingleton(health);
            },
            app =>
            {
                if (hasHealth)
                    app.MapGrpcService<HealthServiceImpl>();
                else
                    app.MapGrpcService<Nothing>();
            },
            certificate);
        return new(server, health);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => server.DisposeAsync();

    /// <summary>A service without a method that is in use: the calls of others are answered with UNIMPLEMENTED.</summary>
    private sealed class Nothing : Grpc.Health.V1.Health.HealthBase;
}
