using Hale.Core.Containers;

namespace Hale.Containers.Groups;

/// <summary>What an engine has of groups: lists it and takes it away.</summary>
internal sealed class GroupStore(ContainerEngine engine, TimeProvider time)
{
    private const int AtOnce = 16;

    // "removal of container … is already in progress": by another one who means the same.
    private static readonly TimeSpan RemovalPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RemovalLimit = TimeSpan.FromSeconds(20);

    public ContainerEngine Engine => engine;

    public TimeProvider Time => time;

    /// <summary>What there is of a session.</summary>
    public async Task<ContainerGroupListing> ListAsync(string session, CancellationToken cancel) =>
        ContainerGroupListing.Of(session, await ListAsync(EngineFilter.All.Label(ContainerGroupLabels.Key, ContainerGroupNames.KeyOf(session)), cancel));

    /// <summary>What there is of all sessions.</summary>
    public async Task<IReadOnlyList<ContainerGroupListing>> ListAllAsync(CancellationToken cancel) =>
        ContainerGroupListing.BySession(await ListAsync(EngineFilter.All.Label(ContainerGroupLabels.Key), cancel));

    /// <summary>Takes things away, those of one role at the same time, role after role in the order in which they come.</summary>
    /// <returns>What is still there, and why; empty when all is gone.</returns>
    public async Task<IReadOnlyList<string>> RemoveAsync(IReadOnlyList<ContainerGroupThing> things, Action<ContainerGroupThing>? gone, CancellationToken cancel)
    {
        var troubles = new List<string>();
        foreach (var role in things.GroupBy(thing => thing.Role))
        {
            await Parallel.ForEachAsync(role, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (thing, stop) =>
            {
                try
                {
                    await RemoveAsync(thing, stop);
                    gone?.Invoke(thing);
                }
                catch (ContainerEngineException trouble)
                {
                    lock (troubles)
                        troubles.Add(trouble.Message);
                }
            });
        }
        return troubles;
    }

    /// <summary>Takes one thing away. That it is not there any more is as good.</summary>
    public async Task RemoveAsync(ContainerGroupThing thing, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                await (thing.Listed.Sort switch
                {
                    ContainerGroupSort.Container => engine.Containers.RemoveAsync(thing.Listed.Id, force: true, cancel: cancel),
                    ContainerGroupSort.Network => engine.Networks.RemoveAsync(thing.Listed.Id, cancel),
                    _ => engine.Volumes.RemoveAsync(thing.Listed.Id, cancel),
                });
                return;
            }
            catch (ContainerEngineException missing) when (missing.IsMissing)
            {
                return;
            }
            catch (ContainerEngineException busy) when (IsPassing(busy) && time.GetElapsedTime(began) < RemovalLimit)
            {
                await Task.Delay(RemovalPause, time, cancel);
            }
        }
    }

    // A container that is being removed by another call, and a network or volume that such a container still holds. A container of somebody else holds it for longer.
    private static bool IsPassing(ContainerEngineException trouble) =>
        trouble.Said.Contains("in progress", StringComparison.OrdinalIgnoreCase)
        || trouble.Said.Contains("active endpoints", StringComparison.OrdinalIgnoreCase)
        || trouble.Said.Contains("in use", StringComparison.OrdinalIgnoreCase);

    private async Task<IEnumerable<ContainerGroupListed>> ListAsync(EngineFilter filter, CancellationToken cancel)
    {
        var containers = engine.Containers.ListAsync(filter, all: true, cancel);
        var networks = engine.Networks.ListAsync(filter, cancel);
        var volumes = engine.Volumes.ListAsync(filter, cancel);
        await Task.WhenAll(containers, networks, volumes);
        return (await containers).Select(each => new ContainerGroupListed(ContainerGroupSort.Container, each.Id, each.Name, each.Labels, each.State))
            .Concat((await networks).Select(each => new ContainerGroupListed(ContainerGroupSort.Network, each.Id, each.Name, each.Labels)))
            .Concat((await volumes).Select(each => new ContainerGroupListed(ContainerGroupSort.Volume, each.Name, each.Name, each.Labels)));
    }
}
