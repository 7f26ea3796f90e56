using Hale.Core.Containers;

namespace Hale.Containers;

/// <summary>Collects what there is to say about the end of a container.</summary>
internal static class ContainerEndReport
{
    /// <summary>More than is shown: empty lines do not count.</summary>
    private const int Lines = 3 * ContainerWords.Lines;

    /// <summary>The end of a log, bounded.</summary>
    private static ContainerLogQuery Query { get; } = new() { Tail = Lines, LargestBytes = 1 << 20, LineBytes = 4 * ContainerWords.Longest };

    /// <summary>A log that takes longer is left out. The engine hands it out when it has put the container's network away, which takes a busy one seconds.</summary>
    private static readonly TimeSpan LogLimit = TimeSpan.FromSeconds(5);

    /// <summary>One line about a container that has ended, or could not be started.</summary>
    public static async Task<string> OfAsync(ContainerEngine engine, ContainerDetails container, CancellationToken cancel)
    {
        var facts = ContainerReading.Of(container, heedsHealth: false);
        return facts.Phase == ContainerPhase.Created ? ContainerEnding.NotStarted(facts)
            : ContainerEnding.Of(facts with { LastLines = await LastLinesAsync(engine, container, cancel) });
    }

    /// <summary>The end of the log of a container's present life; null when it cannot be read.</summary>
    public static async Task<IReadOnlyList<string>?> LastLinesAsync(ContainerEngine engine, ContainerDetails container, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(LogLimit);
        try
        {
            var log = await engine.Containers.LogAsync(container.Id, Query with { Since = BeginningOf(container), IsTerminal = container.Config.Tty }, limit.Token);
            return [.. log.Lines.Select(line => line.Text)];
        }
        catch (Exception trouble) when (trouble is ContainerEngineException || (trouble is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>
    /// When a container began to log in its present life: before its engine says that it has started, and one that ends at once has even ended before. What it logged in
    /// a life before is not taken for its last words: between two lives the engine pauses for at least a tenth of a second, and a person for longer.
    /// </summary>
    private static DateTimeOffset? BeginningOf(ContainerDetails container)
    {
        var state = container.State;
        if (state.Running && state.FinishedAt is { } before)
            return before;
        return state.StartedAt - (container.RestartCount > 0 ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromSeconds(5));
    }
}
