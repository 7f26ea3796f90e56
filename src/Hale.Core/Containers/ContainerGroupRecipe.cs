using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Hale.Core.Containers;

/// <summary>A hash of everything that a thing is made of: one that was made of the same is taken as it is.</summary>
public static class ContainerGroupRecipe
{
    private const int HashBytes = 12;

    /// <summary>Of a network.</summary>
    public static string Of(ContainerGroupNetwork network) => new Text().Add("internal", network.IsInternal ? "true" : "false").Hash();

    /// <summary>Of a volume: where it is filled from, not what lies there.</summary>
    public static string Of(ContainerGroupVolume volume) => new Text()
        .Add("folder", volume.Seed?.Folder).Add("image", volume.Seed?.Image).Add("path", volume.Seed?.Path).Add("command", volume.Seed?.Command).Hash();

    /// <summary>Of a member, by the id of its image, so that another image of the same name is another recipe. How it is proved ready is no part of it.</summary>
    public static string Of(ContainerGroupMember member, string imageId)
    {
        var text = new Text()
            .Add("image", imageId).Add("command", member.Command).Add("entrypoint", member.EntryPoint).Add("user", member.User)
            .Add("memory", member.Memory.ToString(CultureInfo.InvariantCulture)).Add("cpus", member.Cpus.ToString(CultureInfo.InvariantCulture))
            .Add("grace", member.Grace.Ticks.ToString(CultureInfo.InvariantCulture)).Add("port", member.Port?.ToString(CultureInfo.InvariantCulture))
            .Add("networks", member.Networks);
        foreach (var (name, value) in member.Environment.OrderBy(variable => variable.Key, StringComparer.Ordinal))
            text.Add("env", [name, value]);
        foreach (var mount in member.Mounts)
            text.Add("mount", [mount.Volume ?? "", mount.Folder ?? "", mount.Target, mount.IsReadOnly ? "ro" : "rw"]);
        foreach (var port in member.Publish)
            text.Add("publish", [port.Port.ToString(CultureInfo.InvariantCulture), port.HostPort.ToString(CultureInfo.InvariantCulture), port.HostAddress ?? ""]);
        return text.Hash();
    }

    /// <summary>Fields with their lengths before them, so that no two recipes are the same text.</summary>
    private sealed class Text
    {
        private readonly StringBuilder text = new();

        public Text Add(string name, string? value)
        {
            text.Append(name).Append(CultureInfo.InvariantCulture, $"={value?.Length ?? -1}:").Append(value).Append('\n');
            return this;
        }

        public Text Add(string name, IReadOnlyList<string>? values)
        {
            Add(name, values?.Count.ToString(CultureInfo.InvariantCulture));
            foreach (var value in values ?? [])
                Add(name, value);
            return this;
        }

        public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, HashBytes));
    }
}
