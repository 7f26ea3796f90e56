using System.Collections.Concurrent;
using Hale.Config;
using Hale.Core.Model;
using Hale.Processes;
using Hale.Remedies;

namespace Hale.Running;

/// <summary>
/// Carries intents out, each once, side by side, and posts how they ended. An exception of a remedy is a failed remedy. An intent is carried out by
/// the edition that it was planned under, to its end, whatever is reloaded meanwhile.
/// </summary>
internal sealed class RemedyRunner(SteadyClock clock, Func<string, TargetSnapshot?> current, Action<Closed> post) : IDisposable
{
    /// <summary>No remedy runs longer: after it the outcome is unknown, and the target is judged by what its checks see.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    private static readonly IRemedy Restart = RestartRemedy.Kind.Create(new Settings(new Dictionary<string, object>()));

    private readonly ConcurrentDictionary<long, Task> running = new();
    private readonly CancellationTokenSource stopping = new();

    /// <summary>Begins to carry out an intent that is on disk. Does not block.</summary>
    public void Act(Intent intent, Edition edition)
    {
        // Registered before it can end, so that stopping never misses one.
        var task = new Task<Task>(() => RunAsync(intent, edition));
        running[intent.Id] = task.Unwrap();
        task.Start(TaskScheduler.Default);
    }

    /// <summary>Finds out, after a crash, what became of an intent that was left open.</summary>
    public async Task<Closed> SettleAsync(Intent intent, Edition edition, CancellationToken cancel)
    {
        var result = await GuardAsync(intent, edition, token => intent.Cause == Cause.Stop
            ? Task.FromResult(edition.Supervisors[intent.Target]?.Current is null
                ? new RemedyResult(RemedyOutcome.Done, "it is down")
                : new RemedyResult(RemedyOutcome.Interrupted, "it is still running"))
            : RemedyOf(intent, edition).SettleAsync(Context(intent, edition), token), cancel);
        return new Closed(NameOf(intent, edition), intent.Id, result.Outcome, result.Detail);
    }

    /// <summary>What the rungs of a target would do now.</summary>
    public async Task<IReadOnlyList<RehearsedRung>> RehearseAsync(int target, Edition edition, CancellationToken cancel)
    {
        var rungs = new List<RehearsedRung>();
        var spec = edition.Plan.World.Targets[target];
        for (var rung = 0; rung < spec.Ladder.Length; rung++)
        {
            var life = edition.Supervisors[target]?.Current?.Incarnation ?? Incarnation.None;
            var context = Context(new Intent(0, target, rung, Cause.Heal, life, 0, "rehearsal", clock.Now), edition);
            rungs.Add(new(spec.Ladder[rung].Name, await edition.Plan.Remedies[target][rung].RehearseAsync(context, cancel)));
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

    private async Task RunAsync(Intent intent, Edition edition)
    {
        var name = NameOf(intent, edition);
        var result = Objection(intent, name) is { } objection
            ? new RemedyResult(RemedyOutcome.Dropped, objection)
            : await GuardAsync(intent, edition, token => intent.Cause == Cause.Stop
                ? StopTargetAsync(intent, edition, token)
                : RemedyOf(intent, edition).ActAsync(Context(intent, edition), token), stopping.Token);
        if (!stopping.IsCancellationRequested)
            post(new Closed(name, intent.Id, result.Outcome, result.Detail));
        running.TryRemove(intent.Id, out _);
    }

    /// <summary>The condition is read again just before acting: a person's order, a new life or another configuration may have come since the plan was made.</summary>
    private string? Objection(Intent intent, string name)
    {
        if (current(name) is not { } target)
            return "the target has left the configuration meanwhile";
        return target.IsStopped && intent.Cause != Cause.Stop ? "a person has stopped the target meanwhile"
            : target.PausedUntil is not null && intent.Cause == Cause.Heal ? "a person has paused the target meanwhile"
            : target.Incarnation != intent.Incarnation ? $"the life it was planned for is over; the present one is {target.Incarnation}"
            : null;
    }

    private static async Task<RemedyResult> StopTargetAsync(Intent intent, Edition edition, CancellationToken cancel)
    {
        var result = await edition.Supervisors[intent.Target]!.StopAsync(intent.Incarnation, cancel);
        return new RemedyResult(result.End == StopEnd.Survived ? RemedyOutcome.Failed : RemedyOutcome.Done, result.Detail);
    }

    private async Task<RemedyResult> GuardAsync(Intent intent, Edition edition, Func<CancellationToken, Task<RemedyResult>> act, CancellationToken cancel)
    {
        try
        {
            return await act(cancel).WaitAsync(Limit, clock.Time, cancel);
        }
        catch (TimeoutException)
        {
            return new RemedyResult(RemedyOutcome.Unknown, $"{HistoryText.RemedyOf(edition.Plan.World.Targets[intent.Target], intent)} did not end within {Limit.TotalMinutes:0} minutes");
        }
        catch (Exception error)
        {
            return new RemedyResult(RemedyOutcome.Failed, error.Message);
        }
    }

    private static IRemedy RemedyOf(Intent intent, Edition edition) => intent.Rung >= 0 ? edition.Plan.Remedies[intent.Target][intent.Rung] : Restart;

    private static string NameOf(Intent intent, Edition edition) => edition.Plan.World.Targets[intent.Target].Name;

    private RemedyContext Context(Intent intent, Edition edition) => new(intent, NameOf(intent, edition), edition.Supervisors[intent.Target], clock.Time)
    {
        StateDirectory = edition.Plan.Daemon.StateDirectory,
    };
}
