using System.Globalization;
using Hale.Core.Containers;

namespace Hale.Containers;

/// <summary>Collects what there is to say about the end of a container.</summary>
internal static class ContainerEndReport
{
    /// <summary>More than is shown: empty lines do not count.</summary>
    private const int Lines = 3 * ContainerWords.Lines;

    private const int Killed = 137;

    /// <summary>The end of a log, bounded.</summary>
    private static ContainerLogQuery Query { get; } = new() { Tail = Lines, LargestBytes = 1 << 20, LineBytes = 4 * ContainerWords.Longest };

    /// <summary>A log that takes longer is left out. The engine hands it out when it has put the container's network away, which takes a busy one seconds.</summary>
    private static readonly TimeSpan LogLimit = TimeSpan.FromSeconds(5);

    // The engine answers when it has put the container's network away. With a limit of memory that is waited for, since what it says is likely to matter; without one, its
    // event is believed to have come.
    private static readonly TimeSpan MemoryLimit = TimeSpan.FromSeconds(15);

    /// <summary>The exit code that the event of a death tells; null when it does not.</summary>
    public static int? CodeOf(EngineEvent death) =>
        int.TryParse(death.Attributes.GetValueOrDefault("exitCode"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code) ? code : null;

    /// <summary>
    /// One line about a container that has just ended. What the event says is all there is for a while: the engine answers about a container, and hands out its log, when
    /// it has put it away. To follow the log from the beginning would be quicker, but Docker ends such a stream without the last lines now and then, and they are the ones that matter.
    /// </summary>
    /// <param name="engine">Its engine.</param>
    /// <param name="known">The container as it ran.</param>
    /// <param name="death">The event.</param>
    /// <param name="isOutOfMemory">An event said before that a process in it was killed for want of memory.</param>
    /// <param name="cancel">Ends the search for more.</param>
    public static async Task<string> OfAsync(ContainerEngine engine, ContainerDetails known, EngineEvent death, bool isOutOfMemory, CancellationToken cancel)
    {
        var words = LastLinesAsync(engine, known, cancel);
        var code = CodeOf(death);
        if (code == Killed && known.HostConfig.Memory > 0)
            isOutOfMemory |= await SaysOutOfMemoryAsync(engine, known, cancel);
        return ContainerEnding.Of(ContainerReading.Of(known, heedsHealth: false) with
        {
            Phase = ContainerPhase.Ended,
            ExitCode = code,
            IsOutOfMemory = isOutOfMemory && code == Killed,
            Ran = death.At - known.State.StartedAt,
            LastLines = await words,
        });
    }

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

    private static async Task<bool> SaysOutOfMemoryAsync(ContainerEngine engine, ContainerDetails known, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(MemoryLimit);
        try
        {
            return (await engine.Containers.InspectAsync(known.Id, limit.Token)).State.OomKilled;
        }
        catch (Exception trouble) when (trouble is ContainerEngineException or OperationCanceledException)
        {
            return false;
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
