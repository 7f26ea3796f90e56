using Hale.Core.Warming;
using Hale.Warming.Plans;

namespace Hale.Warming;

/// <summary>How a warm-up is run.</summary>
public sealed record WarmOptions
{
    /// <summary>Told whenever something has changed, from one task at a time: must be short and must not throw.</summary>
    public Action<WarmProgress>? Progress { get; init; }

    /// <summary>Impatience after the first request to end: what is rehearsed is killed rather than asked.</summary>
    public CancellationToken KillNow { get; init; }

    /// <summary>This program does nothing but warm up: it may become the parent of orphans, so that nothing that is rehearsed can get away. Default false.</summary>
    public bool OwnsProgram { get; init; }

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
    public static async Task<WarmReport> RunAsync(WarmPlan plan, WarmOptions options, CancellationToken cancel)
    {
        using var world = RehearsalWorld.Open(plan, options.Time, options.OwnsProgram);
        var warmUp = new WarmUp(plan.Warm);
        IReadOnlyList<string> tail = [];
        while (warmUp.Verdict is null)
        {
            if (cancel.IsCancellationRequested)
            {
                warmUp.Interrupt();
                break;
            }
            using var runner = new RehearsalRunner(plan, world);
            var number = warmUp.Results.Count + 1;
            var result = await runner.RunAsync(rehearsal => options.Progress?.Invoke(Progress(rehearsal, number)), cancel, options.KillNow);
            tail = runner.Tail;
            warmUp.Add(result);
        }
        return new(warmUp.Verdict!, warmUp.Results, tail);

        WarmProgress Progress(Rehearsal rehearsal, int number)
        {
            var held = rehearsal.Evidence.Count(each => each.Holds);
            var open = rehearsal.Stage == RehearsalStage.Evidence ? rehearsal.Evidence.FirstOrDefault(each => !each.Holds) : null;
            return new(
                number, plan.Warm.Limit, rehearsal.Stage, world.Clock.Now - rehearsal.StageBeganAt, held, rehearsal.Evidence.Count,
                open is null ? null : $"{open.Spec.Name}{(open.Seen is null ? "" : $": {open.Seen}")}", rehearsal.Result);
        }
    }
}
