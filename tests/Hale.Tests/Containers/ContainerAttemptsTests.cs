using Hale.Containers;
using Hale.Core.Containers;
using Hale.Core.Model;
using Hale.Probes;
using Hale.Probes.Http;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Containers;

/// <summary>Each kind of attempt against a server that misbehaves so: the words of the probes may change, what is made of them may not.</summary>
public sealed class ContainerAttemptsTests
{
    [Fact]
    public async Task A_refusal_is_told_apart()
    {
        using var refusing = LoopbackServer.Refusing(out var port);
        await HoldAsync(ContainerAttempt.Refused, port);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", ContainerAttempt.None)]
    [InlineData("HTTP/1.1 500 No\r\nContent-Length: 4\r\n\r\ndead", ContainerAttempt.OtherStatus)]
    [InlineData("HTTP/1.1 301 No\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", ContainerAttempt.OtherStatus)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nok", ContainerAttempt.Broken)]
    [InlineData("", ContainerAttempt.Broken)]
    [InlineData("SSH-2.0-server\r\n", ContainerAttempt.Broken)]
    public async Task Answers_are_told_apart(string answer, ContainerAttempt kind)
    {
        await using var server = LoopbackServer.Answering(answer);
        await HoldAsync(kind, server.Port);
    }

    [Fact]
    public async Task Silence_is_told_apart()
    {
        await using var server = LoopbackServer.Start(visit => visit.HangAsync());
        await HoldAsync(ContainerAttempt.Silent, server.Port, TimeSpan.FromMilliseconds(300));
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_told_apart() => await HoldAsync(ContainerAttempt.NameUnknown, 80, host: "no-such-host.invalid");

    private static async Task HoldAsync(ContainerAttempt kind, int port, TimeSpan? within = null, string host = "127.0.0.1")
    {
        var limit = within ?? Eventually.Limit;
        using var stop = new CancellationTokenSource(limit);
        var probe = new HttpProbe(new() { Url = new($"http://{host}:{port}/"), Status = StatusSet.Parse(["200"]) });
        var result = await probe.ProbeAsync(new("web", "ready", Incarnation.None, null, limit, TimeProvider.System), stop.Token);
        Assert.True(kind == ContainerAttempts.Of(result), $"{result.Outcome}: {result.Evidence}");
    }
}
