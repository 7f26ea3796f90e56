using Hale.Core.Readiness;
using Hale.Readiness;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Readiness;

/// <summary><c>statusCheck(endpoint, maxAttempts)</c>, as it was meant.</summary>
public class StatusCheckTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static LoopbackServer Answering(int status) => LoopbackServer.Answering($"HTTP/1.1 {status} Whatever\r\nContent-Length: 0\r\n\r\n");

    [Fact]
    public async Task Sixty_failed_attempts_are_an_error_and_never_ready()
    {
        await using var server = Answering(503);
        var time = new ManualTime();
        var checking = Ready.StatusCheckAsync(server.Url(), 60, time, Cancel);
        await PassAsync(time, checking);
        var failure = await Assert.ThrowsAsync<NotReadyException>(() => checking);
        Assert.Equal(GateEnd.NotReady, failure.Report.End);
        Assert.Equal($"not ready after 60 attempts: {server.Url()}: status 503", failure.Message);
        Assert.Equal(60, server.Connections);
    }

    [Fact]
    public async Task Attempts_are_a_second_apart()
    {
        await using var server = Answering(503);
        var time = new ManualTime();
        var started = time.GetTimestamp();
        var checking = Ready.StatusCheckAsync(server.Url(), 4, time, Cancel);
        await PassAsync(time, checking);
        await Assert.ThrowsAsync<NotReadyException>(() => checking);
        Assert.InRange(time.GetElapsedTime(started), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData(201)]
    [InlineData(204)]
    [InlineData(302)]
    [InlineData(404)]
    public async Task Only_200_is_good(int status)
    {
        await using var server = Answering(status);
        var failure = await Assert.ThrowsAsync<NotReadyException>(() => Ready.StatusCheckAsync(server.Url(), 1, Cancel));
        Assert.Contains($"status {status}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_immediate_200_returns_at_the_first_attempt()
    {
        await using var server = Answering(200);
        Assert.True((await Ready.StatusCheckAsync(server.Url(), cancel: Cancel)).IsReady);
        Assert.Equal(1, server.Connections);
    }

    // Time passes only while the check waits, in steps that no pause is shorter than.
    private static async Task PassAsync(ManualTime time, Task checking)
    {
        while (!checking.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.WhenAny(checking, Task.Delay(2, Cancel));
        }
    }
}
