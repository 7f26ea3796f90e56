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

    /// <summary>Whether the containers are others than those that the configuration was read with, or have other names or addresses. An engine that cannot be asked has nothing new.</summary>
    public static async Task<bool> HasChangedAsync(Discovery discovery, CancellationToken cancel)
    {
        try
        {
            var listed = await ListAsync(discovery, cancel);
            return !Known.TryGetValue((discovery.Address, discovery.Label, discovery.Value), out var known) || !Traits(listed).SequenceEqual(Traits(known));
        }
        catch (ContainerEngineException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>What targets are made of.</summary>
    private static IEnumerable<string> Traits(IReadOnlyList<ContainerSummary> containers) => containers
        .Select(each => $"{each.Id} {each.Name} {string.Join(' ', each.NetworkSettings.Networks.OrderBy(network => network.Key, StringComparer.Ordinal).Select(network => network.Value.IPAddress))}")
        .Order(StringComparer.Ordinal);

    private static async Task<IReadOnlyList<ContainerSummary>> ListAsync(Discovery discovery, CancellationToken cancel = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Limit);
        return await EngineClients.Of(discovery.Address).Containers.ListAsync(EngineFilter.All.Label(discovery.Label, discovery.Value), cancel: limit.Token);
    }
}
