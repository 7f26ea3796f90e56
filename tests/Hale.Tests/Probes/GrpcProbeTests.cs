using Grpc.Health.V1;
using Hale.Core.Model;
using Hale.Probes.Http;
using Hale.Testing;
using Hale.Testing.Servers;
using Xunit;

namespace Hale.Tests.Probes;

/// <summary>The grpc probe against a real gRPC server with the health service of the gRPC project.</summary>
public sealed class GrpcProbeTests : IAsyncLifetime
{
    private GrpcServer server = null!;

    public async ValueTask InitializeAsync() => server = await GrpcServer.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData("", Outcome.Pass, "SERVING")]
    [InlineData(", service: shop.Orders", Outcome.Pass, "SERVING")]
    [InlineData(", service: shop.Stock", Outcome.Fail, "NOT_SERVING")]
    [InlineData(", service: shop.Nobody", Outcome.Fail, "the server does not know the service 'shop.Nobody'")]
    public async Task The_health_of_a_service_is_told(string settings, Outcome outcome, string evidence)
    {
        var result = await KindTry.TryAsync($"grpc: {{ address: '127.0.0.1:{server.Port}'{settings} }}");
        Assert.Equal(outcome, result.Outcome);
        Assert.StartsWith(evidence, result.Evidence, StringComparison.Ordinal);
        Assert.InRange(result.Value("latency"), 0, Attempts.Long.TotalSeconds);
    }

    [Fact]
    public async Task A_server_that_cannot_tell_yet_is_no_evidence()
    {
        server.Health.SetStatus("new", HealthCheckResponse.Types.ServingStatus.Unknown);
        Assert.Equal(Outcome.Inconclusive, (await KindTry.TryAsync($"grpc: {{ address: '127.0.0.1:{server.Port}', service: new }}")).Outcome);
    }

    [Fact]
    public async Task A_server_without_a_health_service_is_no_evidence_and_says_what_to_do()
    {
        await using var without = await GrpcServer.StartAsync(hasHealth: false);
        var result = await KindTry.TryAsync($"grpc: 127.0.0.1:{without.Port}");
        Assert.Equal(Outcome.Inconclusive, result.Outcome);
        Assert.StartsWith("the server answers, but has no health service (UNIMPLEMENTED)", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_works_within_TLS()
    {
        using var folder = new Scratch();
        using var certificates = new TestCertificates(folder.Path);
        await using var secure = await GrpcServer.StartAsync(certificates.Sign("server"));
        var good = await KindTry.TryAsync($"grpc: {{ address: 'localhost:{secure.Port}', tls: true, tls_ca: {certificates.Authority} }}");
        Assert.Equal((Outcome.Pass, "SERVING"), (good.Outcome, good.Evidence));
        var untrusted = await KindTry.TryAsync($"grpc: {{ address: 'localhost:{secure.Port}', tls: true }}");
        Assert.Equal(Outcome.Fail, untrusted.Outcome);
        Assert.Contains("the certificate is not trusted", untrusted.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_speak_gRPC_fails()
    {
        using var folder = new Scratch();
        await using var nginx = await Nginx.StartAsync(folder.Path);
        var other = await KindTry.TryAsync($"grpc: 127.0.0.1:{nginx.PlainHttp2}");
        Assert.Equal((Outcome.Fail, "not a gRPC server: status 200, content type 'text/plain'"), (other.Outcome, other.Evidence));
        Assert.Equal(Outcome.Fail, (await KindTry.TryAsync($"grpc: 127.0.0.1:{nginx.Plain}")).Outcome);
        await using var hanging = LoopbackServer.Start(visit => visit.HangAsync());
        var silent = await KindTry.TryAsync($"grpc: 127.0.0.1:{hanging.Port}", TimeSpan.FromSeconds(1));
        Assert.Equal((Outcome.Fail, $"connected to 127.0.0.1:{hanging.Port}, but no answer within 1s"), (silent.Outcome, silent.Evidence));
    }

    [Fact]
    public void The_messages_are_those_of_protobuf()
    {
        foreach (var name in (string[])["", "a", new string('n', 300)])
        {
            var frame = GrpcHealth.Request(name);
            Assert.Equal(name, HealthCheckRequest.Parser.ParseFrom(frame.AsSpan(5)).Service);
        }
        foreach (var status in Enum.GetValues<HealthCheckResponse.Types.ServingStatus>())
        {
            var message = Google.Protobuf.MessageExtensions.ToByteArray(new HealthCheckResponse { Status = status });
            Assert.Equal((int)status, GrpcHealth.Answer([0, 0, 0, 0, (byte)message.Length, .. message]));
        }
        Assert.Null(GrpcHealth.Answer([]));
        Assert.Null(GrpcHealth.Answer([1, 0, 0, 0, 0]));
        Assert.Null(GrpcHealth.Answer([0, 0, 0, 0, 9, 8, 1]));
    }
}
