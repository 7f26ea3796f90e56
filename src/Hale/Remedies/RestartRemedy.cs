using Hale.Config;
using Hale.Core.Model;
using Hale.Processes;

namespace Hale.Remedies;

/// <summary>
/// Ends the present life of a supervised target, if it has one, and begins the next: the stop signal to the whole process group, the grace time,
/// SIGKILL, then a start.
/// </summary>
public sealed class RestartRemedy : IRemedy
{
    private RestartRemedy()
    {
    }

    /// <summary>The kind.</summary>
    public static RemedyKind Kind { get; } = new(
        "restart",
        "Stops the target's process with its whole group (stop signal, grace time, SIGKILL) and starts it again; starts it where it does not run.",
        [],
        _ => new RestartRemedy())
    {
        BeginsLife = true,
        DefaultTries = 3,
    };

    /// <inheritdoc/>
    public async Task<RemedyResult> ActAsync(RemedyContext context, CancellationToken cancel)
    {
        if (context.Supervisor is not { } supervisor)
            return NotSupervised(context);
        var planned = context.Intent.Incarnation;
        var ended = "";
        if (supervisor.Current is { } life)
        {
            if (planned.IsNone)
                return new(RemedyOutcome.Dropped, $"is running already as {life.Incarnation}");
            if (planned != life.Incarnation)
                return new(RemedyOutcome.Dropped, $"was meant for {planned}, but {life.Incarnation} is running now");
            var stopped = await supervisor.StopAsync(planned, cancel);
            if (stopped.End == StopEnd.Survived)
                return new(RemedyOutcome.Failed, stopped.Detail);
            ended = $"ended {planned}, ";
        }
        // What a dead leader has left behind gets the chance to finish that a stop would have given it; the start itself would kill it at once.
        await supervisor.EndLeftoversAsync(cancel);

        var started = supervisor.Start(context.Intent.Id);
        return started.Process is { } process
            ? new(RemedyOutcome.Done, $"{ended}started {process.Incarnation}")
            : new(RemedyOutcome.Failed, $"{ended}{started.Error}");
    }

    /// <summary>It took effect if a life began by this intent: it may be running, or have ended since.</summary>
    public Task<RemedyResult> SettleAsync(RemedyContext context, CancellationToken cancel)
    {
        if (context.Supervisor is not { } supervisor)
            return Task.FromResult(NotSupervised(context));
        var id = context.Intent.Id;
        return Task.FromResult(
            supervisor.Current?.IntentId == id ? new RemedyResult(RemedyOutcome.Done, "took effect before Hale was killed")
            : supervisor.LastIntent == id ? new(RemedyOutcome.Done, "took effect before Hale was killed; the process has ended since")
            : new(RemedyOutcome.Interrupted, "Hale was killed before it took effect"));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> RehearseAsync(RemedyContext context, CancellationToken cancel)
    {
        var life = context.Supervisor?.Current;
        IReadOnlyList<string> lines = context.Supervisor is null
            ? [NotSupervised(context).Detail]
            : life is null
                ? ["is not running: would start it"]
                : [$"would stop process {life.Pid} ({life.Incarnation}) and its group", "would start it again"];
        return Task.FromResult(lines);
    }

    private static RemedyResult NotSupervised(RemedyContext context) =>
        new(RemedyOutcome.Failed, $"{context.Target} has no process that Hale owns");
}
