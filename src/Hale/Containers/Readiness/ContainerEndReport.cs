using Hale.Core.Containers;

namespace Hale.Containers;

/// <summary>Collects what there is to say about the end of a container.</summary>
internal static class ContainerEndReport
{
    /// <summary>More than is shown: empty lines do not count.</summary>
    private const int Lines = 3 * ContainerWords.Lines;

    /// <summary>A log that takes longer is left out.</summary>
    private static readonly TimeSpan LogLimit = TimeSpan.FromSeconds(1);

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
            var query = new ContainerLogQuery { Tail = Lines, Since = BeginningOf(container), IsTerminal = container.Config.Tty, LargestBytes = 1 << 20, LineBytes = 4 * ContainerWords.Longest };
            var log = await engine.Containers.LogAsync(container.Id, query, limit.Token);
            return [.. log.Lines.Select(line => line.Text)];
        }
        catch (Exception trouble) when (trouble is ContainerEngineException || (trouble is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return null;
        }
    }

    // A container has begun to log before its engine says that it has started. Before its first life there is nothing to leave out; between two of them the
    // engine pauses for at least a tenth of a second.
    private static DateTimeOffset? BeginningOf(ContainerDetails container)
    {
        var state = container.State;
        if (state.FinishedAt < state.StartedAt)
            return state.FinishedAt;
        return container.RestartCount == 0 ? null : state.StartedAt - TimeSpan.FromMilliseconds(100);
    }
}
