using Hale.Config;
using Hale.Core.Containers;
using Hale.Core.Model;
using Hale.Core.Readiness;
using Hale.Probes;
using Hale.Readiness;

namespace Hale.Containers;

/// <summary>
/// One container of a gate. An attempt looks at its state, reaches for its port, and after a pass looks once more: ready is only what runs, in the same life, after it
/// has answered.
/// </summary>
internal sealed class ContainerTarget(ContainerEngine engine, string container, ContainerRequest request) : IProbe, IReadyWatch
{
    /// <summary>The slow look behind the events.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <summary>From a pass to the look that confirms it: what answers with its last breath is gone by then, and an engine has begun to notice.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(20);

    private readonly ContainerSight sight = new(engine, container);
    private IGateEar? gate;
    private ContainerLife? passed;
    private (ContainerLife Life, ContainerRoute Route, IProbe Probe)? way;
    private (string Evidence, ContainerAttempt Kind) lastAttempt = ("", ContainerAttempt.None), attemptBefore = ("", ContainerAttempt.None);
    private ContainerCause? lastObstacle;

    private ContainerQuestion Question => new(request.Probe.Port, request.Probe.Network);

    /// <inheritdoc/>
    public IAsyncDisposable Begin(IGateEar ear)
    {
        gate = ear;
        return new ContainerEar(engine, container, sight, ear);
    }

    /// <inheritdoc/>
    public async ValueTask<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancel)
    {
        try
        {
            return await TryAsync(context, cancel);
        }
        catch (ContainerEngineException trouble) when (trouble.Trouble == EngineTrouble.NoSuchContainer)
        {
            lastObstacle = ContainerCause.Missing;
            return sight.Known is null ? ProbeResult.Fail($"there is no container {container}") : Lost($"container {container} was removed");
        }
        catch (ContainerEngineException trouble)
        {
            return ProbeResult.Inconclusive(ContainerWords.Printable(trouble.Message, 300));
        }
    }

    /// <inheritdoc/>
    public async Task<string?> ExplainAsync(GateTargetState state, CancellationToken cancel)
    {
        if (state.IsLost)
            return null;
        var (facts, inside) = ((ContainerFacts?)null, (IReadOnlyList<ContainerListener>?)null);
        try
        {
            var found = await engine.Containers.InspectAsync(container, cancel);
            facts = await ReadAsync(found, needsWords: found.RestartCount > 0, cancel);
            inside = ContainerInside.Listeners(found);
        }
        catch (ContainerEngineException gone) when (gone.Trouble == EngineTrouble.NoSuchContainer)
        {
            facts = new(container, ContainerPhase.Missing);
        }
        catch (OperationCanceledException) when (sight.Known is not null)
        {
            // A busy engine, such as one that starts the container anew all the time: what was seen last is not old.
            facts ??= ContainerReading.Of(sight.Known, request.Probe.HeedsHealth);
        }
        catch (Exception trouble) when (trouble is ContainerEngineException or OperationCanceledException)
        {
            // It is not known how the container is, and that is said.
        }
        var finding = ContainerDiagnosis.Of(facts, Question, KindOf(state.Trouble), state.Timeline.Episodes, inside);
        var isTold = finding.Cause is ContainerCause.Unknown or ContainerCause.OtherStatus || finding.Cause == lastObstacle;
        return isTold && state.Trouble is not null ? null : finding.Text;
    }

    private async ValueTask<ProbeResult> TryAsync(ProbeContext context, CancellationToken cancel)
    {
        var began = context.Time.GetTimestamp();
        var seen = await sight.LookAsync(LookAgain, context.Time, cancel);
        if (await ObstacleAsync(seen, cancel) is { } obstacle)
            return obstacle;
        if (passed is { } before && before != seen.Life)
        {
            passed = null;
            return ProbeResult.Fail("it was started anew since it last answered, and what was seen of the life before counts no more");
        }
        var process = sight.Process;
        var answer = request.Probe.Port is { } port ? await AskAsync(seen, port, context, context.Time.GetElapsedTime(began), cancel) : ProbeResult.Pass("it runs");
        if (answer.Outcome is not (Outcome.Pass or Outcome.Warn))
            return answer;
        await Task.Delay(Settle, context.Time, cancel);
        if (process is { } first && ContainerInside.HasEnded(first))
        {
            sight.MakeStale();
            return ProbeResult.Fail($"it has ended right after it answered: {answer.Evidence}");
        }
        var after = await sight.LookAsync(TimeSpan.Zero, context.Time, cancel);
        if (await ObstacleAsync(after, cancel) is { } late)
            return late;
        if (after.Life != seen.Life)
            return ProbeResult.Fail($"it was started anew while it answered: {answer.Evidence}");
        passed = after.Life;
        return after.State.Health?.Status == "healthy" && request.Probe.HeedsHealth ? answer with { Evidence = $"{answer.Evidence}, and it is healthy" } : answer;
    }

    private async ValueTask<ProbeResult> AskAsync(ContainerDetails seen, int port, ProbeContext context, TimeSpan spent, CancellationToken cancel)
    {
        if (way?.Life != seen.Life)
        {
            var routes = ContainerRoutes.Of(seen, port, request.Probe.Network, engine.Address);
            way = await routes.ChooseAsync(engine.Address, sight.Process is not null, context.Timeout, context.Time, cancel) is { } route ? (seen.Life, route, request.At(route)) : null;
        }
        if (way is not { } chosen)
            return ProbeResult.Inconclusive($"it has no address of its own (network {seen.HostConfig.NetworkMode}), and its port {port} is not published: it cannot be asked from here");
        // What the attempt has used up already would otherwise be missing from the probe's own count, and a silent server taken for a broken probe.
        var result = await chosen.Probe.ProbeAsync(context with { IsAlone = false, Timeout = spent < context.Timeout * 0.05 ? context.Timeout : context.Timeout - spent }, cancel);
        var kind = ContainerAttempts.Of(result);
        var isReached = result.Outcome is Outcome.Pass or Outcome.Warn || kind == ContainerAttempt.OtherStatus;
        var evidence = $"{result.Evidence}{(isReached ? $" at {chosen.Route.Endpoint}" : "")}{(chosen.Route.IsPublished ? $" ({chosen.Route.Words})" : "")}";
        (attemptBefore, lastAttempt) = (lastAttempt, (evidence, kind));
        return result with { Evidence = evidence };
    }

    // The deadline cuts the last attempt off, and the gate then stands by the one before it.
    private ContainerAttempt KindOf(string? trouble) => trouble == attemptBefore.Evidence ? attemptBefore.Kind : lastAttempt.Kind;

    // Null when nothing stands in the way.
    private async ValueTask<ProbeResult?> ObstacleAsync(ContainerDetails seen, CancellationToken cancel)
    {
        var facts = ContainerReading.Of(seen, request.Probe.HeedsHealth);
        if (facts.Phase is ContainerPhase.Ended or ContainerPhase.Restarting)
            facts = await ReadAsync(seen, needsWords: true, cancel);
        var found = ContainerDiagnosis.Obstacle(facts, Question);
        lastObstacle = found?.Cause;
        return found?.Cause switch
        {
            null => null,
            ContainerCause.Ended => Lost(found!.Text),
            ContainerCause.NotStarted when facts.Error.Length > 0 => Lost(found!.Text),
            ContainerCause.Unknown or ContainerCause.HealthNotRun => ProbeResult.Inconclusive(found!.Text),
            _ => ProbeResult.Fail(found!.Text),
        };
    }

    private async ValueTask<ContainerFacts> ReadAsync(ContainerDetails seen, bool needsWords, CancellationToken cancel) =>
        ContainerReading.Of(seen, request.Probe.HeedsHealth, needsWords ? await ContainerEndReport.LastLinesAsync(engine, seen, cancel) : null);

    private ProbeResult Lost(string how)
    {
        gate?.Lost(how);
        return ProbeResult.Fail(how);
    }
}
