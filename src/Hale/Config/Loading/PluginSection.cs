using Hale.Config.Yaml;
using Hale.Plugins;

namespace Hale.Config.Loading;

/// <summary>The key <c>plugins</c> of <c>hale:</c>, which is read before everything else, since it says what else can be written.</summary>
internal static class PluginSection
{
    private static readonly Key Plugins = Keys.Daemon.Single(key => key.Name == "plugins");

    /// <summary>
    /// The kinds that are known, and those of the plugins. What is wrong with a plugin is reported here; what is wrong with how its path is written
    /// comes later, with the section.
    /// </summary>
    /// <param name="reading">A reading with the kinds that are known. Its own problems are not shown.</param>
    /// <param name="root">The file.</param>
    /// <param name="problems">Where to report to.</param>
    public static IReadOnlyList<ProbeKind> Read(Reading reading, MapNode root, Problems problems)
    {
        IReadOnlyList<ProbeKind> known = [.. reading.Probes.Values];
        if ((root.Find("hale")?.Value as MapNode)?.Find("plugins")?.Value is not { } written || reading.Values.Read(Plugins, written, "hale.plugins") is not string[] paths)
            return known;
        var origins = known.ToDictionary(kind => kind.Name, _ => "Hale itself");
        var all = known.ToList();
        for (var i = 0; i < paths.Length; i++)
        {
            var (at, key) = written is ListNode list ? (list.Items[i].At, $"hale.plugins[{i}]") : (written.At, "hale.plugins");
            try
            {
                foreach (var kind in PluginKinds.In(paths[i]))
                {
                    if (origins.TryAdd(kind.Name, paths[i]))
                        all.Add(kind);
                    else
                        problems.Add(at, key, kind.Name, $"{paths[i]} brings a kind \"{kind.Name}\", and {origins[kind.Name]} has one of that name", "rename one of them");
                }
            }
            catch (ForeignAssemblyException error)
            {
                problems.Add(at, key, paths[i], $"{paths[i]}: {error.Message}");
            }
        }
        return all;
    }
}
