using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Hale.SystemTests.Fixture;

namespace Hale.SystemTests;

/// <summary>What docs/api.md shows is run, line by line, against a real daemon.</summary>
public sealed partial class ApiDocumentTests
{
    private const string Token = "0123456789abcdef0123456789abcdef";

    [Fact]
    public async Task Every_command_of_the_document_does_what_it_says()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await using var run = new HaleRun($$"""

            hale: { listen: "127.0.0.1:{{port}}", tokens: { reader: { token: "{{Token}}-for-reading" } }, token: "{{Token}}" }
            targets:
              web:
                process: [ sleep, "1000" ]
            """);
        run.Environment["HALE_TOKEN"] = Token;
        // The document shows reading on a machine where no token is configured; here one is, and curl brings it along where a line does not.
        run.Write(".curlrc", $"header = \"Authorization: Bearer {Token}\"\n");
        run.Environment["PATH"] = $"{Path.GetDirectoryName(Checkout.Hale)}:{System.Environment.GetEnvironmentVariable("PATH")}";
        await run.StartAsync();
        await run.UntilAsync("web", "web is ok", target => target.Health == Core.Model.Health.Ok);

        var lines = Shell().Matches(await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "docs/api.md"), TestContext.Current.CancellationToken))
            .SelectMany(block => block.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        Assert.True(lines.Length >= 12, "the commands were not found");
        foreach (var line in lines)
        {
            run.Environment["CURL_HOME"] = line.Contains("Authorization", StringComparison.Ordinal) ? "/nowhere" : run.Folder;
            var result = await run.CommandAsync("bash", "-o", "pipefail", "-c", line.Replace("127.0.0.1:7411", $"127.0.0.1:{port}", StringComparison.Ordinal));
            // The reader of a stream leaves first, and curl says that it could not write on.
            var isGood = result.ExitCode == 0 || (line.Contains("| head", StringComparison.Ordinal) && result.Output.Contains("event: life", StringComparison.Ordinal));
            Assert.True(isGood, $"{line}\n{result}");
            Assert.NotEqual("", result.Output);
        }
        var audit = (await run.HistoryAsync()).Where(entry => entry.Kind == "audit").ToArray();
        Assert.Contains(audit, entry => entry.Text.Contains("pause by token (operate) from 127.0.0.1", StringComparison.Ordinal));
        Assert.True(audit.Length >= 6, string.Join('\n', audit.Select(entry => entry.Text)));
    }

    [GeneratedRegex(@"^```sh\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Shell();
}
