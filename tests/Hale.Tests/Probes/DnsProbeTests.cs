using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Testing;
using Hale.Testing.Servers;
using Xunit;

namespace Hale.Tests.Probes;

/// <summary>A real NSD for all tests of the class.</summary>
public sealed class NsdFixture : IAsyncLifetime
{
    private readonly Scratch folder = new();

    public Nsd Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await Nsd.StartAsync(folder.Path);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        folder.Dispose();
    }
}

public sealed class DnsProbeTests(NsdFixture fixture) : IClassFixture<NsdFixture>
{
    private Task<ProbeResult> Ask(string name, string type = "A", Dictionary<string, object>? more = null, int? port = null, TimeSpan? timeout = null)
    {
        var values = new Dictionary<string, object>(more ?? []) { ["name"] = name, ["type"] = type, ["server"] = $"127.0.0.1:{port ?? fixture.Server.Port}" };
        return DnsProbe.Kind.Create(new Settings(values)).TryAsync(timeout);
    }

    [Theory]
    [InlineData("www.example.test", "A", "'192.0.2.1, 192.0.2.2'")]
    [InlineData("WWW.Example.Test.", "AAAA", "'2001:db8::1'")]
    [InlineData("alias.example.test", "A", "'192.0.2.1, 192.0.2.2'")]
    [InlineData("alias.example.test", "CNAME", "'other.example.test'")]
    [InlineData("example.test", "MX", "'10 mail.example.test, 20 backup.example.net'")]
    [InlineData("example.test", "TXT", "'one; and two, v=spf1 -all'")]
    [InlineData("example.test", "NS", "'ns.example.test'")]
    [InlineData("example.test", "SOA", "'ns.example.test admin.example.test 2025010101 3600 600 86400 60'")]
    [InlineData("_http._tcp.example.test", "SRV", "'1 2 8080 www.example.test'")]
    [InlineData("192.0.2.1", "PTR", "'www.example.test'")]
    public async Task Records_of_every_type_are_shown(string name, string type, string records)
    {
        var result = await Ask(name, type);
        Assert.Equal(Outcome.Pass, result.Outcome);
        // The server may give them in any order.
        Assert.Equal(Sorted($"{type} of {name} from 127.0.0.1:{fixture.Server.Port}: {records}"), Sorted(result.Evidence));
        Assert.True(result.Value("latency") > 0);
    }

    [Theory]
    [InlineData("nothing.example.test", "A", "NXDOMAIN: there is no such name")]
    [InlineData("ns.example.test", "AAAA", "there are no such records")]
    [InlineData("www.other.test", "A", "REFUSED: it does not answer us")]
    [InlineData("www.broken.test", "A", "SERVFAIL: it could not find out")]
    public async Task What_is_not_there_fails_with_its_name(string name, string type, string why)
    {
        var result = await Ask(name, type);
        Assert.Equal((Outcome.Fail, $"{type} of {name} from 127.0.0.1:{fixture.Server.Port}: {why}"), (result.Outcome, result.Evidence));
    }

    [Fact]
    public async Task An_answer_that_does_not_fit_into_a_datagram_is_fetched_over_tcp()
    {
        var result = await Ask("many.example.test");
        Assert.Equal((Outcome.Pass, 100, 300), (result.Outcome, result.Value("records"), result.Value("ttl")));
        Assert.Equal(100, (await Ask("many.example.test", more: new() { ["tcp"] = true })).Value("records"));
    }

    [Theory]
    [InlineData("contains", "192.0.2.2", true)]
    [InlineData("contains", "192.0.2.3", false)]
    [InlineData("equals", "192.0.2.2 192.0.2.1", true)]
    [InlineData("equals", "192.0.2.2", false)]
    [InlineData("matches", @"^192\.0\.2\.2$", true)]
    [InlineData("matches", "^10", false)]
    [InlineData("min", "2", true)]
    [InlineData("min", "3", false)]
    public async Task The_answer_must_be_the_one_that_is_wanted(string key, string wanted, bool passes)
    {
        object value = key switch { "matches" => new Regex(wanted), "min" => long.Parse(wanted, System.Globalization.CultureInfo.InvariantCulture), _ => wanted.Split(' ') };
        var result = await Ask("www.example.test", more: new() { [key] = value });
        Assert.Equal(passes ? Outcome.Pass : Outcome.Fail, result.Outcome);
        Assert.Contains("192.0.2.", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_port_fails_and_so_does_silence()
    {
        using var nobody = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)nobody.LocalEndPoint!).Port;
        var silent = await Ask("www.example.test", port: port, timeout: Attempts.Short);
        nobody.Dispose();
        var closed = await Ask("www.example.test", port: port);

        Assert.Equal((Outcome.Fail, $"asking 127.0.0.1:{port}: no answer within 300ms"), (silent.Outcome, silent.Evidence));
        Assert.Equal((Outcome.Fail, $"asking 127.0.0.1:{port}: connection refused"), (closed.Outcome, closed.Evidence));
    }

    [Fact]
    public async Task Rubbish_fails_and_strangers_are_passed_over()
    {
        await using var rubbish = new DatagramServer(query => [[query[0], query[1], 1, 2, 3]]);
        await using var endless = new DatagramServer(query => Enumerable.Repeat(new byte[] { (byte)~query[0], 1, 2 }, 200));
        await using var echo = new DatagramServer(query => [[9], [], query]);
        Assert.Equal((Outcome.Fail, $"127.0.0.1:{rubbish.Port} answers, but it is shorter than a header"), await Short(rubbish.Port));
        Assert.Equal((Outcome.Fail, $"127.0.0.1:{endless.Port} sends datagrams that answer nothing"), await Short(endless.Port));
        Assert.Equal((Outcome.Fail, $"127.0.0.1:{echo.Port} answers, but it is no answer"), await Short(echo.Port));

        async Task<(Outcome, string)> Short(int port) => await Ask("www.example.test", port: port) is var result ? (result.Outcome, result.Evidence) : default;
    }

    [Fact]
    public async Task Over_tcp_it_is_as_strict()
    {
        await using var half = LoopbackServer.Start(async visit =>
        {
            _ = await visit.Socket.ReceiveAsync(new byte[500]);
            await visit.WriteAsync("\0\u0020ab");
        });
        await using var other = LoopbackServer.Start(async visit =>
        {
            _ = await visit.Socket.ReceiveAsync(new byte[500]);
            await visit.WriteAsync("\0\u0001a");
        });
        await using var reset = LoopbackServer.Start(async visit =>
        {
            _ = await visit.Socket.ReceiveAsync(new byte[500]);
            visit.Reset();
        });
        await using var silent = LoopbackServer.Start(visit => visit.HangAsync());
        using var refusing = LoopbackServer.Refusing(out var closed);

        Assert.Contains("closed the connection before its answer was whole", await Tcp(half.Port), StringComparison.Ordinal);
        Assert.Contains("something that was not asked", await Tcp(other.Port), StringComparison.Ordinal);
        Assert.Contains("over TCP: connection reset", await Tcp(reset.Port), StringComparison.Ordinal);
        Assert.Contains("no answer within 300ms", await Tcp(silent.Port, Attempts.Short), StringComparison.Ordinal);
        Assert.Contains("over TCP: connection refused", await Tcp(closed), StringComparison.Ordinal);

        async Task<string> Tcp(int port, TimeSpan? timeout = null)
        {
            var result = await Ask("www.example.test", more: new() { ["tcp"] = true }, port: port, timeout: timeout);
            Assert.Equal(Outcome.Fail, result.Outcome);
            return result.Evidence;
        }
    }

    [Theory]
    [InlineData(null, "Could not find file")]
    [InlineData("search example.test\n", "names no server")]
    [InlineData("nameserver 127.9.9.1\nnameserver 127.9.9.2\n", "the name server of this machine: asking 127.9.9.2:53: connection refused")]
    public async Task Servers_of_this_machine_that_do_not_answer_say_nothing_about_the_name(string? file, string why)
    {
        using var folder = new Scratch();
        if (file is not null)
            File.WriteAllText(folder["resolv.conf"], file);
        var result = await DnsProbe.Create(new Settings(new Dictionary<string, object> { ["name"] = "a.test" }), folder["resolv.conf"]).TryAsync();
        Assert.Equal(Outcome.Inconclusive, result.Outcome);
        Assert.Contains(why, result.Evidence, StringComparison.Ordinal);
    }

    private static string Sorted(string text) => string.Concat(text.Order());
}
