using System.Net.Sockets;
using System.Text.RegularExpressions;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Testing;
using Hale.Testing.Servers;
using Xunit;

namespace Hale.Tests.Probes;

public sealed class SshProbeTests : IDisposable
{
    private readonly Scratch folder = new();

    public void Dispose() => folder.Dispose();

    private static async Task<(Outcome, string)> Ask(int port, string? expect = null, TimeSpan? timeout = null)
    {
        var values = new Dictionary<string, object> { ["address"] = $"127.0.0.1:{port}" };
        if (expect is not null)
            values["expect"] = new Regex(expect);
        var result = await SshProbe.Kind.Create(new Settings(values)).TryAsync(timeout);
        return (result.Outcome, result.Evidence);
    }

    [Fact]
    public async Task A_server_introduces_itself()
    {
        await using var server = await Sshd.StartAsync(folder.Path);
        var (outcome, evidence) = await Ask(server.Port);
        Assert.Equal(Outcome.Pass, outcome);
        Assert.StartsWith("'SSH-2.0-OpenSSH_", evidence, StringComparison.Ordinal);
        Assert.Equal(Outcome.Pass, (await Ask(server.Port, "OpenSSH_[0-9]")).Item1);
        Assert.EndsWith("does not match 'dropbear'", (await Ask(server.Port, "dropbear")).Item2, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_with_too_many_strangers_says_so()
    {
        await using var server = await Sshd.StartAsync(folder.Path, "MaxStartups 1:100:1");
        Socket? stranger;
        // Who looked whether the server is up may still count as a stranger itself.
        while ((stranger = await StrangerAsync(server.Port)) is null)
        {
        }
        using var held = stranger;

        var (outcome, evidence) = await Ask(server.Port);
        // It says why and closes at once; the reset can overtake what it said.
        Assert.Equal(Outcome.Fail, outcome);
        Assert.Matches("too many connections that have not logged in yet: 'Exceeded MaxStartups'|connection reset|closed the connection", evidence);
    }

    /// <summary>Somebody who does not log in; null when the server did not let them in.</summary>
    private static async Task<Socket?> StrangerAsync(int port)
    {
        var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var said = new byte[100];
        await stranger.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
        try
        {
            var count = await stranger.ReceiveAsync(said, TestContext.Current.CancellationToken);
            if (said.AsSpan(0, count).StartsWith("SSH-"u8))
                return stranger;
        }
        catch (SocketException)
        {
            // The reset has overtaken what it said.
        }
        stranger.Dispose();
        return null;
    }

    [Fact]
    public async Task Lines_before_the_introduction_are_passed_over()
    {
        await using var server = LoopbackServer.Start(visit => visit.WriteAsync("Welcome!\r\nBe nice.\r\nSSH-2.0-Hello\r\n"));
        Assert.Equal((Outcome.Pass, "'SSH-2.0-Hello'"), await Ask(server.Port));
    }

    [Theory]
    [InlineData("SSH-1.5-old\r\n", "it speaks no SSH 2: 'SSH-1.5-old'")]
    [InlineData("Exceeded MaxStartups\r\n", "it has too many connections that have not logged in yet: 'Exceeded MaxStartups'")]
    [InlineData("Not allowed at this time\r\n", "it has had enough of this address for a while: 'Not allowed at this time'")]
    [InlineData("SSH-2.0-half", "in the middle of the introduction: 'SSH-2.0-half'")]
    [InlineData("\u0001\u0002\n", "does not introduce itself as SSH")]
    [InlineData("", "closed the connection before the introduction")]
    public async Task What_is_no_introduction_fails(string said, string why)
    {
        await using var server = LoopbackServer.Start(async visit =>
        {
            await visit.WriteAsync(said);
            visit.Socket.Shutdown(SocketShutdown.Send);
            await visit.Socket.ReceiveAsync(new byte[10], visit.Stop);
        });
        var (outcome, evidence) = await Ask(server.Port);
        Assert.Equal(Outcome.Fail, outcome);
        Assert.Contains(why, evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_chatter_and_a_closed_port_fail()
    {
        using var refusing = LoopbackServer.Refusing(out var closed);
        await using var silent = LoopbackServer.Start(visit => visit.HangAsync());
        await using var chatter = LoopbackServer.Start(async visit =>
        {
            while (!visit.Stop.IsCancellationRequested)
                await visit.WriteAsync("220 not ssh\r\n");
        });
        Assert.Equal((Outcome.Fail, $"connecting to 127.0.0.1:{closed}: connection refused"), await Ask(closed));
        Assert.Equal((Outcome.Fail, $"no introduction from 127.0.0.1:{silent.Port} within 300ms"), await Ask(silent.Port, timeout: Attempts.Short));
        Assert.Equal((Outcome.Fail, $"127.0.0.1:{chatter.Port} does not introduce itself as SSH: '220 not ssh'"), await Ask(chatter.Port));
    }
}
