namespace Hale.Telling;

/// <summary>The loop of one channel: the next notice, one attempt, a report; then again, or a wait.</summary>
internal sealed class ChannelLoop : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly ChannelQueue queue;
    private readonly TimeProvider time;
    private readonly Action<OutboxRow> report;
    private readonly CancellationTokenSource stopping = new();
    private TaskCompletionSource news = NewSignal();
    private Task run = Task.CompletedTask;
    private string? lastError;
    private DateTimeOffset? deliveredAt;

    public ChannelLoop(ChannelPlan plan, TimeProvider time, Action<OutboxRow> report)
    {
        (Plan, this.time, this.report) = (plan, time, report);
        queue = new ChannelQueue(plan.Name, () => Plan.GiveUp);
    }

    /// <summary>How the channel is reached; the next attempt goes by it.</summary>
    public ChannelPlan Plan { get; set; }

    public IReadOnlyList<OutboxRow> Waiting
    {
        get
        {
            lock (gate)
                return [.. queue.Waiting];
        }
    }

    public ChannelStanding Standing
    {
        get
        {
            lock (gate)
                return new(Plan.Name, Plan.Kind, queue.Waiting.Count, queue.Failures, lastError, deliveredAt, queue.OpensAt > time.GetUtcNow() ? queue.OpensAt : null);
        }
    }

    public void Start() => run = Task.Run(() => RunAsync(stopping.Token));

    public void Add(OutboxRow row)
    {
        lock (gate)
        {
            queue.Add(row);
            // A person had it tried again: the pause after the last failure is over.
            if (row.Since > row.CreatedAt)
                queue.Hasten();
            news.TrySetResult();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            Task changed;
            OutboxRow? row;
            DateTimeOffset? askAt;
            IReadOnlyList<OutboxRow> dead;
            lock (gate)
            {
                if (news.Task.IsCompleted)
                    news = NewSignal();
                changed = news.Task;
                dead = queue.GiveUp(time.GetUtcNow());
                (row, askAt) = queue.Next(time.GetUtcNow());
            }
            foreach (var each in dead)
                report(each);
            if (row is not null)
                await TryAsync(row, cancel);
            else
                await WaitAsync(changed, askAt, cancel);
        }
    }

    private async Task TryAsync(OutboxRow row, CancellationToken cancel)
    {
        var delivery = Deliverer.LetterOf(row) is { } letter ? await Attempt.SendAsync(Plan, letter, time, cancel) : Delivery.Refused("the journal holds no letter here");
        OutboxRow tried;
        lock (gate)
        {
            tried = queue.Took(row, delivery, time.GetUtcNow());
            lastError = delivery.Outcome == DeliveryOutcome.Delivered ? null : delivery.Detail;
            if (delivery.Outcome == DeliveryOutcome.Delivered)
                deliveredAt = tried.EndedAt;
        }
        report(tried);
    }

    private async Task WaitAsync(Task changed, DateTimeOffset? until, CancellationToken cancel)
    {
        if (until is not { } moment)
        {
            await changed.WaitAsync(cancel);
            return;
        }
        // Timers know whole milliseconds: to wait for less would be to ask again and again until it is over.
        var wait = TimeSpan.FromMilliseconds(Math.Ceiling((moment - time.GetUtcNow()).TotalMilliseconds));
        if (wait <= TimeSpan.Zero)
            return;
        try
        {
            await changed.WaitAsync(wait, time, cancel);
        }
        catch (TimeoutException)
        {
            // It is time to look again.
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
