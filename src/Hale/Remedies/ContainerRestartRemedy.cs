using Hale.Config;
using Hale.Containers;
using Hale.Core.Model;
using Hale.Probes;

namespace Hale.Remedies;

/// <summary>
/// Stops and starts a container: the very life that was judged, or nothing. The target must have a check of kind <c>container</c>, whose lives are told
/// apart; a container that was started anew or made anew meanwhile is left alone.
/// </summary>
public sealed class ContainerRestartRemedy : IRemedy
{
    private readonly ContainerSelector selector;
    private readonly TimeSpan? grace;

    private ContainerRestartRemedy(Settings settings)
    {
        selector = ContainerSelector.From(settings);
        grace = settings.Duration("grace");
    }

    /// <summary>The kind.</summary>
    public static RemedyKind Kind { get; } = new(
        "container_restart",
        "Stops a container (stop signal, grace time, SIGKILL) and starts it again; starts it where it does not run. Only the very container that was judged: the target needs a `container` check of it.",
        [
            .. ContainerSelector.Keys,
            new("grace", KeyType.Duration, "Time between the stop signal and SIGKILL. Default: the container's own, or 10s.") { Min = 0, Max = 600 },
        ],
        settings => new ContainerRestartRemedy(settings))
    {
        DefaultTries = 3,
    };

    /// <inheritdoc/>
    public async Task<RemedyResult> ActAsync(RemedyContext context, CancellationToken cancel)
    {
        try
        {
            var planned = context.Intent.Incarnation;
            if (planned.IsNone)
                return new(RemedyOutcome.Failed, $"no life of {selector} was judged; {context.Target} needs a check of kind container that names it");
            if (await selector.FindAsync(cancel) is not { } container)
                return new(RemedyOutcome.Failed, $"there is no {selector}");
            var life = ContainerLives.Of(container.Life);
            if (life != planned)
                return new(RemedyOutcome.Dropped, $"was meant for {planned}, but {selector} is {(life.IsNone ? "another container, which was never started" : life)} now");
            // By its id: what has the name now is not what may have it in a moment.
            await EngineClients.Of(selector.Address).Containers.RestartAsync(container.Id, grace, cancel);
            var after = await EngineClients.Of(selector.Address).Containers.InspectAsync(container.Id, cancel);
            return after.State.Running
                ? new(RemedyOutcome.Done, $"ended {planned}, started {ContainerLives.Of(after.Life)}")
                : new(RemedyOutcome.Failed, $"started {selector}, and it ended {ContainerFindings.Ending(after.State, context.Time.GetUtcNow())}");
        }
        catch (ContainerEngineException trouble)
        {
            return new(trouble.Trouble is EngineTrouble.TimedOut or EngineTrouble.Unreachable ? RemedyOutcome.Unknown : RemedyOutcome.Failed, trouble.Message);
        }
    }

    /// <summary>It took effect if the life that it was to end is over and another has begun.</summary>
    public async Task<RemedyResult> SettleAsync(RemedyContext context, CancellationToken cancel)
    {
        try
        {
            var planned = context.Intent.Incarnation;
            return await selector.FindAsync(cancel) is not { } container ? new(RemedyOutcome.Unknown, $"there is no {selector} any more")
                : ContainerLives.Of(container.Life) == planned ? new(RemedyOutcome.Interrupted, "Hale was killed before it took effect")
                : container.State.Running ? new(RemedyOutcome.Done, $"{selector} runs as {ContainerLives.Of(container.Life)}")
                : new(RemedyOutcome.Unknown, $"{selector} ended {ContainerFindings.Ending(container.State, context.Time.GetUtcNow())}");
        }
        catch (ContainerEngineException trouble)
        {
            return new(RemedyOutcome.Unknown, trouble.Message);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> RehearseAsync(RemedyContext context, CancellationToken cancel)
    {
        try
        {
            return await selector.FindAsync(cancel) is not { } container ? [$"there is no {selector}: nothing would be done"]
                : container.State.Running ? [$"would stop {selector} ({ContainerLives.Of(container.Life)}){(grace is { } time ? $", with {Figures.Span(time)} to end" : "")}", "would start it again"]
                : [$"{selector} does not run: would start it"];
        }
        catch (ContainerEngineException trouble)
        {
            return [trouble.Message];
        }
    }
}
