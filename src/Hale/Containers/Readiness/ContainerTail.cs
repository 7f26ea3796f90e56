namespace Hale.Containers;

/// <summary>
/// Follows the log of a container that is waited for, and keeps its end: when the container dies, its engine hands out no log before it has put the container's
/// network away, which takes longer than everything else together.
/// </summary>
internal sealed class ContainerTail : IAsyncDisposable
{
    private readonly Queue<ContainerLogLine> lines = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Task following;
    private bool hasEnded;

    /// <summary>Begins to follow.</summary>
    public ContainerTail(ContainerEngine engine, string container) => following = Task.Run(() => FollowAsync(engine, container));

    /// <summary>The last lines once the log has ended; null when it could not be followed to its end in time.</summary>
    /// <param name="since">What was logged before counts to a life before; null for everything.</param>
    /// <param name="limit">How long the end is waited for.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public async Task<IReadOnlyList<string>?> EndAsync(DateTimeOffset? since, TimeSpan limit, CancellationToken cancel)
    {
        try
        {
            await following.WaitAsync(limit, cancel);
        }
        catch (TimeoutException)
        {
            return null;
        }
        return !hasEnded ? null : [.. lines.Where(line => since is null || line.At is null || line.At >= since).Select(line => line.Text)];
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task FollowAsync(ContainerEngine engine, string container)
    {
        try
        {
            await foreach (var line in engine.Containers.FollowLogAsync(container, ContainerEndReport.Query, stop.Token))
            {
                lines.Enqueue(line);
                if (lines.Count > ContainerEndReport.Lines)
                    lines.Dequeue();
            }
            hasEnded = true;
        }
        catch (Exception trouble) when (trouble is ContainerEngineException or OperationCanceledException)
        {
            // It is not there yet, or keeps no log; who wants its last words asks for them.
        }
    }
}
