using System.Text.Json.Nodes;
using Hale.Testing.Servers;
using Microsoft.AspNetCore.Http;

namespace Hale.SystemTests.Fixture;

/// <summary>
/// Who is told in the tests of notices: a file and a webhook that work, and a webhook and a command that fail or hang every other time, some
/// of it when they have taken the notice already. Whatever was taken, however it was answered, was delivered.
/// </summary>
internal sealed class Receivers : IAsyncDisposable
{
    private readonly Random chance;
    private WebhookReceiver steady = null!;
    private WebhookReceiver flaky = null!;
    private volatile bool calm;

    private Receivers(Random chance) => this.chance = chance;

    /// <summary>The channels for hale.yaml.</summary>
    public string Yaml(string folder) => $$"""
        tell:
          wait: 0s
          file: { file: {{Path.Combine(folder, "told.file")}} }
          steady: { webhook: {{steady.Url}} }
          flaky: { webhook: {{flaky.Url}}, timeout: 300ms }
          exec: { exec: { command: [{{Path.Combine(AppContext.BaseDirectory, "Workers", "tell.sh")}}], directory: {{folder}} }, timeout: 2s }
        """;

    public static async Task<Receivers> StartAsync(Random chance)
    {
        var receivers = new Receivers(chance) { steady = await WebhookReceiver.StartAsync(), flaky = await WebhookReceiver.StartAsync() };
        receivers.flaky.Answer = receivers.SometimesAsync;
        return receivers;
    }

    /// <summary>From now on everybody works.</summary>
    public void Calm(HaleRun run)
    {
        calm = true;
        run.Write("calm", "");
    }

    /// <summary>What each channel has taken, in order.</summary>
    public IReadOnlyDictionary<string, Taken[]> Of(HaleRun run) => new Dictionary<string, Taken[]>
    {
        ["file"] = Lines(run, "told.file"),
        ["steady"] = [.. steady.Posts.Select(post => Taken.Of(post.Body))],
        ["flaky"] = [.. flaky.Posts.Select(post => Taken.Of(post.Body))],
        ["exec"] = Lines(run, "told.exec"),
    };

    public async ValueTask DisposeAsync()
    {
        calm = true;
        await steady.DisposeAsync();
        await flaky.DisposeAsync();
    }

    private static Taken[] Lines(HaleRun run, string file) => [.. run.Lines(file).Select(line => Taken.Of(JsonNode.Parse(line)!))];

    private Task SometimesAsync(HttpContext context)
    {
        int what;
        lock (chance)
            what = calm ? 3 : chance.Next(4);
        switch (what)
        {
            case 0:
                context.Response.StatusCode = 503;
                return Task.CompletedTask;
            case 1:
                return Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            default:
                return Task.CompletedTask;
        }
    }
}

/// <summary>A notice that somebody has taken.</summary>
internal sealed record Taken(string Key, string Kind, string[] Subjects, string Incident)
{
    public static Taken Of(JsonNode body) =>
        new((string)body["key"]!, (string)body["kind"]!, [.. body["items"]!.AsArray().Select(item => (string)item!["subject"]!)], (string)body["items"]![0]!["incident"]!);
}
