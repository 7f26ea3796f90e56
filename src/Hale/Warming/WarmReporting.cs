using Hale.Core.Warming;
using Hale.Sessions;
using Hale.Warming.Plans;

namespace Hale.Warming;

/// <summary>
/// Reports one warm-up to its session's row: stages as they come, the newest only when the store is slow, and the verdict in the end.
/// </summary>
internal sealed class WarmReporting : IAsyncDisposable
{
    private readonly ISessionStore store;
    private readonly SessionReporter reporter;
    private readonly CancellationTokenSource ends = new();
    private readonly SemaphoreSlim pulse = new(0);
    private readonly Lock gate = new();
    private (string Text, double Progress)? latest;
    private (int, RehearsalStage)? told;
    private Task telling = Task.CompletedTask;

    private WarmReporting(ISessionStore store, SessionReporter reporter) => (this.store, this.reporter) = (store, reporter);

    /// <summary>Opens the store; nothing is asked of it yet.</summary>
    /// <exception cref="SessionStoreException">The kind of store is not known here.</exception>
    public static WarmReporting Open(ReportSpec spec, SessionStores stores, TimeProvider time)
    {
        var store = stores.Open(spec.Store);
        var options = new ReportOptions
        {
            Session = spec.Session,
            Role = spec.Role,
            Instance = spec.Instance,
            Patience = spec.Within,
            Spool = spec.Spool is { } folder ? new SessionSpool(folder) : SessionSpool.Default(Environment.GetEnvironmentVariable),
        };
        return new(store, new SessionReporter(store, options, time));
    }

    /// <summary>Says that the warm-up begins. A refusal is the end of it: there is no such row, or the session is over.</summary>
    public async Task<ReportResult> BeginAsync(CancellationToken cancel)
    {
        var result = await reporter.WarmingAsync("begins", 0, cancel);
        if (result.End != ReportEnd.Refused)
            telling = Task.Run(TellAsync, CancellationToken.None);
        return result;
    }

    /// <summary>Something has changed.</summary>
    public void Tell(WarmProgress progress)
    {
        lock (gate)
        {
            if (told == (progress.Number, progress.Stage))
                return;
            told = (progress.Number, progress.Stage);
            var which = progress.Limit == 1 ? "rehearsal" : $"rehearsal {progress.Number} of at most {progress.Limit}";
            var share = (progress.Number - 1 + (int)progress.Stage / (double)RehearsalStage.Done) / progress.Limit;
            if (latest is null)
                pulse.Release();
            latest = ($"{which}: {WarmUp.NameOf(progress.Stage)}", share);
        }
    }

    /// <summary>The verdict. It is on disk before it is sent, and stays there when it cannot be.</summary>
    public async Task<ReportResult> EndAsync(WarmReport report, CancellationToken cancel)
    {
        await StopTellingAsync();
        if (report.Verdict.IsHealthy)
            return await reporter.HealthyAsync(cancel);
        var last = report.Rehearsals.Count > 0 ? report.Rehearsals[^1] : null;
        var step = report.Prefetch?.Failure is not null ? "prefetch" : last is null || last.End == RehearsalEnd.Proved ? "repeat" : WarmUp.NameOf(last.Stage);
        var reason = last is null || last.End == RehearsalEnd.Proved ? report.Verdict.Line : string.Join("; ", last.Further.Prepend(last.Reason));
        return await reporter.UnhealthyAsync(step, reason, string.Join('\n', report.Tail), cancel);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopTellingAsync();
        await store.DisposeAsync();
    }

    private async Task StopTellingAsync()
    {
        await ends.CancelAsync();
        await telling;
    }

    private async Task TellAsync()
    {
        try
        {
            while (true)
            {
                await pulse.WaitAsync(ends.Token);
                (string Text, double Progress) next;
                lock (gate)
                {
                    next = latest!.Value;
                    latest = null;
                }
                // What is lost here is told anew with the next stage.
                await reporter.WarmingAsync(next.Text, next.Progress, ends.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The verdict follows.
        }
    }
}
