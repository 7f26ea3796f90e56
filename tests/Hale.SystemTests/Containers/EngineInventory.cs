using Hale.Containers;

namespace Hale.SystemTests.Containers;

/// <summary>Everything that an engine has, each thing as a line that names this very thing: another one of the same name is another line.</summary>
internal static class EngineInventory
{
    // Made by the engine itself, anew with each of its starts.
    private static readonly string[] OfTheEngine = ["bridge", "host", "none"];

    /// <summary>What there is, in order.</summary>
    public static async Task<IReadOnlyList<string>> OfAsync(ContainerEngine engine)
    {
        var cancel = TestContext.Current.CancellationToken;
        var containers = await engine.Containers.ListAsync(all: true, cancel: cancel);
        var networks = await engine.Networks.ListAsync(cancel: cancel);
        var volumes = await engine.Volumes.ListAsync(cancel: cancel);
        return
        [
            .. containers.Select(each => $"container {each.Name} {each.Id[..12]}").Order(StringComparer.Ordinal),
            .. networks.Where(each => !OfTheEngine.Contains(each.Name)).Select(each => $"network {each.Name} {each.Id[..12]}").Order(StringComparer.Ordinal),
            .. volumes.Select(each => $"volume {each.Name} {each.CreatedAt:O}").Order(StringComparer.Ordinal),
        ];
    }
}
