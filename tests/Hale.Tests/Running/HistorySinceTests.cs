using Hale.Core.Model;
using Hale.Running;
using Xunit;

namespace Hale.Tests.Running;

public sealed class HistorySinceTests : IAsyncDisposable
{
    private readonly DaemonFixture hale = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => hale.DisposeAsync();

    [Fact]
    public async Task A_line_of_audit_is_in_the_history_when_it_was_written_and_after_a_restart()
    {
        const string yaml = "targets: { host: { checks: { disk: { path: / } } } }";
        await hale.StartAsync(yaml);
        await hale.Daemon.AuditAsync("host", "POST /x by root: done [1]", Cancel);
        Assert.Equal("POST /x by root: done [1]", Assert.Single(hale.Daemon.History(new HistoryQuery("host", Kinds: ["audit"]))).Text);
        await hale.StopAsync();
        await hale.StartAsync(yaml);
        Assert.Single(hale.Daemon.History(new HistoryQuery("host", Kinds: ["audit"])));
    }

    [Fact]
    public async Task What_happened_since_comes_oldest_first_in_pages_without_a_gap()
    {
        await hale.StartAsync("targets: { host: { checks: { disk: { path: / } } } }");
        for (var i = 0; i < 25; i++)
            await hale.Daemon.AuditAsync(null, $"line {i}", Cancel);
        var range = hale.Daemon.HistoryRange!.Value;
        var lines = new List<HistoryEntry>();
        var after = range.Oldest - 1;
        while (hale.Daemon.History(new HistoryQuery(After: after, Limit: 4)) is { Count: > 0 } page)
        {
            Assert.InRange(page.Count, 1, 4);
            lines.AddRange(page);
            after = page[^1].Id;
        }
        Assert.Equal(Enumerable.Range((int)range.Oldest, lines.Count).Select(id => (long)id), lines.Select(line => line.Id));
        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"line {i}"), lines.Where(line => line.Kind == "audit").Select(line => line.Text));
        Assert.True(lines[^1].Id >= range.Newest);
    }
}
