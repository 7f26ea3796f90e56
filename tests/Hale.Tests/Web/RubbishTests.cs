using System.Text;
using Xunit;

namespace Hale.Tests.Web;

/// <summary>Whatever arrives, the answer is a 4xx or a closed connection, and the next caller is served.</summary>
public sealed class RubbishTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, byte[]> Rubbish => new()
    {
        { "nothing", [] },
        { "zeros", new byte[5000] },
        { "noise", Noise(50_000) },
        { "a TLS hello", [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03, .. Noise(500)] },
        { "HTTP/2 preface", Ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") },
        { "no host", Ascii("GET /api/v1/status HTTP/1.1\r\n\r\n") },
        { "two hosts", Ascii("GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n") },
        { "a long path", Ascii($"GET /{new string('a', 20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n") },
        { "a long header", Ascii($"GET / HTTP/1.1\r\nHost: localhost\r\nX: {new string('a', 100_000)}\r\n\r\n") },
        { "many headers", Ascii($"GET / HTTP/1.1\r\nHost: localhost\r\n{string.Concat(Enumerable.Range(0, 200).Select(i => $"X{i}: y\r\n"))}\r\n") },
        { "a wrong length", Ascii("POST /api/v1/heartbeat/backup/nightly HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n") },
        { "a huge length", Ascii("POST /api/v1/heartbeat/backup/nightly HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999\r\n\r\n") },
        { "a broken chunk", Ascii("POST /api/v1/heartbeat/backup/nightly HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nxx\r\n") },
        { "length and chunks", Ascii("POST /api/v1/heartbeat/nobody/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n") },
        { "half a body", Ascii("POST /api/v1/heartbeat/backup/nightly HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf") },
        { "bytes in the path", [.. Ascii("GET /api/v1/targets/"), 0xff, 0xfe, .. Ascii(" HTTP/1.1\r\nHost: localhost\r\n\r\n")] },
        { "a broken escape", Ascii("GET /api/v1/targets/%ff%zz%00 HTTP/1.1\r\nHost: localhost\r\n\r\n") },
        { "a climb", Ascii("GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n") },
        { "a bad query", Ascii("GET /api/v1/history?limit=%ff%00&target=%c3%28 HTTP/1.1\r\nHost: localhost\r\n\r\n") },
        { "a bad token", Ascii("GET /api/v1/status HTTP/1.1\r\nHost: evil\r\nAuthorization: Bearer \x01\r\n\r\n") },
    };

    [Theory]
    [MemberData(nameof(Rubbish), DisableDiscoveryEnumeration = true)]
    public async Task Rubbish_is_refused_and_the_next_caller_is_served(string what, byte[] bytes)
    {
        await using var web = await WebFixture.StartAsync();
        var answer = await web.RawAsync(bytes);
        // To the preface of HTTP/2 Kestrel says good-bye in HTTP/2.
        Assert.True(!answer.StartsWith("HTTP", StringComparison.Ordinal) || answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal), $"{what} was answered with: {answer[..Math.Min(200, answer.Length)]}");
        Assert.NotEmpty(await web.Tcp.GetStringAsync("/api/v1/status", Cancel));
        Assert.NotEmpty(await web.Socket.GetStringAsync("/api/v1/status", Cancel));
        Assert.Empty(web.Daemon.Heartbeats);
        Assert.Empty(web.Daemon.Orders);
    }

    [Fact]
    public async Task A_flood_over_tcp_does_not_lock_the_operator_out_of_the_socket()
    {
        await using var web = await WebFixture.StartAsync();
        var idle = new List<System.Net.Sockets.TcpClient>();
        try
        {
            for (var i = 0; i < 300; i++)
            {
                var client = new System.Net.Sockets.TcpClient();
                idle.Add(client);
                try
                {
                    await client.ConnectAsync("127.0.0.1", web.Port, Cancel);
                }
                catch (System.Net.Sockets.SocketException)
                {
                    // Turned away over the limit, as it should be.
                }
            }
            Assert.NotEmpty(await web.Socket.GetStringAsync("/api/v1/status", Cancel));
        }
        finally
        {
            idle.ForEach(client => client.Dispose());
        }
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(7).NextBytes(bytes);
        return bytes;
    }
}
