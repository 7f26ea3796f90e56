using Hale.Config.Yaml;
using Hale.Containers;

namespace Hale.Config.Loading;

/// <summary>The <c>hale.containers:</c> section.</summary>
internal static class ContainersSection
{
    public static DaemonContainersSpec? Read(Reading reading, MapEntry? entry, string path)
    {
        if (entry is null)
            return null;
        var map = entry.Value is ScalarNode { IsNull: true } ? null : reading.Map(entry.Value, path);
        var section = Section.Read(reading, map ?? Kind.Empty(entry.Value.At), path, entry.At, Keys.DaemonContainers);
        var engine = section.Values.Text("engine");
        if (engine is not null && !EngineAddress.TryParse(engine, null, out _, out var trouble))
            reading.Problems.Add(section.At("engine"), section.PathOf("engine"), engine, trouble);
        var groups = section.Values.List("groups");
        foreach (var twice in groups.GroupBy(NameOf).Where(files => files.Count() > 1))
            reading.Problems.Add(section.At("groups"), section.PathOf("groups"), twice.Key, $"two files would be called {ScalarNode.Quoted(twice.Key)}: a group is named by its file without the ending", "rename one of them");
        return new() { Engine = engine, Collect = section.Values.Duration("collect"), Groups = groups };
    }

    /// <summary>What a group is called in URLs.</summary>
    public static string NameOf(string file) => Path.GetFileNameWithoutExtension(file);
}
