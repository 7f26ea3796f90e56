using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hale.Core.Readiness;
using Hale.Readiness;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Readiness;

/// <summary>A way not to become ready: the target as a person would write it, how it is waited for, and what the reason must name.</summary>
/// <param name="Target">The target.</param>
/// <param name="Names">What the reason must have in it.</param>
internal sealed record Way(string Target, params string[] Names)
{
    public ReadyOptions Options { get; init; } = new() { MaxAttempts = 1, Timeout = Eventually.Limit };

    public GateEnd End { get; init; } = GateEnd.NotReady;

    /// <summary>Done once the first attempt has ended.</summary>
    public Action? Meanwhile { get; init; }
}

/// <summary>The corpus: each way is set up with real sockets, files and processes, which are gone when this is disposed of.</summary>
internal sealed class Ways : IAsyncDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    private readonly Scratch scratch = new();
    private readonly List<IAsyncDisposable> servers = [];
    private readonly List<IDisposable> held = [];

    public static IReadOnlyDictionary<string, Func<Ways, Way>> All { get; } = new Dictionary<string, Func<Ways, Way>>
    {
        ["port refused"] = ways => new($"tcp:127.0.0.1:{ways.Refusing()}", "connection refused", "nothing listens on port"),
        ["url refused"] = ways => new($"http://127.0.0.1:{ways.Refusing()}/", "connection refused", "nothing listens on port"),
        ["listens on a port nearby"] = ways => ways.NearMiss(),
        ["listens on another address"] = ways => ways.OtherAddress(),
        ["the known process listens elsewhere"] = ways => ways.KnownElsewhere(),
        ["the known process listens nowhere"] = ways => ways.KnownNowhere(),
        ["accepts and never answers"] = ways => ways.Hanging(visit => visit.HangAsync(), "connected to 127.0.0.1:", "but no answer within 300ms"),
        ["takes the request and never answers"] = ways => ways.Hanging(async visit =>
        {
            await visit.ReadRequestAsync();
            await visit.HangAsync();
        }, "but no answer within 300ms"),
        ["answers half a header"] = ways => ways.Hanging(async visit =>
        {
            await visit.WriteAsync("HTTP/1.1 200 OK\r\nContent-Le");
            await visit.HangAsync();
        }, "but no answer within 300ms"),
        ["answers half a body"] = ways => ways.Hanging(async visit =>
        {
            await visit.ReadRequestAsync();
            await visit.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
            await visit.HangAsync();
        }, "answered, but the body did not end within 300ms"),
        ["closes at once"] = ways => ways.Http(_ => Task.CompletedTask, "closed"),
        ["resets the connection"] = ways => ways.Http(visit =>
        {
            visit.Reset();
            return Task.CompletedTask;
        }, "connection reset"),
        ["speaks another protocol"] = ways => ways.Http(visit => visit.WriteAsync("220 mail.example ESMTP\r\n"), "HTTP"),
        ["is starting"] = ways => ways.Answer("503 Service Unavailable", "the database is not there yet", "status 503: 'the database is not there yet'"),
        ["answers 500 with nothing"] = ways => ways.Answer("500 Internal Server Error", "", "status 500"),
        ["answers 404"] = ways => ways.Answer("404 Not Found", "no such page", "status 404: 'no such page'"),
        ["answers 401"] = ways => ways.Answer("401 Unauthorized", "who are you", "status 401: 'who are you'"),
        ["answers 204 where 200 is wanted"] = ways => ways.Answer("204 No Content", "", "status 204"),
        ["redirects"] = ways => ways.Answer("302 Found", "", "status 302"),
        ["an unknown certificate"] = ways => ways.Https("localhost", 30, "the certificate is not trusted"),
        ["an expired certificate"] = ways => ways.Https("localhost", -1, "the certificate expired on"),
        ["a certificate for another name"] = ways => ways.Https("other.example", 30, "the certificate is not for localhost"),
        ["plain where TLS is wanted"] = ways => ways.PlainForTls(),
        ["a name that does not exist"] = _ => new("dns:no-such-name.invalid", "looking up no-such-name.invalid") { End = EndOf("no-such-name.invalid") },
        ["a url with a name that does not exist"] = _ => new("http://no-such-name.invalid/", "looking up no-such-name.invalid") { End = EndOf("no-such-name.invalid") },
        ["no such file"] = ways => new($"file:{ways.At("app.pid")}", $"{ways.At("app.pid")} does not exist"),
        ["no file matches"] = ways => new($"file:{ways.At("*.ready")}", "*.ready does not exist"),
        ["an empty file"] = ways => ways.File("", options => options with { MinSize = 1 }, "has 0 bytes, fewer than 1"),
        ["an old file"] = ways => ways.File("1", options => options with { NewerThan = TimeSpan.FromMinutes(1) }, "was modified", "ago, longer than"),
        ["no such socket"] = ways => new($"unix:{ways.At("app.sock")}", "app.sock does not exist"),
        ["a file where a socket is wanted"] = ways => new($"unix:{ways.Write("app.sock", "")}", "app.sock is not a socket"),
        ["a socket that was left behind"] = ways => new($"unix:{ways.AbandonedSocket()}", "connection refused", "an earlier process may have left behind"),
        ["no such log"] = ways => new($"log:{ways.At("app.log")}:/ready/", "app.log does not exist"),
        ["a log without the line"] = ways => new($"log:{ways.Write("app.log", "starting\n")}:/ready/", "no line that matches has been written to"),
        ["a log with the line of an earlier run"] = ways => new($"log:{ways.Write("app.log", "ready\n")}:/ready/", "one stood there before, which --from-start would count"),
        ["a command that fails"] = ways => new($"exec:{ways.Program("echo warming up; exit 3")}", "exited with code 3", "warming up"),
        ["a command that says nothing"] = ways => new($"exec:{ways.Program("exit 1")}", "exited with code 1, no output"),
        ["a command that is killed"] = ways => new($"exec:{ways.Program("kill -9 $$")}", "killed by SIGKILL"),
        ["a command that hangs"] = ways => new Way($"exec:{ways.Program("sleep 1000")}", "timed out after") is var way ? way with { Options = way.Options with { AttemptTimeout = Short } } : way,
        ["no such command"] = _ => new("exec:/no/such/command", "cannot start /no/such/command", "No such file or directory") { End = GateEnd.CouldNotTell },
        ["no such process"] = _ => new($"pid:{int.MaxValue}", $"there is no process {int.MaxValue}"),
        ["a process that ends meanwhile"] = ways => ways.Dies(viaTarget: true),
        ["a process of ours that ends meanwhile"] = ways => ways.Dies(viaTarget: false),
        ["the deadline"] = ways => new Way($"tcp:127.0.0.1:{ways.Refusing()}", "not ready within 2 s", "connection refused") { Options = new() { Timeout = TimeSpan.FromSeconds(2) } },
    };

    public async ValueTask DisposeAsync()
    {
        foreach (var server in servers)
            await server.DisposeAsync();
        held.ForEach(each => each.Dispose());
        scratch.Dispose();
    }

    // Without any name server nothing is known about a name; with one, that it does not exist.
    private static GateEnd EndOf(string name)
    {
        try
        {
            Dns.GetHostAddresses(name);
            throw new InvalidOperationException($"{name} exists");
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData ? GateEnd.NotReady : GateEnd.CouldNotTell;
        }
    }

    private string At(string name) => scratch[name];

    private string Write(string name, string text)
    {
        System.IO.File.WriteAllText(At(name), text);
        return At(name);
    }

    private string Program(string text) => Script.Write(At("program"), $"#!/bin/sh\n{text}\n");

    private int Refusing()
    {
        held.Add(LoopbackServer.Refusing(out var port));
        return port;
    }

    private LoopbackServer Serve(Behaviour behaviour)
    {
        var server = LoopbackServer.Start(behaviour);
        servers.Add(server);
        return server;
    }

    private Way Http(Behaviour behaviour, params string[] names) => new(Serve(behaviour).Url().ToString(), names);

    private Way Hanging(Behaviour behaviour, params string[] names)
    {
        var way = Http(behaviour, names);
        // More than one attempt: on a busy machine one may be cut off before it could tell.
        return way with { Options = way.Options with { AttemptTimeout = Short, MaxAttempts = 5 } };
    }

    private Way Answer(string status, string body, params string[] names) => Http(async visit =>
    {
        await visit.ReadRequestAsync();
        await visit.WriteAsync($"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }, names);

    private Way Https(string name, int days, params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        using var signed = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(days - 90), DateTimeOffset.UtcNow.AddDays(days));
        var certificate = X509CertificateLoader.LoadPkcs12(signed.Export(X509ContentType.Pfx), null);
        held.Add(certificate);
        var server = Serve(async visit =>
        {
            await using var tls = new SslStream(new NetworkStream(visit.Socket));
            try
            {
                await tls.AuthenticateAsServerAsync(certificate);
                await visit.HangAsync();
            }
            catch (Exception error) when (error is IOException or System.Security.Authentication.AuthenticationException)
            {
                // The other side did not like the certificate.
            }
        });
        return new($"https://localhost:{server.Port}/", names);
    }

    private Way PlainForTls()
    {
        var server = Serve(visit => visit.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"));
        return new($"https://127.0.0.1:{server.Port}/", $"TLS with 127.0.0.1:{server.Port}");
    }

    private Way File(string text, Func<ReadyOptions, ReadyOptions> how, params string[] names)
    {
        var path = Write("app.pid", text);
        System.IO.File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-1));
        var way = new Way($"file:{path}", names);
        return way with { Options = how(way.Options) };
    }

    private string AbandonedSocket()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(At("app.sock")));
        socket.Listen();
        // Its file goes with it, unless another name leads there.
        using var link = Process.Start("ln", [At("app.sock"), At("left.sock")]);
        link.WaitForExit();
        return At("left.sock");
    }

    // A port that nobody listens on, with somebody on the next one.
    private Way NearMiss()
    {
        while (true)
        {
            var server = Serve(visit => visit.HangAsync());
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            held.Add(socket);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, server.Port - 1));
                return new($"tcp:127.0.0.1:{server.Port - 1}", $"nothing listens on port {server.Port - 1}; near it: ", $"127.0.0.1:{server.Port} (");
            }
            catch (SocketException)
            {
                // Somebody has it: another pair.
            }
        }
    }

    private Way OtherAddress()
    {
        var server = LoopbackServer.Start(visit => visit.HangAsync(), IPAddress.Parse("127.0.0.2"));
        servers.Add(server);
        return new($"tcp:127.0.0.3:{server.Port}", $"port {server.Port} is listened on at 127.0.0.2 only, not at 127.0.0.3");
    }

    private Way KnownElsewhere()
    {
        var server = Serve(visit => visit.HangAsync());
        var port = Refusing();
        var way = new Way($"tcp:127.0.0.1:{port}", $"nothing listens on port {port}; process {Environment.ProcessId} (", ") listens on ", $"{server.Port}");
        return way with { Options = way.Options with { KnownPids = [Environment.ProcessId] } };
    }

    private Way KnownNowhere()
    {
        var process = Sleeper();
        var way = new Way($"tcp:127.0.0.1:{Refusing()}", $"process {process.Id} (sh) listens on no port");
        return way with { Options = way.Options with { KnownPids = [process.Id] } };
    }

    private Way Dies(bool viaTarget)
    {
        var process = Sleeper();
        var way = new Way(viaTarget ? $"pid:{process.Id}" : $"file:{At("never")}", viaTarget ? $"process {process.Id} " : $"process {process.Id} exited with code 3")
        {
            Options = new() { Timeout = TimeSpan.FromMinutes(10), Successes = 1000, Process = viaTarget ? null : process },
            Meanwhile = process.StandardInput.Close,
        };
        return way;
    }

    private Process Sleeper()
    {
        var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "read line; exit 3"]) { RedirectStandardInput = true })!;
        held.Add(new Ending(process));
        return process;
    }

    private sealed class Ending(Process process) : IDisposable
    {
        public void Dispose()
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }
}

public class WaysTests
{
    public static TheoryData<string> Names() => [.. Ways.All.Keys];

    [Fact]
    public void The_corpus_has_at_least_thirty_ways() => Assert.True(Ways.All.Count >= 30);

    [Theory]
    [MemberData(nameof(Names))]
    public Task What_does_not_become_ready_names_the_cause(string name) =>
        TryAsync(name, (target, options, cancel) => Ready.TryWhenAsync([target], options, cancel));

    [Theory]
    [MemberData(nameof(Names))]
    public Task It_names_the_cause_on_the_thread_that_waits_too(string name) =>
        TryAsync(name, (target, options, cancel) => Task.Factory.StartNew(() => Ready.TryWhen([target], options, cancel), cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default));

    private static async Task TryAsync(string name, Func<ReadyTarget, ReadyOptions, CancellationToken, Task<ReadyReport>> wait)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var ways = new Ways();
        var way = Ways.All[name](ways);
        var tried = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = wait(ReadyTarget.Parse(way.Target, way.Options), way.Options with { Progress = _ => tried.TrySetResult() }, cancel);
        if (way.Meanwhile is { } meanwhile)
        {
            await tried.Task.WaitAsync(Eventually.Limit, cancel);
            meanwhile();
        }
        var report = await waiting.WaitAsync(Eventually.Limit, cancel);
        Assert.True(way.End == report.End, $"{way.End} was expected: {report}");
        Assert.All(way.Names, part => Assert.Contains(part, report.ToString(), StringComparison.Ordinal));
    }
}
