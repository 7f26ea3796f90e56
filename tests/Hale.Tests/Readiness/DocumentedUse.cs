using System.Diagnostics;
using Hale.Readiness;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Readiness;

/// <summary>The lines that <c>docs/wait.md</c> shows: they compile here, and the same calls are made against a server of this test.</summary>
public class DocumentedUse
{
    [Fact]
    public async Task The_calls_that_the_page_shows_wait_for_what_is_ready()
    {
        await using var server = LoopbackServer.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        using var process = Process.Start("sleep", "1000");
        var log = new List<string>();
        try
        {
            Assert.True((await Ready.WhenAsync(server.Url().ToString(), TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken)).IsReady);
            var options = new ReadyOptions { Process = process, Progress = each => log.Add(each.Evidence) };
            Assert.True((await Ready.WhenAsync([server.Url().ToString(), "file:/proc/self/stat"], options, TestContext.Current.CancellationToken)).IsReady);
            Assert.Equal("status 200", log.First(line => line.StartsWith("status", StringComparison.Ordinal)));
            Assert.True((await Ready.StatusCheckAsync(server.Url(), maxAttempts: 60, TestContext.Current.CancellationToken)).IsReady);
        }
        finally
        {
            process.Kill();
        }
    }

    // As on the page, to the letter; called by nobody, since port 5550 is not ours.
    internal static async Task AsShown(Process server, List<string> log)
    {
        await Ready.WhenAsync("http://localhost:5550/", TimeSpan.FromSeconds(60));

        var options = new ReadyOptions { Process = server, Progress = each => log.Add(each.Evidence) };
        await Ready.WhenAsync(["http://localhost:5550/", "file:/tmp/ready"], options);

        await Ready.WhenAsync("container:web:80/", TimeSpan.FromSeconds(60));

        await Ready.StatusCheckAsync(new Uri("http://localhost:5550/"), maxAttempts: 60);
    }
}
