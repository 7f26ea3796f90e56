using Hale.Core.Model;
using Hale.Probes;
using Hale.Probes.Http;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Probes;

public class TcpProbeTests
{
    private static TcpProbe For(int port, string? send = null, string? expect = null) => new(new Endpoint("127.0.0.1", port), send, expect);

    [Fact]
    public async Task A_connection_is_enough_when_nothing_is_expected()
    {
        await using var server = LoopbackServer.Start(visit => visit.HangAsync());
        var result = await For(server.Port).TryAsync();
        Assert.Equal((Outcome.Pass, "connected", "latency"), (result.Outcome, result.Evidence, Assert.Single(result.Measurements).Name));
    }

    [Fact]
    public async Task A_refused_connection_fails()
    {
        using var refusing = LoopbackServer.Refusing(out var port);
        var result = await For(port).TryAsync();
        Assert.Equal((Outcome.Fail, $"connecting to 127.0.0.1:{port}: connection refused"), (result.Outcome, result.Evidence));
    }

    [Fact]
    public async Task What_is_expected_may_come_in_pieces()
    {
        await using var server = LoopbackServer.Start(async visit =>
        {
            var buffer = new byte[16];
            _ = await visit.Socket.ReceiveAsync(buffer);
            foreach (var piece in (string[])["+P", "ON", "G\r\n"])
                await visit.WriteAsync(piece);
            await visit.HangAsync();
        });
        Assert.Equal(Outcome.Pass, (await For(server.Port, "PING\r\n", "+PONG").TryAsync()).Outcome);
    }

    [Fact]
    public async Task Another_answer_fails_and_is_shown()
    {
        await using var server = LoopbackServer.Start(visit => visit.WriteAsync("-LOADING wait\r\n"));
        var result = await For(server.Port, expect: "+PONG").TryAsync();
        Assert.Equal(Outcome.Fail, result.Outcome);
        Assert.Contains("did not come before the connection was closed; the answer was '-LOADING wait'", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_without_end_fails_at_its_limit()
    {
        await using var server = LoopbackServer.Start(async visit =>
        {
            while (!visit.Stop.IsCancellationRequested)
                await visit.WriteAsync(new string('x', 1000));
        });
        var result = await For(server.Port, expect: "+PONG").TryAsync();
        Assert.Contains("what is expected did not come; the answer was 'xxx", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_fails_at_the_time_out()
    {
        await using var server = LoopbackServer.Start(visit => visit.HangAsync());
        var result = await For(server.Port, expect: "220").TryAsync(Attempts.Short);
        Assert.Equal((Outcome.Fail, $"connected to 127.0.0.1:{server.Port}, but no answer within 300ms"), (result.Outcome, result.Evidence));
    }

    [Theory]
    [InlineData("db.example:5432", "db.example", 5432)]
    [InlineData("[::1]:80", "::1", 80)]
    [InlineData("10.0.0.1:1", "10.0.0.1", 1)]
    public void Addresses_are_read(string text, string host, int port) => Assert.Equal(new Endpoint(host, port).ToString(), Endpoint.TryParse(text)?.ToString());

    [Theory]
    [InlineData("db.example")]
    [InlineData("db.example:")]
    [InlineData("db.example:0")]
    [InlineData("db.example:65536")]
    [InlineData("db.example:http")]
    [InlineData(":80")]
    [InlineData("::1")]
    [InlineData("[::1]")]
    [InlineData("[::1]80")]
    [InlineData("")]
    [InlineData("a b:80")]
    public void Addresses_that_are_none_are_refused(string text) => Assert.Null(Endpoint.TryParse(text));

    [Fact]
    public void A_port_may_be_left_out_where_there_is_one_to_fall_back_on()
    {
        Assert.Equal("db.example:443", Endpoint.TryParse("db.example", 443)?.ToString());
        Assert.Equal("[::1]:443", Endpoint.TryParse("::1", 443)?.ToString());
        Assert.Equal("[::1]:443", Endpoint.TryParse("[::1]", 443)?.ToString());
    }
}
