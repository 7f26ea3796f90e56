using System.Net.Sockets;
using System.Text.RegularExpressions;
using Hale.Config;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Testing;
using Hale.Testing.Servers;
using Xunit;

namespace Hale.Tests.Probes;

public sealed class RedisProbeTests : IDisposable
{
    private readonly Scratch folder = new();

    public void Dispose() => folder.Dispose();

    private static async Task<(Outcome, string)> Ask(int port, Dictionary<string, object>? more = null, TimeSpan? timeout = null)
    {
        var result = await AskFully(port, more, timeout);
        return (result.Outcome, result.Evidence);
    }

    private static Task<ProbeResult> AskFully(int port, Dictionary<string, object>? more = null, TimeSpan? timeout = null) =>
        RedisProbe.Kind.Create(new Settings(new Dictionary<string, object>(more ?? []) { ["address"] = $"127.0.0.1:{port}" })).TryAsync(timeout);

    [Fact]
    public async Task A_server_answers_and_its_fields_and_keys_are_seen()
    {
        await using var redis = await Redis.StartAsync(folder.Path);
        redis.Tell("SET jobs 17");
        redis.Tell("LPUSH list 1");

        Assert.Equal((Outcome.Pass, "PONG"), await Ask(redis.Port));
        var memory = await AskFully(redis.Port, new() { ["info"] = "used_memory" });
        Assert.True(memory.Value("value") > 100_000, memory.Evidence);
        Assert.Equal((Outcome.Pass, "role is 'master'"), await Ask(redis.Port, new() { ["info"] = "role", ["expect"] = new Regex("^master$") }));
        Assert.Equal((Outcome.Fail, "role is 'master', which does not match '^slave$'"), await Ask(redis.Port, new() { ["info"] = "role", ["expect"] = new Regex("^slave$") }));
        Assert.Equal((Outcome.Inconclusive, "INFO has no field rol"), await Ask(redis.Port, new() { ["info"] = "rol" }));
        Assert.Equal(17, (await AskFully(redis.Port, new() { ["key"] = "jobs" })).Value("value"));
        Assert.Equal((Outcome.Fail, "there is no key nothing"), await Ask(redis.Port, new() { ["key"] = "nothing" }));
        Assert.Equal(Outcome.Inconclusive, (await Ask(redis.Port, new() { ["key"] = "list" })).Item1);
    }

    [Fact]
    public async Task Who_may_not_look_learns_nothing()
    {
        await using var redis = await Redis.StartAsync(folder.Path, "--requirepass", "let me in", "--user", "watcher", "on", ">secret", "+ping");

        Assert.Equal((Outcome.Inconclusive, "PING: it wants a password: 'NOAUTH Authentication required.'"), await Ask(redis.Port));
        Assert.Equal(Outcome.Inconclusive, (await Ask(redis.Port, new() { ["password"] = "wrong" })).Item1);
        Assert.StartsWith("AUTH: user or password is wrong: 'WRONGPASS", (await Ask(redis.Port, new() { ["password"] = "wrong" })).Item2, StringComparison.Ordinal);
        Assert.Equal((Outcome.Pass, "PONG"), await Ask(redis.Port, new() { ["password"] = "let me in" }));
        Assert.Equal((Outcome.Pass, "PONG"), await Ask(redis.Port, new() { ["user"] = "watcher", ["password"] = "secret" }));
        Assert.StartsWith("INFO: the user may not do that", (await Ask(redis.Port, new() { ["user"] = "watcher", ["password"] = "secret", ["info"] = "role" })).Item2, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_where_none_is_set_is_our_own_mistake()
    {
        await using var redis = await Redis.StartAsync(folder.Path);
        var result = await Ask(redis.Port, new() { ["password"] = "any" });
        Assert.Equal(Outcome.Inconclusive, result.Item1);
        Assert.Contains("without any password configured", result.Item2, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_still_loads_fails_and_says_so()
    {
        await using (var first = await Redis.StartAsync(folder.Path))
        {
            for (var i = 0; i < 200; i++)
                first.Tell($"SET key:{i} {new string('x', 3000)}");
            Assert.StartsWith("+OK", first.Tell("SAVE"), StringComparison.Ordinal);
        }
        // It serves between one key and the next, of which each takes a second.
        await using var redis = await Redis.StartAsync(folder.Path, "--key-load-delay", "1000000", "--loading-process-events-interval-bytes", "1024");
        var (outcome, evidence) = await Ask(redis.Port);
        Assert.Equal(Outcome.Fail, outcome);
        Assert.StartsWith("PING: it still reads its data from disk: 'LOADING", evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replica_without_its_master_is_told()
    {
        using var refusing = LoopbackServer.Refusing(out var master);
        await using (var stale = await Redis.StartAsync(folder.Path, "--replicaof", "127.0.0.1", $"{master}"))
        {
            var link = await Ask(stale.Port, new() { ["info"] = "master_link_status", ["expect"] = new Regex("^up$") });
            Assert.Equal((Outcome.Fail, "master_link_status is 'down', which does not match '^up$'"), link);
        }
        await using var strict = await Redis.StartAsync(folder.Path, "--replicaof", "127.0.0.1", $"{master}", "--replica-serve-stale-data", "no");
        var (outcome, evidence) = await Ask(strict.Port);
        Assert.Equal(Outcome.Fail, outcome);
        Assert.StartsWith("PING: it is a replica without a link to its master: 'MASTERDOWN", evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_has_no_room_for_clients_fails()
    {
        await using var redis = await Redis.StartAsync(folder.Path, "--maxclients", "1");
        // The connection that saw the server listen may still count for a moment.
        using var holder = await Eventually.GivesAsync(() => Hold(redis.Port), "one client is let in");

        var (outcome, evidence) = await Ask(redis.Port);
        Assert.Equal(Outcome.Fail, outcome);
        // It says so and closes, and which of them arrives first is a matter of luck.
        Assert.Matches("max number of clients reached|connection reset|closed the connection", evidence);
    }

    private static Socket? Hold(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect("127.0.0.1", port);
            socket.Send("PING\r\n"u8);
            var answer = new byte[1];
            if (socket.Receive(answer) == 1 && answer[0] == (byte)'+')
                return socket;
        }
        catch (SocketException)
        {
            // Turned away.
        }
        socket.Dispose();
        return null;
    }

    [Fact]
    public async Task Tls_is_spoken_and_the_certificate_judged()
    {
        using var certificates = new TestCertificates(folder.Path);
        var (certificate, key) = certificates.Sign("server");
        var secure = Ports.Free();
        await using var redis = await Redis.StartAsync(
            folder.Path, "--tls-port", $"{secure}", "--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", certificates.Authority, "--tls-auth-clients", "no");

        Assert.Equal((Outcome.Pass, "PONG"), await Ask(secure, new() { ["tls"] = true, ["tls_verify"] = false }));
        var (outcome, evidence) = await Ask(secure, new() { ["tls"] = true });
        Assert.Equal(Outcome.Fail, outcome);
        Assert.Contains("not trusted", evidence, StringComparison.Ordinal);
        Assert.Equal(Outcome.Fail, (await Ask(redis.Port, new() { ["tls"] = true })).Item1);
    }

    [Fact]
    public async Task What_misbehaves_fails_step_by_step()
    {
        using var refusing = LoopbackServer.Refusing(out var closed);
        Assert.Equal((Outcome.Fail, $"connecting to 127.0.0.1:{closed}: connection refused"), await Ask(closed));

        await Misbehaving(visit => visit.HangAsync(), port => $"no answer to PING from 127.0.0.1:{port} within 300ms", Attempts.Short);
        await Misbehaving(visit => visit.WriteAsync("+PO"), port => $"127.0.0.1:{port} closed the connection in the middle of the answer to PING: '+PO'");
        await Misbehaving(
            visit =>
            {
                visit.Reset();
                return Task.CompletedTask;
            },
            port => "connection reset");
        await Misbehaving(visit => visit.WriteAsync("SSH-2.0-OpenSSH\r\n"), _ => "the answer to PING is not one of redis: 'SSH-2.0-OpenSSH'");
        await Misbehaving(visit => visit.WriteAsync("+PANG\r\n"), _ => "the answer to PING is 'PANG'");
        await Misbehaving(visit => visit.WriteAsync("$-2\r\n"), _ => "is not one of redis");
        await Misbehaving(
            async visit =>
            {
                while (!visit.Stop.IsCancellationRequested)
                    await visit.WriteAsync(new string('x', 1000));
            },
            port => $"127.0.0.1:{port} sends a line without end: 'xxx");
    }

    [Fact]
    public async Task A_value_beyond_the_limit_is_not_read()
    {
        await using var server = LoopbackServer.Start(async visit =>
        {
            await visit.WriteAsync("+PONG\r\n$999999999\r\n");
            await visit.HangAsync();
        });
        var (outcome, evidence) = await Ask(server.Port, new() { ["key"] = "any" });
        Assert.Equal((Outcome.Inconclusive, "the answer to GET has 999999999 bytes, more than the 1 MiB that are read"), (outcome, evidence));
    }

    [Theory]
    [InlineData("redis: 'host:x'", "is not HOST or HOST:PORT")]
    [InlineData("redis: { address: a, user: b }", "needs a password")]
    [InlineData("redis: { address: a, info: b, key: c }", "looks at one thing")]
    [InlineData("redis: { address: a, expect: b }", "needs info or key")]
    public void What_makes_no_sense_is_refused(string check, string words)
    {
        var loaded = new SpecLoader().LoadText($"targets:\n  a:\n    checks:\n      it: {{ {check} }}\n", "hale.yaml", "/srv", _ => null);
        Assert.Contains(loaded.Errors, error => error.ToString().Contains(words, StringComparison.Ordinal));
    }

    private static async Task Misbehaving(Behaviour behaviour, Func<int, string> evidence, TimeSpan? timeout = null)
    {
        await using var server = LoopbackServer.Start(behaviour);
        var (outcome, said) = await Ask(server.Port, timeout: timeout);
        Assert.Equal(Outcome.Fail, outcome);
        Assert.Contains(evidence(server.Port), said, StringComparison.Ordinal);
    }
}
