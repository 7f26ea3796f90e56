using System.Collections.Concurrent;
using Hale.Telling;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Telling;

/// <summary>The loops of the channels on manual time: channels in memory stand where the other end has to be told when to answer.</summary>
public sealed class DelivererTests : IAsyncDisposable
{
    private readonly ManualTime time = new(Letters.Noon);
    private readonly ConcurrentQueue<OutboxRow> reports = [];
    private readonly List<ChannelPlan> plans = [];
    private Deliverer? deliverer;

    public async ValueTask DisposeAsync()
    {
        if (deliverer is not null)
            await deliverer.DisposeAsync();
    }

    private ScriptedChannel Channel(string name, TimeSpan? giveUp = null)
    {
        var channel = new ScriptedChannel();
        plans.Add(new(name, "scripted", channel, TimeSpan.FromSeconds(10), giveUp ?? TimeSpan.FromHours(24)));
        return channel;
    }

    private Deliverer Start()
    {
        deliverer = new Deliverer(plans, time, reports.Enqueue);
        deliverer.Start();
        return deliverer;
    }

    private OutboxRow Row(long id, string channel, string subject = "web") => new()
    {
        Id = id,
        Key = $"{channel}:{id}",
        Channel = channel,
        Kind = "problem",
        Subjects = subject,
        Body = Letters.Of("problem", Letters.Item(subject)).ToJson(),
        CreatedAt = time.GetUtcNow(),
        Since = time.GetUtcNow(),
        NextAt = time.GetUtcNow(),
    };

    private Task ReportedAsync(int count) => Eventually.HoldsAsync(() => reports.Count >= count, $"{count} attempts were reported");

    [Fact]
    public async Task One_channel_that_hangs_delays_no_other()
    {
        var hanging = Channel("pager");
        var good = Channel("log");
        hanging.Answer = cancel => Task.Delay(Timeout.InfiniteTimeSpan, CancellationToken.None).ContinueWith(_ => Delivery.Done("never"), TaskScheduler.Default);
        Start();
        deliverer!.Add(Row(1, "pager"));
        for (var id = 2; id <= 11; id++)
            deliverer.Add(Row(id, "log"));
        await ReportedAsync(10);
        Assert.All(reports, report => Assert.Equal(("log", NoticeState.Delivered), (report.Channel, report.State)));
        Assert.Equal(Enumerable.Range(2, 10).Select(id => (long)id), reports.Select(report => report.Id));
        Assert.Equal(1, deliverer.Pending);
    }

    [Fact]
    public async Task What_ignores_its_time_out_is_left_and_tried_again_after_a_pause()
    {
        var channel = Channel("pager");
        var stuck = new TaskCompletionSource<Delivery>();
        channel.Answer = _ => stuck.Task;
        Start();
        deliverer!.Add(Row(1, "pager"));
        await Eventually.HoldsAsync(() => channel.Sent.Count == 1, "it was tried");
        time.Advance(TimeSpan.FromSeconds(10));
        await ReportedAsync(1);
        Assert.True(reports.TryDequeue(out var failed));
        Assert.Equal((NoticeState.Pending, 1, "no answer within 10 s; it may have arrived all the same"), (failed!.State, failed.Attempts, failed.LastError));
        channel.Answer = _ => Task.FromResult(Delivery.Done("at last"));
        await Eventually.HoldsAsync(() => { time.Advance(TimeSpan.FromMilliseconds(500)); return channel.Sent.Count == 2; }, "it was tried again");
        await ReportedAsync(1);
        Assert.Equal((NoticeState.Delivered, "at last"), (reports.Single().State, reports.Single().Proof));
        Assert.Single(channel.Sent.Select(letter => letter.Key).Distinct());
    }

    [Fact]
    public async Task A_channel_that_throws_is_a_failure_like_any_other()
    {
        Channel("pager").Answer = _ => throw new InvalidOperationException("a bug\nof its own");
        Start();
        deliverer!.Add(Row(1, "pager"));
        await ReportedAsync(1);
        Assert.Equal("InvalidOperationException: a bug of its own", reports.Single().LastError);
    }

    [Fact]
    public async Task What_could_not_be_delivered_in_time_is_given_up()
    {
        var channel = Channel("pager", giveUp: TimeSpan.FromMinutes(1));
        channel.Answer = _ => Task.FromResult(Delivery.Failed("refused"));
        Start();
        deliverer!.Add(Row(1, "pager"));
        await Eventually.HoldsAsync(() => { time.Advance(TimeSpan.FromSeconds(1)); return reports.Any(report => report.State == NoticeState.Dead); }, "it was given up");
        Assert.Equal("refused", reports.Last().LastError);
        Assert.Equal(0, deliverer.Pending);
    }

    [Fact]
    public async Task A_notice_for_a_channel_that_is_gone_is_given_up_at_once()
    {
        Start();
        deliverer!.Add(Row(1, "nobody"));
        await ReportedAsync(1);
        Assert.Equal((NoticeState.Dead, "no channel is named nobody any more"), (reports.Single().State, reports.Single().LastError));
    }

    private sealed class ScriptedChannel : IChannel
    {
        public ConcurrentQueue<Letter> Sent { get; } = [];

        public Func<CancellationToken, Task<Delivery>> Answer { get; set; } = _ => Task.FromResult(Delivery.Done("200"));

        public Task<Delivery> SendAsync(Letter letter, TimeProvider time, CancellationToken cancel)
        {
            Sent.Enqueue(letter);
            return Answer(cancel);
        }
    }
}
