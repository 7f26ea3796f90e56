using System.Collections.Concurrent;

namespace Hale.Containers;

/// <summary>
/// The containers that targets are made of, as a reading of the configuration wants them: at once. What an engine said last is kept, since one that cannot
/// be asked now is no reason to forget what it has.
/// </summary>
internal static class ContainerCatalog
{
    /// <summary>How long a reading of the configuration waits for an engine.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private static readonly ConcurrentDictionary<(EngineAddress Address, string Label, string? Value), IReadOnlyList<ContainerSummary>> Known = new();

    /// <summary>All containers that carry the label, whether they run or not.</summary>
    /// <returns>What there is, or was when the engine was asked last, and why it could not be asked now.</returns>
    public static (IReadOnlyList<ContainerSummary> Containers, string? Trouble) List(Discovery discovery)
    {
        var key = (discovery.Address, discovery.Label, discovery.Value);
        try
        {
            // The configuration is read on a thread of its own, from beginning to end; nobody else waits for it here.
            var listed = Task.Run(() => ListAsync(discovery)).GetAwaiter().GetResult();
            return (Known[key] = listed, null);
        }
        catch (ContainerEngineException trouble)
        {
            return (Known.GetValueOrDefault(key) ?? [], trouble.Message);
        }
        catch (OperationCanceledException)
        {
            return (Known.GetValueOrDefault(key) ?? [], $"{discovery.Address} did not answer within {Limit.TotalSeconds:0} s");
        }
    }

    private static async Task<IReadOnlyList<ContainerSummary>> ListAsync(Discovery discovery)
    {
        using var limit = new CancellationTokenSource(Limit);
        return await EngineClients.Of(discovery.Address).Containers.ListAsync(EngineFilter.All.Label(discovery.Label, discovery.Value), cancel: limit.Token);
    }
}
