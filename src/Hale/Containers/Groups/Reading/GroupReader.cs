using Hale.Config;
using Hale.Config.Loading;
using Hale.Config.Yaml;
using Hale.Core.Containers;

namespace Hale.Containers.Groups.Reading;

/// <summary>Reads the tree of a group's file.</summary>
internal sealed class GroupReader(Config.Loading.Reading reading)
{
    /// <summary>Containers of one group at most.</summary>
    public const int MostContainers = 500;

    private readonly Problems problems = reading.Problems;

    public ContainerGroupSpec Read(MapNode root, string file, string? session)
    {
        // As in hale.yaml: keys that begin with x- are for anchors to take things from.
        var templates = root.Entries.Where(entry => entry.Key.StartsWith("x-", StringComparison.Ordinal)).Select(entry => entry.Key).ToHashSet();
        var top = Section.Read(reading, root, "", Position.Start, GroupKeys.Root, templates);
        session ??= top.Values.Text("session") ?? file;
        if (!ContainerGroupNames.IsSession(session))
            problems.Add(top.At("session"), "session", session, $"a session is a text of 1 to {ContainerGroupNames.LongestSession} characters, not all of them blank");
        var networks = top.Find("networks") is { } nets ? Parts(nets, "network").Select(ReadNetwork).ToList() : [];
        var volumes = top.Find("volumes") is { } vols ? Parts(vols, "volume").Select(ReadVolume).ToList() : [];
        var entries = top.Find("members") is { } members ? Parts(members, "member") : [];
        var reader = new MemberReader(
            reading, PullOf(top.Values.Text("pull")) ?? ContainerGroupPull.Missing,
            networks.Count == 0 ? [ContainerGroupNetwork.Default.Name] : [.. networks.Select(network => network.Name)],
            [.. volumes.Select(volume => volume.Name)], [.. entries.Select(entry => entry.Key)]);
        var read = reader.ReadAll(entries);
        if (read.Sum(member => (long)member.Replicas) > MostContainers)
            problems.Add(top.At("members"), "members", "", $"more than {MostContainers} containers in one group");
        CheckSeeds(top, volumes, read);
        return new() { Session = session, Lease = top.Values.Duration("lease"), Networks = networks, Volumes = volumes, Members = read };
    }

    internal static ContainerGroupPull? PullOf(string? text) => text switch
    {
        "missing" => ContainerGroupPull.Missing,
        "always" => ContainerGroupPull.Always,
        "never" => ContainerGroupPull.Never,
        _ => null,
    };

    // Names become host names and parts of the engine's names.
    private IReadOnlyList<MapEntry> Parts(MapEntry section, string what)
    {
        var entries = reading.Named(section.Value, section.Key, what);
        foreach (var entry in entries.Where(entry => !ContainerGroupNames.IsPart(entry.Key)))
            problems.Add(entry.At, $"{section.Key}.{entry.Key}", entry.Key, $"{ScalarNode.Quoted(entry.Key)} cannot name a {what}: it is a host name, so it has letters, digits and hyphens, a letter or digit at both ends, and at most {ContainerGroupNames.LongestPart} characters");
        return entries;
    }

    private ContainerGroupNetwork ReadNetwork(MapEntry entry)
    {
        var section = Read(entry, $"networks.{entry.Key}", GroupKeys.Network);
        var external = section.Values.Text("external");
        if (external is not null && section.Values.Flag("internal"))
            problems.Add(section.At("internal"), section.PathOf("internal"), "", "a network that others made is as they made it", "leave \"internal\" out");
        return new(entry.Key) { IsInternal = section.Values.Flag("internal"), External = external };
    }

    private ContainerGroupVolume ReadVolume(MapEntry entry)
    {
        var section = Read(entry, $"volumes.{entry.Key}", GroupKeys.Volume);
        return new(entry.Key)
        {
            IsKept = section.Values.Flag("keep"),
            Seed = section.Find("seed") is { } seed ? ReadSeed(seed, section.PathOf("seed")) : null,
        };
    }

    private ContainerGroupSeed ReadSeed(MapEntry entry, string path)
    {
        var section = Read(entry, path, GroupKeys.Seed);
        var (folder, image, inside) = (section.Values.Text("folder"), section.Values.Text("image"), section.Values.Text("path"));
        var command = section.Values.Has("command") ? section.Values.List("command") : null;
        if (section.IsValid && folder is null == image is null)
            problems.Add(entry.At, path, "", "a volume is filled from a \"folder\" or from an \"image\": write one of the two");
        if (folder is not null && (inside is not null || command is not null))
            problems.Add(entry.At, path, "", "\"path\" and \"command\" are about an image; a folder is copied as it is");
        if (image is not null && (inside is null || inside[0] != '/' || inside.Trim('/').Length == 0))
            problems.Add(section.At("path"), section.PathOf("path"), inside ?? "", "write the absolute path of a folder in the image, such as /data");
        return new() { Folder = folder, Image = image, Path = inside, Command = command };
    }

    private void CheckSeeds(Section top, List<ContainerGroupVolume> volumes, IReadOnlyList<ContainerGroupMember> members)
    {
        foreach (var volume in volumes.Where(volume => volume.Seed?.Folder is not null && !members.Any(member => member.Mounts.Any(mount => mount.Volume == volume.Name))))
            problems.Add(top.At("volumes"), $"volumes.{volume.Name}", "", "no member mounts this volume, so there is nothing to fill it with and for", "leave it out, or mount it");
    }

    private Section Read(MapEntry entry, string path, IReadOnlyList<Key> keys)
    {
        var empty = entry.Value is ScalarNode { IsNull: true } || reading.Map(entry.Value, path) is null;
        return Section.Read(reading, empty ? Kind.Empty(entry.Value.At) : (MapNode)entry.Value, path, entry.At, keys);
    }
}
