using Hale.Core.Scheduling;
using Hale.Core.Sessions;

namespace Hale.Sessions;

/// <summary>
/// Reports one run of one machine to its session's row. Stages are told once and may be lost; a verdict is on disk before it is sent (when there is a spool), is tried
/// again until the patience ends, and is then left for the next run, the daemon or <c>hale session deliver</c>. Nothing here throws for a store that cannot be reached.
/// </summary>
/// <remarks>The store is the caller's and outlives the reporter. One report at a time.</remarks>
/// <param name="store">Where the row is.</param>
/// <param name="options">Which session and machine, and how patiently.</param>
/// <param name="time">The clock.</param>
public sealed class SessionReporter(ISessionStore store, ReportOptions options, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private ReportStamp stamp = new(time.GetUtcNow(), Guid.NewGuid().ToString("n"), 0);
    private bool hasBegun;

    /// <summary>The machine is warming up.</summary>
    /// <param name="stage">What it does just now, at most 200 characters: <c>rehearsal 2 of 5</c>.</param>
    /// <param name="progress">How much is done, from 0 to 1; null when that is not known.</param>
    /// <param name="cancel">Stops.</param>
    public async Task<ReportResult> WarmingAsync(string stage, double? progress, CancellationToken cancel)
    {
        var isFirst = !hasBegun;
        await BeginAsync(cancel);
        if (isFirst)
            await DeliverOldAsync(cancel);
        var result = await TryAsync(Next(ParticipantState.Warming) with { Stage = stage, Progress = progress is { } share ? Math.Clamp(share, 0, 1) : null }, cancel);
        return result.End == ReportEnd.Kept ? result with { End = ReportEnd.Lost } : result;
    }

    /// <summary>The machine has proved that it is warm.</summary>
    public async Task<ReportResult> HealthyAsync(CancellationToken cancel)
    {
        await BeginAsync(cancel);
        return await VerdictAsync(Next(ParticipantState.Healthy), cancel);
    }

    /// <summary>The machine is not fit to be used.</summary>
    /// <param name="step">The step that failed, at most 200 characters.</param>
    /// <param name="reason">What was missing or wrong, at most 2000 characters.</param>
    /// <param name="logTail">The last lines of output; the last 8000 characters are kept.</param>
    /// <param name="cancel">Stops the trying; the verdict stays in the spool.</param>
    public async Task<ReportResult> UnhealthyAsync(string step, string reason, string logTail, CancellationToken cancel)
    {
        await BeginAsync(cancel);
        return await VerdictAsync(Next(ParticipantState.Unhealthy) with { Failure = new(step, reason, logTail) }, cancel);
    }

    private Report Next(ParticipantState state)
    {
        stamp = stamp with { Number = stamp.Number + 1 };
        return new Report(options.Role, stamp, state) { Instance = options.Instance };
    }

    // Runs are ordered by their start, and clocks differ: a row that knows a run of the future was written by a machine whose clock is ahead. This run begins after
    // all that is in the row now, so it may say so. Only at its first report: later on a newer run may really have begun.
    private async Task BeginAsync(CancellationToken cancel)
    {
        if (hasBegun)
            return;
        hasBegun = true;
        try
        {
            using var limit = new CancellationTokenSource(ReportOptions.AttemptLimit, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
            var stored = await store.GetAsync(options.Session, both.Token);
            if (stored?.Row.Of(options.Role)?.Stamp is { } last && last.StartedAt >= stamp.StartedAt)
                stamp = stamp with { StartedAt = last.StartedAt.AddMilliseconds(1) };
        }
        catch (SessionStoreException)
        {
            // The report itself says so.
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Likewise.
        }
    }

    private async Task<ReportResult> VerdictAsync(Report report, CancellationToken cancel)
    {
        var (file, trouble) = Keep(report);
        var until = time.GetTimestamp();
        ReportResult result;
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                result = await TryAsync(report, cancel);
                if (result.End != ReportEnd.Kept)
                    break;
                var pause = Pause(attempt);
                if (time.GetElapsedTime(until) + pause >= options.Patience)
                    break;
                await Task.Delay(pause, time, cancel);
            }
        }
        catch (OperationCanceledException) when (file is not null)
        {
            return new(ReportEnd.Kept, $"it was stopped while it was being delivered; it is kept in {file}");
        }
        if (result.End != ReportEnd.Kept)
        {
            if (file is not null)
                SessionSpool.Drop(file);
            return result;
        }
        return file is not null
            ? new(ReportEnd.Kept, $"{result.Reason} It is kept in {file}; 'hale session deliver' sends it.")
            : new(ReportEnd.Lost, $"{result.Reason} It is kept nowhere: {trouble ?? "there is no spool"}.");
    }

    private (string? File, string? Trouble) Keep(Report report)
    {
        if (options.Spool is not { } spool)
            return (null, null);
        try
        {
            return (spool.Keep(new KeptReport(store.Address.Text, options.Session, report, time.GetUtcNow())), null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, exception.Message);
        }
    }

    // Kept stands for "the store could not be asked".
    private async Task<ReportResult> TryAsync(Report report, CancellationToken cancel)
    {
        try
        {
            using var limit = new CancellationTokenSource(ReportOptions.AttemptLimit, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
            var step = await store.ApplyAsync(options.Session, report, time, both.Token);
            return new(step.IsDone ? ReportEnd.Delivered : ReportEnd.Refused, step.Reason);
        }
        catch (SessionStoreException exception)
        {
            return new(ReportEnd.Kept, exception.Message);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new(ReportEnd.Kept, $"{store.Address.Scheme}:{store.Address.Name} did not answer within {ReportOptions.AttemptLimit.TotalSeconds:0} s.");
        }
    }

    // What earlier runs could not deliver, as far as it goes to the same store.
    private async Task DeliverOldAsync(CancellationToken cancel)
    {
        if (options.Spool is not { } spool)
            return;
        foreach (var (file, kept) in spool.List().Where(each => each.Kept.Store == store.Address.Text))
        {
            if ((await SessionSpool.SendAsync(store, file, kept, time, cancel)).End == ReportEnd.Kept)
                return;
        }
    }

    // Many machines wait for one store: each waits a little differently.
    private TimeSpan Pause(int attempt)
    {
        var doubled = FirstPause * Math.Pow(2, Math.Min(attempt, 10));
        var share = StableHash.Of($"{stamp.Run}/{attempt}") / (double)ulong.MaxValue;
        return (doubled < LongestPause ? doubled : LongestPause) * (0.5 + (0.5 * share));
    }
}
