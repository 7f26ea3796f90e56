using System.Diagnostics;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Hale.SystemTests.Fixture;
using Hale.Testing;
using Hale.Testing.Servers;

namespace Hale.SystemTests;

/// <summary>The sample application, run as it is built and asked with curl.</summary>
public sealed partial class AspNetSampleTests : IDisposable
{
    private const string Well = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nstock";

    private readonly Scratch scratch = new();
    private readonly List<Process> processes = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        foreach (var process in processes)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
        scratch.Dispose();
    }

    [Fact]
    public async Task It_becomes_ready_when_what_it_needs_comes_up_and_unready_when_that_goes()
    {
        using var refusing = LoopbackServer.Refusing(out var inventory);
        var shop = Start($"--Inventory=http://127.0.0.1:{inventory}/");
        await AnswersAsync(shop, "/readyz", 503, "inventory");
        await AnswersAsync(shop, "/livez", 200, "alive");
        await AnswersAsync(shop, "/health", 503, "Unhealthy");
        await AnswersAsync(shop, "/hale/api/v1/targets?health=impaired", 200, "\"name\":\"inventory\"");

        refusing.Listen();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var serving = ServeAsync(refusing, ending.Token);
        await AnswersAsync(shop, "/readyz", 200, "\"ready\":true");
        await AnswersAsync(shop, "/health", 200, "Healthy");
        await AnswersAsync(shop, "/hale/api/v1/status", 200, "\"name\":\"disk\",\"kind\":\"registered\"");

        for (var i = 0; i < 12; i++)
            await File.WriteAllTextAsync(scratch[$"orders/{i}"], "an order", Cancel);
        await AnswersAsync(shop, "/health", 200, "Degraded");

        await ending.CancelAsync();
        refusing.Dispose();
        await serving;
        await AnswersAsync(shop, "/readyz", 503, "inventory is needed and not well");
    }

    [Fact]
    public async Task It_does_not_begin_before_the_gate_of_its_start_opens()
    {
        var held = Start($"--StartAfter={scratch["migrated"]}");
        // One that began after it and is held by nothing shows that there was time enough.
        await AnswersAsync(Start(), "/livez", 200, "alive");
        Assert.Equal((0, ""), await CurlAsync(held, "/livez"));
        await File.WriteAllTextAsync(scratch["migrated"], "", Cancel);
        await AnswersAsync(held, "/livez", 200, "alive");
    }

    [Fact]
    public void What_the_document_shows_is_the_sample()
    {
        var program = File.ReadAllText(Path.Combine(Checkout.Root, "samples/aspnet/Program.cs"));
        var shown = Code().Matches(File.ReadAllText(Path.Combine(Checkout.Root, "docs/aspnet.md"))).Select(block => block.Groups[1].Value).ToArray();
        Assert.True(shown.Length >= 3, "the document shows no code");
        Assert.All(shown, block => Assert.Contains(block.Trim(), program));
    }

    private string Start(params string[] arguments)
    {
        var port = Ports.Free();
        var process = Process.Start(new ProcessStartInfo(Checkout.Shop, ["--urls", $"http://127.0.0.1:{port}", $"--Orders={scratch["orders"]}", .. arguments])
        {
            WorkingDirectory = scratch.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        processes.Add(process);
        return $"http://127.0.0.1:{port}";
    }

    private static async Task ServeAsync(Socket listener, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                using var visitor = await listener.AcceptAsync(cancel);
                await visitor.ReceiveAsync(new byte[4096], cancel);
                await visitor.SendAsync(System.Text.Encoding.ASCII.GetBytes(Well), cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // Told to end.
        }
    }

    private static async Task AnswersAsync(string shop, string path, int status, string words)
    {
        var last = (Status: 0, Output: "");
        await Until.TrueAsync(
            () => $"{path} did not answer {status} with '{words}'; it answered {last.Status}: {last.Output}",
            async () => (last = await CurlAsync(shop, path)) is var (code, output) && code == status && output.Contains(words, StringComparison.Ordinal));
    }

    private static async Task<(int Status, string Output)> CurlAsync(string shop, string path)
    {
        using var curl = Process.Start(new ProcessStartInfo("curl", ["-s", "-w", "\n%{http_code}", shop + path]) { RedirectStandardOutput = true })!;
        var output = await curl.StandardOutput.ReadToEndAsync(Cancel);
        await curl.WaitForExitAsync(Cancel);
        var end = output.LastIndexOf('\n');
        return (int.Parse(output.AsSpan(end + 1), System.Globalization.CultureInfo.InvariantCulture), output[..end]);
    }

    [GeneratedRegex(@"^```csharp\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();
}
