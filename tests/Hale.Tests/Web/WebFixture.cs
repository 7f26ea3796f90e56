using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using Hale.Config;
using Hale.Core.Model;
using Hale.Testing;
using Hale.Web.Contract;
using Hale.Web.Hosting;
using Xunit;

namespace Hale.Tests.Web;

/// <summary>A real host around a daemon in memory, and clients for both of its listeners.</summary>
internal sealed class WebFixture : IAsyncDisposable
{
    private readonly Scratch scratch = new();
    private WebHost host = null!;

    public FakeDaemon Daemon { get; } = new(SampleWorld.Mixed);

    /// <summary>Speaks over the unix socket.</summary>
    public HttpClient Socket { get; private set; } = null!;

    /// <summary>Speaks over loopback TCP.</summary>
    public HttpClient Tcp { get; private set; } = null!;

    public string SocketPath => host.SocketPath;

    public int Port => host.Address!.Port;

    public static async Task<WebFixture> StartAsync(string? token = null, Snapshot? world = null, Func<DaemonSpec, DaemonSpec>? change = null, TimeProvider? time = null)
    {
        var fixture = new WebFixture();
        if (world is not null)
            fixture.Daemon.Publish(_ => world);
        var spec = new DaemonSpec { StateDirectory = fixture.scratch["state"], Listen = "127.0.0.1:0", Token = token };
        fixture.host = await WebHost.StartAsync(fixture.Daemon, change?.Invoke(spec) ?? spec, time ?? TimeProvider.System, TestContext.Current.CancellationToken);
        var path = fixture.host.SocketPath;
        fixture.Socket = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        }) { BaseAddress = new Uri("http://hale") };
        fixture.Tcp = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = fixture.host.Address };
        return fixture;
    }

    /// <summary>Sends bytes as they are over TCP and reads until the host closes or has nothing more to say.</summary>
    public async Task<string> RawAsync(byte[] bytes, bool end = true)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Port, cancel);
        var answer = new MemoryStream();
        try
        {
            await socket.SendAsync(bytes, SocketFlags.None, cancel);
            if (end)
                socket.Shutdown(SocketShutdown.Send);
            var buffer = new byte[4096];
            while (await socket.ReceiveAsync(buffer, SocketFlags.None, cancel) is > 0 and var count)
                answer.Write(buffer, 0, count);
        }
        catch (SocketException)
        {
            // The host may reset a connection that it does not want; what it said before is the answer.
        }
        return Encoding.Latin1.GetString(answer.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        Socket.Dispose();
        Tcp.Dispose();
        await host.DisposeAsync();
        scratch.Dispose();
    }
}

internal static class Answers
{
    /// <summary>The words of a refusal, after checking that it is a well-formed problem of that status.</summary>
    public static async Task<string> ProblemAsync(this HttpResponseMessage response, HttpStatusCode status)
    {
        var cancel = TestContext.Current.CancellationToken;
        Assert.Equal((status, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        var problem = await response.Content.ReadFromJsonAsync(WireJson.Default.ProblemDto, cancel);
        Assert.Equal((int)status, problem!.Status);
        Assert.NotEmpty(problem.Title);
        return problem.Detail;
    }
}
