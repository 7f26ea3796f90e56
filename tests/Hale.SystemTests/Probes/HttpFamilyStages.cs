using Hale.SystemTests.Fixture;
using Hale.Testing.Servers;

namespace Hale.SystemTests.Probes;

internal static partial class Stages
{
    /// <summary>A gRPC server on localhost:50051, with <c>shop.Orders</c> serving and <c>shop.Stock</c> not.</summary>
    private static async Task<Stage> Grpc(HaleRun run)
    {
        var server = await GrpcServer.StartAsync();
        return At("localhost:50051", server.Port, server);
    }

    /// <summary>Prometheus on localhost:9090, which scrapes itself.</summary>
    private static async Task<Stage> Prometheus(HaleRun run)
    {
        var server = await PrometheusServer.StartAsync(run.Folder);
        return At("localhost:9090", server.Port, server);
    }

    /// <summary>A WebSocket server on localhost:8080 that sends back what comes on <c>/echo</c>.</summary>
    private static async Task<Stage> WebSocket(HaleRun run)
    {
        var server = await WebSocketServer.StartAsync();
        return At("localhost:8080", server.Port, server);
    }
}
