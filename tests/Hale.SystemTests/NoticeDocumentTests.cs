using System.Text.RegularExpressions;
using Hale.SystemTests.Fixture;
using Hale.Testing.Servers;

namespace Hale.SystemTests;

/// <summary>What docs/notices.md shows, done by the shipped executable.</summary>
public sealed partial class NoticeDocumentTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Checkout.Root, "docs/notices.md"));

    [Fact]
    public async Task The_configuration_of_the_page_tells_by_mail_and_webhook()
    {
        var shown = Block().Matches(Page).Select(match => match.Groups[1].Value).Single(text => text.Contains("routes:", StringComparison.Ordinal));
        await using var web = await WebhookReceiver.StartAsync();
        // As it stands there, but for the wait, what is watched, and the hour of the day.
        await using var run = new HaleRun(shown
            .Replace("wait: 10s", "wait: 0s", StringComparison.Ordinal)
            .Replace("http: http://localhost:8080/", "flag: { file: flag, every: 100ms, fall: 1 }", StringComparison.Ordinal)
            .Replace("tcp: localhost:5432", "flag: { file: flag, every: 100ms, fall: 1 }", StringComparison.Ordinal)
            .Replace(", quiet: [{ at: \"22:00\", for: 9h, zone: Europe/Berlin }]", "", StringComparison.Ordinal));
        var port = Ports.Free();
        // Debian's own python, which its packages are for.
        await using var mail = await ServerProcess.StartAsync(run.Folder, port, "/usr/bin/python3", Path.Combine(AppContext.BaseDirectory, "Servers", "smtp_server.py"), $"{port}", "plain", run.Folder);
        run.Environment["OPS_WEBHOOK"] = web.Url;
        run.Environment["SMTP_SERVER"] = $"127.0.0.1:{port}";
        run.Write("flag", "");
        await run.StartAsync();
        await run.UntilAsync("web", "ok", target => target.Health == Core.Model.Health.Ok);

        var test = await run.HaleAsync("notify", "test", "ops");
        Assert.True(test.ExitCode == 0, test.ToString());
        File.Delete(run.At("flag"));
        await Until.TrueAsync(() => $"no mail had come. Hale said:\n{run.Said}", () => File.Exists(run.At("1.eml")));
        await Until.TrueAsync(() => $"nothing had been posted. Hale said:\n{run.Said}", () => web.Posts.Count >= 2);
        Assert.Contains("*Problem: ", (string)web.Posts.Last().Body["text"]!, StringComparison.Ordinal);
        Assert.Contains("To: ops@example.org", run.Read("1.eml"), StringComparison.Ordinal);

        await Until.TrueAsync(() => "the proofs had not been written down", async () => (await run.HistoryAsync()).Any(entry => entry.Kind == "notice" && entry.Text.Contains("250 2.0.0 queued", StringComparison.Ordinal)));
        var notices = await run.HaleAsync("notices");
        Assert.Contains("250 2.0.0 queued as 1", notices.Output, StringComparison.Ordinal);
        run.Write("flag", "");
        await Until.TrueAsync(() => $"that it is over had not been mailed. Hale said:\n{run.Said}",
            // In which mail depends on whether both problems went together.
            () => Directory.EnumerateFiles(run.Folder, "*.eml").Any(each => File.ReadAllText(each).Contains("X-Hale-Kind: resolved", StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"^```yaml\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
