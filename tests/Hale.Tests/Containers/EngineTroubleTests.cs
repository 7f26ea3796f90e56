using System.Diagnostics;
using System.Globalization;
using Hale.Config;
using Hale.Containers;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Containers;

/// <summary>What stands where an engine should be, and is none, or a broken one.</summary>
public class EngineTroubleTests
{
    private const string Pong = "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 2\r\n\r\nOK";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_socket_that_is_missing_says_so_and_what_to_do()
    {
        using var engine = new ContainerEngine(EngineAddress.Parse("unix:///no/such/docker.sock"));

        var trouble = await Assert.ThrowsAsync<ContainerEngineException>(() => engine.PingAsync(Cancel));

        Assert.Equal(EngineTrouble.Unreachable, trouble.Trouble);
        Assert.True(trouble.IsOfTheEngine);
        Assert.Contains("/no/such/docker.sock", trouble.Message, StringComparison.Ordinal);
        Assert.Contains("there is no such socket", trouble.Message, StringComparison.Ordinal);
        Assert.Contains("systemctl start docker", trouble.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_refuses_says_so()
    {
        using var refusing = LoopbackServer.Refusing(out var port);
        using var engine = At(port);

        var trouble = await Assert.ThrowsAsync<ContainerEngineException>(() => engine.Containers.ListAsync(cancel: Cancel));

        Assert.Equal(EngineTrouble.Unreachable, trouble.Trouble);
        Assert.Contains("nobody listens there", trouble.Said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("220 mail.example ESMTP\r\n", EngineTrouble.Garbled)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK", EngineTrouble.Garbled)]
    [InlineData("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", EngineTrouble.Garbled)]
    [InlineData("HTTP/1.1 200 OK\r\nApi-Version: 1.12\r\nContent-Length: 2\r\n\r\nOK", EngineTrouble.Garbled)]
    [InlineData("HTTP/1.1 200 OK\r\nApi-Version: ../../x\r\nContent-Length: 2\r\n\r\nOK", EngineTrouble.Garbled)]
    [InlineData("", EngineTrouble.Unreachable)]
    public async Task What_is_no_engine_is_told_from_one(string answer, EngineTrouble expected)
    {
        await using var server = LoopbackServer.Answering(answer);
        using var engine = At(server.Port);

        var trouble = await Assert.ThrowsAsync<ContainerEngineException>(() => engine.Containers.ListAsync(cancel: Cancel));

        Assert.Equal(expected, trouble.Trouble);
        Assert.True(trouble.IsOfTheEngine);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nnot json!", "not the JSON")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull", "not the JSON")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n[]", "the connection broke")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n", "larger than")]
    [InlineData("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 14\r\n\r\n<h1>\u0007oops</h1>", "<h1> oops</h1>")]
    [InlineData("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n", "status 500 and no word")]
    [InlineData("HTTP/1.1 301 Moved\r\nLocation: http://elsewhere/\r\nContent-Length: 0\r\n\r\n", "status 301")]
    public async Task An_answer_that_is_broken_is_trouble_of_one_kind(string answer, string said)
    {
        await using var server = Engine(async (visit, _) => await visit.WriteAsync(answer + (answer.Contains("3000", StringComparison.Ordinal) ? new string('x', 3000) : "")));
        using var engine = new ContainerEngine(EngineAddress.Parse($"tcp://127.0.0.1:{Text(server.Port)}"), new() { AnswerBytes = 1000 });

        var trouble = await Assert.ThrowsAsync<ContainerEngineException>(() => engine.Containers.ListAsync(cancel: Cancel));

        Assert.Contains(said, trouble.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n[")]
    public async Task An_engine_that_hangs_ends_at_the_limit(string beginning)
    {
        await using var server = Engine(async (visit, _) =>
        {
            await visit.WriteAsync(beginning);
            await Task.Delay(Timeout.Infinite, visit.Stop);
        });
        using var engine = new ContainerEngine(EngineAddress.Parse($"tcp://127.0.0.1:{Text(server.Port)}"), new() { Answer = TimeSpan.FromMilliseconds(500) });
        var watch = Stopwatch.StartNew();

        var trouble = await Assert.ThrowsAsync<ContainerEngineException>(() => engine.Containers.ListAsync(cancel: Cancel));

        Assert.Equal(EngineTrouble.TimedOut, trouble.Trouble);
        Assert.Contains("no answer within 0.5 s", trouble.Said, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_hang_in_the_greeting_ends_at_the_limit_too()
    {
        await using var server = LoopbackServer.Start(visit => Task.Delay(Timeout.Infinite, visit.Stop));
        using var engine = new ContainerEngine(EngineAddress.Parse($"tcp://127.0.0.1:{Text(server.Port)}"), new() { Answer = TimeSpan.FromMilliseconds(500) });

        var trouble = await Assert.ThrowsAsync<ContainerEngineException>(() => engine.ListenAsync(cancel: Cancel));

        Assert.Equal(EngineTrouble.TimedOut, trouble.Trouble);
    }

    [Fact]
    public async Task Who_gives_up_gets_what_they_asked_for()
    {
        await using var server = Engine((visit, _) => Task.Delay(Timeout.Infinite, visit.Stop));
        using var engine = At(server.Port);
        using var given = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        given.CancelAfter(200);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.Containers.ListAsync(cancel: given.Token));
    }

    [Fact]
    public async Task An_error_in_the_middle_of_progress_is_one()
    {
        const string progress = "{\"status\":\"Pulling from x\"}\n{\"errorDetail\":{\"message\":\"manifest unknown\"},\"error\":\"manifest unknown\"}\n";
        await using var server = Engine(async (visit, _) => await visit.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Length: {Text(progress.Length)}\r\n\r\n{progress}"));
        using var engine = At(server.Port);
        var steps = new List<PullProgress>();

        var trouble = await Assert.ThrowsAsync<ContainerEngineException>(() => engine.Images.PullAsync("x:1", new Now<PullProgress>(steps.Add), Cancel));

        Assert.Equal(EngineTrouble.NoSuchImage, trouble.Trouble);
        Assert.Equal("Pulling from x", Assert.Single(steps).Status);
    }

    [Fact]
    public async Task Events_are_read_to_the_cut_and_garbage_among_them_is_told()
    {
        const string good = "{\"Type\":\"container\",\"Action\":\"die\",\"Actor\":{\"ID\":\"abc\",\"Attributes\":{\"name\":\"web\"}},\"timeNano\":1700000000000000000}\n";
        var bodies = new Queue<string>([good + good[..20], good + "nonsense\n", good + new string('x', 5000)]);
        await using var server = Engine(async (visit, _) => await visit.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{bodies.Dequeue()}"));
        using var engine = new ContainerEngine(EngineAddress.Parse($"tcp://127.0.0.1:{Text(server.Port)}"), new() { LineBytes = 1000 });
        var said = new List<string>();

        for (var i = 0; i < 3; i++)
        {
            await using var stream = await engine.ListenAsync(cancel: Cancel);
            var seen = new List<EngineEvent>();
            var trouble = await Assert.ThrowsAsync<ContainerEngineException>(async () =>
            {
                await foreach (var happened in stream.ReadAsync(Cancel))
                    seen.Add(happened);
            });
            said.Add(trouble.Said);
            Assert.Equal(("die", "abc", "web"), (seen[0].Action, seen[0].Id, seen[0].Attributes["name"]));
        }

        Assert.Contains("the connection broke", said[0], StringComparison.Ordinal);
        Assert.Contains("not JSON: nonsense", said[1], StringComparison.Ordinal);
        Assert.Contains("a line is longer than", said[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_keeps_an_engine_from_answering_is_never_held_against_a_container()
    {
        await using var garbled = LoopbackServer.Answering("220 mail.example ESMTP\r\n");
        await using var hanging = LoopbackServer.Start(visit => Task.Delay(Timeout.Infinite, visit.Stop));
        using var refusing = LoopbackServer.Refusing(out var refused);

        foreach (var (kind, settings) in new (ProbeKind, Dictionary<string, object>)[]
            { (ContainerProbe.Kind, []), (ContainerResourcesProbe.Kind, []), (ContainerLogProbe.Kind, new() { ["absent"] = new System.Text.RegularExpressions.Regex("x") }) })
        {
            foreach (var port in new[] { garbled.Port, refused, hanging.Port })
            {
                settings["container"] = "web";
                settings["engine"] = $"tcp://127.0.0.1:{Text(port)}";
                var probe = kind.Create(new Settings(settings));
                using var limit = new CancellationTokenSource(port == hanging.Port ? 300 : 60_000);
                var outcome = Outcome.Inconclusive;
                try
                {
                    outcome = (await probe.ProbeAsync(new("t", "c", Incarnation.None, null, TimeSpan.FromMinutes(1), TimeProvider.System), limit.Token)).Outcome;
                }
                catch (OperationCanceledException) when (limit.IsCancellationRequested)
                {
                    // The scheduler takes it as inconclusive: the time-out was the attempt's, not an answer of the container.
                }
                Assert.Equal(Outcome.Inconclusive, outcome);
            }
        }
    }

    [Theory]
    [InlineData("unix:///run/docker.sock", "unix:///run/docker.sock")]
    [InlineData("/run/docker.sock", "unix:///run/docker.sock")]
    [InlineData("tcp://host.example", "tcp://host.example:2375")]
    [InlineData("tcp://host.example:80", "tcp://host.example:80")]
    [InlineData("tcp://[::1]:2376", "tcp://[::1]:2376")]
    public void An_address_is_read(string text, string read) => Assert.Equal(read, EngineAddress.Parse(text).ToString());

    [Theory]
    [InlineData("unix://docker.sock", "absolute")]
    [InlineData("ssh://host", "ssh -L")]
    [InlineData("tcp://host/path", "no address")]
    [InlineData("docker", "no address")]
    public void What_is_no_address_says_what_would_be_one(string text, string said) =>
        Assert.Contains(said, Assert.Throws<FormatException>(() => EngineAddress.Parse(text)).Message, StringComparison.Ordinal);

    private static ContainerEngine At(int port) => new(EngineAddress.Parse($"tcp://127.0.0.1:{Text(port)}"));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A server that answers the greeting as an engine does, and then does this with each request, at which the connection ends.</summary>
    private static LoopbackServer Engine(Func<Visit, string, Task> then) => LoopbackServer.Start(async visit =>
    {
        while (true)
        {
            var request = await visit.ReadRequestAsync();
            if (!request.StartsWith("GET /_ping", StringComparison.Ordinal))
            {
                await then(visit, request);
                return;
            }
            await visit.WriteAsync(Pong);
        }
    });

    /// <summary>Tells at once, on the caller's thread.</summary>
    private sealed class Now<T>(Action<T> tell) : IProgress<T>
    {
        public void Report(T value) => tell(value);
    }
}
