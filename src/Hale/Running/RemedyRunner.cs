using System.Collections.Concurrent;
using Hale.Config;
using Hale.Core.Model;
using Hale.Processes;
using Hale.Remedies;

namespace Hale.Running;

/// <summary>Carries intents out, each once, side by side, and posts how they ended. An exception of a remedy is a failed remedy.</summary>
internal sealed class RemedyRunner(Plan plan, IReadOnlyList<Supervisor?> supervisors, SteadyClock clock, Func<Snapshot> current, Action<Fact> post) : IDisposable
{
    /// <summary>No remedy runs longer: after it the outcome is unknown, and the target is judged by what its checks see.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    private static readonly IRemedy Restart = RestartRemedy.Kind.Create(new Settings(new Dictionary<string, object>()));

    private readonly ConcurrentDictionary<long, Task> running = new();
    private readonly CancellationTokenSource stopping = new();

    /// <summary>Begins to carry out an intent that is on disk. Does not block.</summary>
    public void Act(Intent intent)
    {
        // Registered before it can end, so that stopping never misses one.
        var task = new Task<Task>(() => RunAsync(intent));
        running[intent.Id] = task.Unwrap();
        task.Start(TaskScheduler.Default);
    }

    /// <summary>Finds out, after a crash, what became of an intent that was left open.</summary>
    public async Task<IntentClosed> SettleAsync(Intent intent, CancellationToken cancel)
    {
        var result = await GuardAsync(intent, token => intent.Cause == Cause.Stop
            ? Task.FromResult(Supervisor(intent)?.Current is null
                ? new RemedyResult(RemedyOutcome.Done, "it is down")
                : new RemedyResult(RemedyOutcome.Interrupted, "it is still running"))
            : RemedyOf(intent).SettleAsync(Context(intent), token), cancel);
        return new IntentClosed(clock.Now, intent.Id, intent.Target, result.Outcome, result.Detail);
    }

    /// <summary>What the rungs of a target would do now.</summary>
    public async Task<IReadOnlyList<RehearsedRung>> RehearseAsync(int target, CancellationToken cancel)
    {
        var rungs = new List<RehearsedRung>();
        var spec = plan.World.Targets[target];
        for (var rung = 0; rung < spec.Ladder.Length; rung++)
        {
            var life = supervisors[target]?.Current?.Incarnation ?? Incarnation.None;
            var context = Context(new Intent(0, target, rung, Cause.Heal, life, 0, "rehearsal", clock.Now));
            rungs.Add(new(spec.Ladder[rung].Name, await plan.Remedies[target][rung].RehearseAsync(context, cancel)));
        }
        return rungs;
    }

    /// <summary>Waits for what is under way, at most <paramref name="limit"/>; what is not over then is left open in the journal and settled at the next start.</summary>
    public async Task StopAsync(TimeSpan limit)
    {
        try
        {
            await Task.WhenAll(running.Values).WaitAsync(limit, clock.Time);
        }
        catch (TimeoutException)
        {
            await stopping.CancelAsync();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stopping.Dispose();

    private async Task RunAsync(Intent intent)
    {
        var result = Objection(intent) is { } objection
            ? new RemedyResult(RemedyOutcome.Dropped, objection)
            : await GuardAsync(intent, token => intent.Cause == Cause.Stop ? StopTargetAsync(intent, token) : RemedyOf(intent).ActAsync(Context(intent), token), stopping.Token);
        if (!stopping.IsCancellationRequested)
            post(new IntentClosed(clock.Now, intent.Id, intent.Target, result.Outcome, result.Detail));
        running.TryRemove(intent.Id, out _);
    }

    /// <summary>The condition is read again just before acting: a person's order or a new life may have come since the plan was made.</summary>
    private string? Objection(Intent intent)
    {
        var target = current().Targets[intent.Target];
        return target.IsStopped && intent.Cause != Cause.Stop ? "a person has stopped the target meanwhile"
            : target.PausedUntil is not null && intent.Cause == Cause.Heal ? "a person has paused the target meanwhile"
            : target.Incarnation != intent.Incarnation ? $"the life it was planned for is over; the present one is {target.Incarnation}"
            : null;
    }

    private async Task<RemedyResult> StopTargetAsync(Intent intent, CancellationToken cancel)
    {
        var result = await Supervisor(intent)!.StopAsync(intent.Incarnation, cancel);
        return new RemedyResult(result.End == StopEnd.Survived ? RemedyOutcome.Failed : RemedyOutcome.Done, result.Detail);
    }

    private async Task<RemedyResult> GuardAsync(Intent intent, Func<CancellationToken, Task<RemedyResult>> act, CancellationToken cancel)
    {
        try
        {
            return await act(cancel).WaitAsync(Limit, clock.Time, cancel);
        }
        catch (TimeoutException)
        {
            return new RemedyResult(RemedyOutcome.Unknown, $"{HistoryText.RemedyOf(plan.World.Targets[intent.Target], intent)} did not end within {Limit.TotalMinutes:0} minutes");
        }
        catch (Exception error)
        {
            return new RemedyResult(RemedyOutcome.Failed, error.Message);
        }
    }

    private IRemedy RemedyOf(Intent intent) => intent.Rung >= 0 ? plan.Remedies[intent.Target][intent.Rung] : Restart;

    private Supervisor? Supervisor(Intent intent) => supervisors[intent.Target];

    private RemedyContext Context(Intent intent) => new(intent, plan.World.Targets[intent.Target].Name, Supervisor(intent), clock.Time)
    {
        StateDirectory = plan.Daemon.StateDirectory,
    };
}
