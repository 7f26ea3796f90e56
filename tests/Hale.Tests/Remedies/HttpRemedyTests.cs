using Hale.Core.Model;
using Hale.Remedies;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Remedies;

public class HttpRemedyTests
{
    private static readonly RemedyContext Context = new(
        new Intent(1, 0, 0, Cause.Heal, Incarnation.None, 1, "because", Instant.Never), "target", null, TimeProvider.System);

    private static HttpRemedy Calling(LoopbackServer server, TimeSpan? limit = null) => new(
        server.Url("/hook/secret-path?token=secret"), headers: new Dictionary<string, string> { ["Authorization"] = "Bearer secret" }, body: "secret", limit: limit);

    [Fact]
    public async Task A_good_status_means_done()
    {
        await using var server = LoopbackServer.Answering("HTTP/1.1 202 Accepted\r\n\r\n");
        var result = await Calling(server).ActAsync(Context, CancellationToken.None);
        Assert.Equal((RemedyOutcome.Done, $"POST http://127.0.0.1:{server.Port}: status 202"), (result.Outcome, result.Detail));
        var request = server.Requests.Single();
        Assert.StartsWith("POST /hook/secret-path?token=secret HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Length: 6\r\n", request, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n")]
    [InlineData("HTTP/1.1 500 Oops\r\n\r\nyour token was secret")]
    [InlineData("")]
    public async Task Anything_else_means_failed_and_no_secret_is_shown(string response)
    {
        await using var server = LoopbackServer.Answering(response);
        var remedy = Calling(server);
        var result = await remedy.ActAsync(Context, CancellationToken.None);
        Assert.Equal(RemedyOutcome.Failed, result.Outcome);
        Assert.DoesNotContain("secret", result.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", Assert.Single(await remedy.RehearseAsync(Context, CancellationToken.None)), StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_call_that_takes_too_long_failed()
    {
        await using var server = LoopbackServer.Start(visit => visit.HangAsync());
        var result = await Calling(server, TimeSpan.FromMilliseconds(300)).ActAsync(Context, CancellationToken.None);
        Assert.Equal(RemedyOutcome.Failed, result.Outcome);
        Assert.EndsWith("but no answer within 300ms", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Being_stopped_is_not_an_outcome()
    {
        await using var server = LoopbackServer.Start(visit => visit.HangAsync());
        using var stop = new CancellationTokenSource();
        var acting = Calling(server).ActAsync(Context, stop.Token);
        await Eventually.HoldsAsync(() => server.Connections == 1, "the remedy connected");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => acting);
    }
}
