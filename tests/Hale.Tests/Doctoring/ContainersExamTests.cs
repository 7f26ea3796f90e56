using Hale.Doctoring;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Doctoring;

public class ContainersExamTests
{
    [Fact]
    public async Task An_engine_that_answers_is_named_with_its_version()
    {
        await using var server = LoopbackServer.Answering("HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nLibpod-Api-Version: 4.3.1\r\nContent-Length: 2\r\n\r\nOK");

        var finding = await ExamineAsync($"tcp://127.0.0.1:{server.Port}");

        Assert.Equal(Standing.Ok, finding.Standing);
        Assert.Contains("Podman answers at tcp://127.0.0.1", finding.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_answers_and_is_no_engine_is_told()
    {
        await using var server = LoopbackServer.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK");

        var finding = await ExamineAsync($"tcp://127.0.0.1:{server.Port}");

        Assert.Equal(Standing.Limited, finding.Standing);
        Assert.Contains("no container engine", finding.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unix:///no/such.sock", "there is no such socket")]
    [InlineData("ssh://host", "DOCKER_HOST")]
    public async Task An_address_that_leads_nowhere_is_told(string host, string said) =>
        Assert.Contains(said, (await ExamineAsync(host)).Detail, StringComparison.Ordinal);

    private static async Task<Finding> ExamineAsync(string host) =>
        Assert.Single(await ContainersExam.ExamineAsync(new Patient { Environment = name => name == "DOCKER_HOST" ? host : null }, TestContext.Current.CancellationToken));
}
