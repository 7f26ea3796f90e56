using Hale.Config;
using Hale.Core;
using Hale.Core.Model;

namespace Hale.Running;

/// <summary>
/// One look at everything, without a daemon: every check is tried once and judged on that alone. Nothing is healed, nothing is started, and
/// nothing is written.
/// </summary>
public static class OneRound
{
    /// <summary>Tries the checks of one target (null: of all) once and judges them.</summary>
    public static async Task<Snapshot> RunAsync(Plan plan, TimeProvider time, string? target, CancellationToken cancel)
    {
        var clock = new SteadyClock(time);
        var began = clock.Now;
        var single = plan with { World = OnOneLook(plan.World) };
        // Long ago as the beginning: whatever progress a target's own record shows lies within its life.
        var world = new World(single.World, new Instant(0));
        var gate = new Lock();
        void Take(Fact fact)
        {
            var observed = (Observed)fact;
            lock (gate)
                world.Fold(new Observed(fact.At, observed.Observation with { Result = Once(observed.Observation, single.World) }));
        }

        var scheduler = new ProbeScheduler(single, clock, _ => (Incarnation.None, null, true), Take);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var checks = Enumerable.Range(0, single.World.Checks.Length)
            .Where(c => target is null || single.World.Targets[single.World.Checks[c].Target].Name == target).ToList();
        // Asked for before the schedule begins, so that each is tried once.
        var tried = scheduler.TryNowAsync(checks, cancel);
        var running = scheduler.RunAsync(done.Token);
        await tried;
        await done.CancelAsync();
        await running;
        lock (gate)
            return From(began, world.TakeSnapshot());
    }

    /// <summary>Nothing is known to have been so since before the round, least of all since the beginning of time.</summary>
    private static Snapshot From(Instant began, Snapshot snapshot) => snapshot with
    {
        Targets = [.. snapshot.Targets.Select(target => target with
        {
            Since = Instant.Max(target.Since, began),
            Checks = [.. target.Checks.Select(check => check with { Since = Instant.Max(check.Since, began) })],
        })],
    };

    /// <summary>The same specs, judged on a single observation, and without owning any process.</summary>
    private static WorldSpec OnOneLook(WorldSpec spec) => spec with
    {
        Targets = Array.ConvertAll(spec.Targets, t => t with { IsSupervised = false }),
        Checks = Array.ConvertAll(spec.Checks, c => c with { Fall = 1, Rise = 1, For = TimeSpan.Zero, Grace = TimeSpan.Zero }),
    };

    /// <summary>Whether something advances cannot be told from one look, unless its own record says when it last did.</summary>
    private static ProbeResult Once(in Observation observation, WorldSpec spec) =>
        spec.Checks[observation.Check].Within is not null && observation.Result is { Outcome: Outcome.Pass or Outcome.Warn, ProgressAge: null }
            ? ProbeResult.Inconclusive($"one look cannot tell whether it advances ({observation.Result.Evidence})")
            : observation.Result;
}
