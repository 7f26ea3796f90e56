using System.Net;
using System.Net.Sockets;
using Hale.Config;
using Hale.Testing;
using Hale.Web.Hosting;
using Xunit;

namespace Hale.Tests.Web;

public sealed class WebHostTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Task<WebHost> StartAsync(string state, string? listen = null, string? token = null) => WebHost.StartAsync(
        new FakeDaemon(SampleWorld.Well),
        new DaemonSpec { StateDirectory = state, Listen = listen, Token = token },
        TimeProvider.System,
        Cancel);

    [Fact]
    public async Task The_socket_and_a_new_state_folder_are_their_owners_only_and_the_socket_goes_with_the_host()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("there are no file modes here");
            return;
        }
        using var scratch = new Scratch();
        var host = await StartAsync(scratch["state"]);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(host.SocketPath));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(scratch["state"]));
        Assert.Null(host.Address);
        await host.DisposeAsync();
        Assert.False(Path.Exists(host.SocketPath));
    }

    [Fact]
    public async Task The_socket_of_a_killed_Hale_is_taken_over()
    {
        using var scratch = new Scratch();
        var path = scratch[WebHost.SocketName];
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(path));
            dead.Listen();
            // Moved away and back, since .NET removes the file of a socket that it closes; a kill does not.
            File.Move(path, path + ".kept");
        }
        File.Move(path + ".kept", path);
        await using var host = await StartAsync(scratch.Path);
        Assert.Equal(path, host.SocketPath);
    }

    [Fact]
    public async Task A_Hale_that_answers_keeps_its_socket()
    {
        using var scratch = new Scratch();
        await using var first = await StartAsync(scratch.Path);
        var refusal = await Assert.ThrowsAsync<WebHostException>(() => StartAsync(scratch.Path));
        Assert.Contains("Another Hale answers", refusal.Message);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(first.SocketPath), Cancel);
    }

    [Fact]
    public async Task A_file_of_somebody_else_in_the_sockets_place_is_left_alone()
    {
        using var scratch = new Scratch();
        await File.WriteAllTextAsync(scratch[WebHost.SocketName], "mine", Cancel);
        var refusal = await Assert.ThrowsAsync<WebHostException>(() => StartAsync(scratch.Path));
        Assert.Contains("in the way", refusal.Message);
        Assert.Equal("mine", await File.ReadAllTextAsync(scratch[WebHost.SocketName], Cancel));
    }

    [Fact]
    public async Task A_path_that_is_too_long_for_the_kernel_is_explained()
    {
        using var scratch = new Scratch();
        var refusal = await Assert.ThrowsAsync<WebHostException>(() => StartAsync(scratch[new string('x', 120)]));
        Assert.Contains("hale.state", refusal.Message);
    }

    [Fact]
    public async Task A_port_in_use_is_explained_and_leaves_no_socket_behind()
    {
        using var scratch = new Scratch();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var refusal = await Assert.ThrowsAsync<WebHostException>(() => StartAsync(scratch.Path, taken.LocalEndpoint.ToString()));
        Assert.Contains("in use", refusal.Message);
        Assert.Contains("hale.listen", refusal.Message);
        Assert.False(Path.Exists(scratch[WebHost.SocketName]));
    }

    [Theory]
    [InlineData("0.0.0.0:0")]
    [InlineData("[::]:0")]
    [InlineData("192.0.2.1:7411")]
    public async Task Off_loopback_without_a_token_it_does_not_start(string listen)
    {
        using var scratch = new Scratch();
        var refusal = await Assert.ThrowsAsync<WebHostException>(() => StartAsync(scratch.Path, listen));
        Assert.Contains("hale.token", refusal.Message);
        Assert.False(Path.Exists(scratch[WebHost.SocketName]));
    }

    [Fact]
    public async Task Off_loopback_with_a_token_every_read_needs_it()
    {
        using var scratch = new Scratch();
        await using var host = await StartAsync(scratch.Path, "0.0.0.0:0", "secret");
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var response = await client.GetAsync($"http://127.0.0.1:{host.Address!.Port}/api/v1/status", Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task An_address_that_is_not_of_this_machine_is_explained()
    {
        using var scratch = new Scratch();
        var refusal = await Assert.ThrowsAsync<WebHostException>(() => StartAsync(scratch.Path, "192.0.2.1:7411", "secret"));
        Assert.Contains("not an address of this machine", refusal.Message);
    }

    [Theory]
    [InlineData("7411")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:70000")]
    [InlineData("example.org:80")]
    [InlineData("::1:7411")]
    [InlineData("[127.0.0.1]:7411")]
    [InlineData("")]
    public void A_listen_address_that_is_not_one_is_refused(string listen)
    {
        var refusal = Assert.Throws<WebHostException>(() => ListenAddress.Parse(listen, hasToken: true));
        Assert.Contains("HOST:PORT", refusal.Message);
    }

    [Theory]
    [InlineData("127.0.0.1:7411", "127.0.0.1:7411")]
    [InlineData("localhost:80", "127.0.0.1:80")]
    [InlineData("[::1]:7411", "[::1]:7411")]
    [InlineData("[0:0::1]:7411", "[::1]:7411")]
    [InlineData("127.0.0.1:0", "127.0.0.1:0")]
    public void A_loopback_address_needs_no_token(string listen, string endPoint) =>
        Assert.Equal(endPoint, ListenAddress.Parse(listen, hasToken: false).ToString());
}
