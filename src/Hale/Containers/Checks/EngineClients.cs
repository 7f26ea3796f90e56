using System.Collections.Concurrent;

namespace Hale.Containers;

/// <summary>One client for each engine, shared by all that talk to it: checks, remedies and the watch use the same few connections.</summary>
internal static class EngineClients
{
    private static readonly ConcurrentDictionary<EngineAddress, ContainerEngine> All = new();

    /// <summary>The client of an engine. It belongs to all, and is not to be disposed of.</summary>
    public static ContainerEngine Of(EngineAddress address) => All.GetOrAdd(address, static each => new(each));
}
