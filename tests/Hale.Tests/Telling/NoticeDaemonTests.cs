using Hale.Telling;
using Hale.Testing;
using Hale.Tests.Running;
using Xunit;

namespace Hale.Tests.Telling;

/// <summary>From a check that fails to a line in a file, through a real daemon and its journal.</summary>
public sealed class NoticeDaemonTests : IAsyncDisposable
{
    private readonly DaemonFixture fixture = new();

    private string Flag => Path.Combine(fixture.Folder, "flag");

    private string Log => Path.Combine(fixture.Folder, "notices.jsonl");

    private string Yaml(string channels) => $$"""
        tell:
          wait: 0s
          {{channels}}
        targets:
          web: { checks: { flag: { file: { path: {{Flag}} }, every: 50ms, fall: 1 } } }
        """;

    public ValueTask DisposeAsync() => fixture.DisposeAsync();

    private Letter[] Told() => File.Exists(Log) ? [.. File.ReadAllLines(Log).Select(Letter.FromJson)] : [];

    [Fact]
    public async Task A_problem_and_its_end_reach_the_channel_and_history_has_the_proof()
    {
        await File.WriteAllTextAsync(Flag, "", TestContext.Current.CancellationToken);
        await fixture.StartAsync(Yaml($"log: {{ file: {Log} }}"));
        await fixture.UntilAsync(web => web.Health == Core.Model.Health.Ok, "web is ok");
        File.Delete(Flag);
        await Eventually.HoldsAsync(() => Told() is [{ Kind: "problem" }], "the problem was told");
        await File.WriteAllTextAsync(Flag, "", TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync(() => Told() is [_, { Kind: "resolved" }], "its end was told");

        var told = Told();
        Assert.Equal("web", told[0].Items[0].Subject);
        Assert.Equal(told[0].Items[0].Incident, told[1].Items[0].Incident);
        await Eventually.HoldsAsync(() => fixture.Daemon.Notices(10).Recent.Count == 2, "the deliveries were written down");
        var board = fixture.Daemon.Notices(10);
        Assert.Equal((0, 0, 0), (board.Incidents.Count, board.Pending.Count, board.Dead.Count));
        Assert.EndsWith($" of {Log}", board.Recent[0].Proof!, StringComparison.Ordinal);
        var history = fixture.Daemon.History(new(Kinds: ["notice"]));
        Assert.Equal(2, history.Count(entry => entry.Text.Contains("delivered to log", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_could_not_be_delivered_is_delivered_by_the_next_run_under_the_same_key()
    {
        var nowhere = Path.Combine(fixture.Folder, "later");
        var yaml = Yaml($"log: {{ file: {nowhere}/notices.jsonl }}");
        await fixture.StartAsync(yaml);
        await Eventually.HoldsAsync(() => fixture.Daemon.Notices(0) is { Pending: [{ Attempts: > 0, LastError.Length: > 0 }], Incidents: [{ Subject: "web", Told: ["log"] }] }, "the problem waits");
        var key = fixture.Daemon.Notices(0).Pending[0].Key;
        await fixture.StopAsync();
        Directory.CreateDirectory(nowhere);
        await fixture.StartAsync(yaml);
        await Eventually.HoldsAsync(() => File.Exists(Path.Combine(nowhere, "notices.jsonl")) && File.ReadAllText(Path.Combine(nowhere, "notices.jsonl")).EndsWith('\n'), "it was delivered");
        var letter = Letter.FromJson(File.ReadAllLines(Path.Combine(nowhere, "notices.jsonl"))[0]);
        Assert.Equal((key, "problem"), (letter.Key, letter.Kind));
    }

    [Fact]
    public async Task A_notice_that_is_given_up_is_shown_told_to_the_others_and_tried_again_on_request()
    {
        var nowhere = Path.Combine(fixture.Folder, "later");
        await fixture.StartAsync(Yaml($"log: {{ file: {Log} }}\n  broken: {{ file: {nowhere}/notices.jsonl, give_up: 1s }}"));
        await Eventually.HoldsAsync(() => fixture.Daemon.Notices(0).Dead is [{ Channel: "broken" }], "it was given up");
        await Eventually.HoldsAsync(() => Told() is [{ Kind: "problem" }, { Kind: "note" }], "the other channel heard of it");
        Assert.Contains("could not deliver to broken", Told()[1].Items[0].Text, StringComparison.Ordinal);
        Assert.Equal(1, fixture.Daemon.Figures.NoticesDead);
        Directory.CreateDirectory(nowhere);
        var dead = fixture.Daemon.Notices(0).Dead[0];
        var retried = await fixture.Daemon.RetryNoticeAsync(dead.Id, TestContext.Current.CancellationToken);
        Assert.True(retried.Accepted, retried.Message);
        await Eventually.HoldsAsync(() => fixture.Daemon.Notices(10) is { Dead: [] } board && board.Recent.Any(row => row.Channel == "broken"), "it was delivered at last");
        Assert.False((await fixture.Daemon.RetryNoticeAsync(dead.Id, TestContext.Current.CancellationToken)).Accepted);
        Assert.True((await fixture.Daemon.RetryNoticeAsync(4711, TestContext.Current.CancellationToken)).UnknownTarget);
    }

    [Fact]
    public async Task A_test_goes_through_the_channel_itself()
    {
        await File.WriteAllTextAsync(Flag, "", TestContext.Current.CancellationToken);
        await fixture.StartAsync(Yaml($"log: {{ file: {Log} }}\n  broken: {{ file: /nowhere/notices.jsonl }}"));
        var cancel = TestContext.Current.CancellationToken;
        Assert.Equal(DeliveryOutcome.Delivered, (await fixture.Daemon.TestChannelAsync("log", "ann", cancel))!.Outcome);
        Assert.Equal("test", Assert.Single(Told()).Kind);
        var failed = await fixture.Daemon.TestChannelAsync("broken", "ann", cancel);
        Assert.Equal(DeliveryOutcome.Failed, failed!.Outcome);
        Assert.Contains("No such file or directory", failed.Detail, StringComparison.Ordinal);
        Assert.Null(await fixture.Daemon.TestChannelAsync("nobody", "ann", cancel));
    }
}
