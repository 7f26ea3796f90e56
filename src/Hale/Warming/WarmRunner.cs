using Hale.Core.Warming;
using Hale.Sessions;
using Hale.Warming.Plans;
using Hale.Warming.Prefetch;
using Hale.Warming.Recording;

namespace Hale.Warming;

/// <summary>How a warm-up is run.</summary>
public sealed record WarmOptions
{
    /// <summary>Told whenever something has changed, from one task at a time: must be short and must not throw.</summary>
    public Action<WarmProgress>? Progress { get; init; }

    /// <summary>Told while files are read ahead, from the readers, one at a time: must be short and must not throw.</summary>
    public Action<PrefetchProgress>? ReadingAhead { get; init; }

    /// <summary>Told what was read ahead and what was recorded, a line for each, when it is done.</summary>
    public Action<string>? Notice { get; init; }

    /// <summary>Learn from the first rehearsal which files a start opens, and write them beside the plan (<see cref="PrefetchList"/>). Default false.</summary>
    public bool Record { get; init; }

    /// <summary>Impatience after the first request to end: what is rehearsed is killed rather than asked.</summary>
    public CancellationToken KillNow { get; init; }

    /// <summary>This program does nothing but warm up: it may become the parent of orphans, so that nothing that is rehearsed can get away. Default false.</summary>
    public bool OwnsProgram { get; init; }

    /// <summary>The kinds of stores to which a plan may report. Default: SQLite alone.</summary>
    public SessionStores Stores { get; init; } = SessionStores.Local;

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>Rehearses a plan until it is warm.</summary>
public static class WarmRunner
{
    /// <summary>Runs a plan to its end.</summary>
    /// <param name="plan">What to do.</param>
    /// <param name="options">How.</param>
    /// <param name="cancel">Ends it: the present rehearsal is stopped and cleaned up, and the verdict is <see cref="WarmEnd.Interrupted"/>.</param>
    /// <exception cref="IOException">The same plan is being rehearsed already, or the state folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The state folder may not be written.</exception>
    /// <exception cref="SessionStoreException">The plan reports to a kind of store that is not known here.</exception>
    public static async Task<WarmReport> RunAsync(WarmPlan plan, WarmOptions options, CancellationToken cancel)
    {
        using var world = RehearsalWorld.Open(plan, options.Time, options.OwnsProgram);
        if (plan.Report is not { } spec)
            return await RehearseAsync(plan, options, world, options.Progress, cancel);
        await using var reporting = WarmReporting.Open(spec, options.Stores, options.Time);
        var begun = await reporting.BeginAsync(options.KillNow);
        if (begun.End == ReportEnd.Refused)
            return new(new(WarmEnd.Failed, $"nothing was rehearsed: session {spec.Session} does not take reports of {spec.Role}: {begun.Reason}", false), [], []) { Reported = begun };
        var report = await RehearseAsync(plan, options, world, Tell, cancel);
        return report with { Reported = await reporting.EndAsync(report, options.KillNow) };

        void Tell(WarmProgress progress)
        {
            reporting.Tell(progress);
            options.Progress?.Invoke(progress);
        }
    }

    private static async Task<WarmReport> RehearseAsync(WarmPlan plan, WarmOptions options, RehearsalWorld world, Action<WarmProgress>? tell, CancellationToken cancel)
    {
        var warmUp = new WarmUp(plan.Warm);
        IReadOnlyList<string> tail = [];
        var prefetch = await ReadAheadAsync(plan.Prefetch, options, cancel);
        if (prefetch?.Failure is { } missing)
            return new(new(WarmEnd.Failed, $"failed at prefetch: {missing}", false), [], []) { Prefetch = prefetch };
        string? whyNot = null;
        using var recorder = options.Record ? OpenRecorder.TryStart(out whyNot) : null;
        WarmRecording? recording = null;
        while (warmUp.Verdict is null)
        {
            if (cancel.IsCancellationRequested)
            {
                warmUp.Interrupt();
                break;
            }
            using var runner = new RehearsalRunner(plan, world);
            var number = warmUp.Results.Count + 1;
            var result = await runner.RunAsync(rehearsal => tell?.Invoke(Progress(rehearsal, number)), cancel, options.KillNow);
            tail = runner.Tail;
            warmUp.Add(result);
            if (options.Record && number == 1 && result.End == RehearsalEnd.Proved)
                options.Notice?.Invoke((recording = WriteDown(recorder, whyNot, PrefetchList.PathFor(plan.File))).Line);
        }
        return new(warmUp.Verdict!, warmUp.Results, tail) { Prefetch = prefetch, Recording = recording };

        WarmProgress Progress(Rehearsal rehearsal, int number)
        {
            var held = rehearsal.Evidence.Count(each => each.Holds);
            var open = rehearsal.Stage == RehearsalStage.Evidence ? rehearsal.Evidence.FirstOrDefault(each => !each.Holds) : null;
            return new(
                number, plan.Warm.Limit, rehearsal.Stage, world.Clock.Now - rehearsal.StageBeganAt, held, rehearsal.Evidence.Count,
                open is null ? null : $"{open.Spec.Name}{(open.Seen is null ? "" : $": {open.Seen}")}", rehearsal.Result);
        }
    }

    private static async Task<PrefetchReport?> ReadAheadAsync(PrefetchSpec spec, WarmOptions options, CancellationToken cancel)
    {
        if (!spec.IsNeeded)
            return null;
        try
        {
            var report = await Prefetcher.RunAsync(spec, options.ReadingAhead, options.Time, cancel);
            options.Notice?.Invoke($"read ahead: {report.Summary}");
            return report;
        }
        catch (OperationCanceledException)
        {
            // The first rehearsal is not begun, which says it.
            return null;
        }
    }

    // A list that cannot be written takes nothing from the verdict: what was rehearsed is warm all the same.
    private static WarmRecording WriteDown(OpenRecorder? recorder, string? whyNot, string path)
    {
        if (recorder is null)
            return new(null, 0, $"nothing was recorded: {whyNot}");
        var recording = recorder.Stop();
        try
        {
            PrefetchList.Write(path, recording);
            var gaps = string.Concat(recording.Gaps.Select(gap => $"; {gap}"));
            return new(path, recording.Paths.Count, $"recorded by {recording.Method}: {recording.Paths.Count} files, in {path}{gaps}");
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            return new(null, 0, $"nothing was recorded: {trouble.Message}");
        }
    }
}
