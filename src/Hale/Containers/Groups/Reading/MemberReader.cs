using System.Globalization;
using Hale.Config;
using Hale.Config.Loading;
using Hale.Config.Yaml;
using Hale.Core.Containers;
using Hale.Probes.Http;

namespace Hale.Containers.Groups.Reading;

/// <summary>The <c>members:</c> section.</summary>
internal sealed class MemberReader(Config.Loading.Reading reading, ContainerGroupPull pull, string[] networks, string[] volumes, string[] members)
{
    private readonly Problems problems = reading.Problems;

    public IReadOnlyList<ContainerGroupMember> ReadAll(IReadOnlyList<MapEntry> entries)
    {
        var circles = new Dependencies(members, "members");
        var read = entries.Select((entry, i) => ReadMember(entry, i, circles)).ToList();
        circles.ReportCycles(problems);
        return read;
    }

    private ContainerGroupMember ReadMember(MapEntry entry, int index, Dependencies circles)
    {
        var path = $"members.{entry.Key}";
        var section = Section.Read(reading, reading.Map(entry.Value, path) ?? Kind.Empty(entry.Value.At), path, entry.At, entry.Value is MapNode ? GroupKeys.Member : [.. GroupKeys.Member.Where(key => !key.Required)]);
        var values = section.Values;
        var kind = values.Text("kind") is { } name ? ContainerGroupKind.Find(name) : null;
        var port = (int?)values.Integer("port") ?? kind?.Port;
        foreach (var (other, at, item) in Items(section, "depends_on", values.List("depends_on")))
        {
            if (Array.IndexOf(members, other) is >= 0 and var found)
                circles.Add(index, found, at, item);
            else
                problems.Add(at, item, other, $"there is no member {ScalarNode.Quoted(other)}", Spelling.Suggest(other, members));
        }
        foreach (var (network, at, item) in Items(section, "networks", values.List("networks")).Where(each => !networks.Contains(each.Text)))
            problems.Add(at, item, network, $"there is no network {ScalarNode.Quoted(network)}", Spelling.Suggest(network, networks));
        return new(entry.Key)
        {
            Kind = kind?.Name,
            Image = values.Text("image") ?? "",
            Pull = GroupReader.PullOf(values.Text("pull")) ?? pull,
            Command = values.Has("command") ? values.List("command") : null,
            EntryPoint = values.Has("entrypoint") ? values.List("entrypoint") : null,
            Environment = values.Map("env"),
            Port = port,
            Replicas = (int)(values.Integer("replicas") ?? 1),
            DependsOn = [.. values.List("depends_on").Distinct()],
            Networks = [.. values.List("networks").Distinct()],
            Mounts = [.. Items(section, "mounts", values.List("mounts")).Select(ReadMount).OfType<ContainerGroupMount>()],
            Publish = [.. Items(section, "publish", values.List("publish")).Select(ReadPort).OfType<ContainerGroupPort>()],
            Probe = ReadProbe(section, kind, port),
            Memory = values.Integer("memory") ?? 0,
            Cpus = values.Number("cpus") ?? 0,
            User = values.Text("user"),
            Grace = values.Duration("grace") ?? TimeSpan.FromSeconds(10),
        };
    }

    private ContainerGroupProbe ReadProbe(Section member, ContainerGroupKind? kind, int? port)
    {
        var entry = member.Find("probe");
        var map = entry is null ? null : reading.Map(entry.Value, member.PathOf("probe"));
        var section = Section.Read(reading, map ?? Kind.Empty(member.Owner), member.PathOf("probe"), entry?.At ?? member.Owner, GroupKeys.Probe);
        var path = member.Values.Text("path");
        var with = section.Values.Text("with") switch
        {
            "http" => ContainerGroupProbeKind.Http,
            "tcp" => ContainerGroupProbeKind.Tcp,
            "running" => ContainerGroupProbeKind.Running,
            _ when kind is not null || path is not null => ContainerGroupProbeKind.Http,
            _ => port is null ? ContainerGroupProbeKind.Running : ContainerGroupProbeKind.Tcp,
        };
        if (with != ContainerGroupProbeKind.Running && port is null && member.IsValid)
            problems.Add(path is not null ? member.At("path") : section.At("with"), path is not null ? member.PathOf("path") : section.PathOf("with"), "", "it has to have a port to be asked at", "write \"port\", or a \"kind\" that has one");
        if (path is not null && (path[0] != '/' || path.Any(char.IsWhiteSpace)))
            problems.Add(member.At("path"), member.PathOf("path"), path, $"{ScalarNode.Quoted(path)} is not a path; it begins with a slash and has no blanks", path[0] == '/' ? null : $"did you mean \"/{path}\"?");
        return new()
        {
            Kind = with,
            Path = path ?? "/",
            Status = ReadStatus(section),
            Timeout = section.Values.Duration("timeout") ?? default,
            AttemptTimeout = section.Values.Duration("attempt_timeout") ?? default,
            Interval = section.Values.Duration("interval") ?? default,
            Successes = (int)(section.Values.Integer("successes") ?? 1),
        };
    }

    private string[] ReadStatus(Section probe)
    {
        try
        {
            StatusSet.Parse(probe.Values.List("status"));
        }
        catch (SettingsException trouble)
        {
            problems.Add(probe.At("status"), probe.PathOf("status"), "", trouble.Message);
        }
        return probe.Values.List("status");
    }

    private ContainerGroupMount? ReadMount((string Text, Position At, string Path) item)
    {
        const string Form = "write volume:/where or ./folder:/where, with :ro behind it to be read only";
        var isReadOnly = item.Text.EndsWith(":ro", StringComparison.Ordinal);
        var text = isReadOnly ? item.Text[..^3] : item.Text.EndsWith(":rw", StringComparison.Ordinal) ? item.Text[..^3] : item.Text;
        if (text.LastIndexOf(":/", StringComparison.Ordinal) is not (> 0 and var colon))
        {
            problems.Add(item.At, item.Path, item.Text, $"{ScalarNode.Quoted(item.Text)} is not a mount; {Form}");
            return null;
        }
        var (source, target) = (text[..colon], text[(colon + 1)..]);
        if (source[0] is '/' or '.')
            return new(null, Path.GetFullPath(source, reading.BaseDirectory), target, isReadOnly);
        if (volumes.Contains(source))
            return new(source, null, target, isReadOnly);
        problems.Add(item.At, item.Path, item.Text, $"there is no volume {ScalarNode.Quoted(source)}", Spelling.Suggest(source, volumes) ?? "name it under \"volumes\", or write ./ before a folder");
        return null;
    }

    private ContainerGroupPort? ReadPort((string Text, Position At, string Path) item)
    {
        var parts = item.Text.Split(':');
        var isNumber = int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65_535;
        var outside = 0;
        var isOutside = parts.Length == 1 || (int.TryParse(parts[^2], NumberStyles.None, CultureInfo.InvariantCulture, out outside) && outside is >= 0 and <= 65_535);
        var address = parts.Length > 2 ? string.Join(':', parts[..^2]).Trim('[', ']') : null;
        if (isNumber && isOutside && (address is null || System.Net.IPAddress.TryParse(address, out _)))
            return new(port, outside, address);
        problems.Add(item.At, item.Path, item.Text, $"{ScalarNode.Quoted(item.Text)} is not a port; write 80, 8080:80 or 127.0.0.1:8080:80");
        return null;
    }

    // Where each item of a list stands; a single text stands for a list of one.
    private static IEnumerable<(string Text, Position At, string Path)> Items(Section section, string key, string[] texts)
    {
        var list = section.Find(key)?.Value as ListNode;
        return texts.Select((text, i) => (text, list?.Items[i].At ?? section.At(key), list is null ? section.PathOf(key) : $"{section.PathOf(key)}[{i.ToString(CultureInfo.InvariantCulture)}]"));
    }
}
