using Hale.Config.Yaml;
using Hale.Core.Telling;
using Hale.Telling;

namespace Hale.Config.Loading;

/// <summary>The <c>tell:</c> section: channels by name, and beside them who hears of what.</summary>
internal sealed class TellSection
{
    private static readonly string[] Reserved = [.. Keys.Tell.Select(key => key.Name)];

    private readonly Reading reading;
    private readonly Section? section;
    private readonly string[] names;
    private readonly string[] inherited;

    private TellSection(Reading reading, Section? section, string[] names, IReadOnlyList<ChannelPlan> channels, Section defaults)
    {
        (this.reading, this.section, this.names, Channels) = (reading, section, names, channels);
        inherited = NamedIn(defaults);
    }

    /// <summary>The channels that are sound.</summary>
    public IReadOnlyList<ChannelPlan> Channels { get; }

    /// <summary>Reads the channels; the routes are read when targets and groups are known.</summary>
    public static TellSection Read(Reading reading, MapEntry? entry, Section defaults)
    {
        var map = entry is null ? null : reading.Map(entry.Value, "tell", "a mapping from names to channels, for example { ops: { webhook: \"${OPS_WEBHOOK}\" } }");
        if (map is null)
            return new TellSection(reading, null, [], [], defaults);
        var written = map.Entries.Where(each => !Reserved.Contains(each.Key)).ToArray();
        var named = reading.Named(new MapNode(map.At, written) { Weight = 1 }, "tell", "channel");
        var section = Section.Read(reading, map, "tell", entry!.At, Keys.Tell, [.. written.Select(each => each.Key)]);
        if (named.Count > TellingSpec.MaxChannels)
            reading.Problems.Add(named[TellingSpec.MaxChannels].At, "tell", "", $"more than {TellingSpec.MaxChannels} channels");
        var channels = named.Select(each => ReadChannel(reading, each)).OfType<ChannelPlan>().ToArray();
        return new TellSection(reading, section, [.. written.Select(each => each.Key)], channels, defaults);
    }

    /// <summary>The channels that a target or an alarm names under <c>tell</c>, else those of <c>defaults</c>.</summary>
    public string[] ChannelsOf(Section owner) => owner.Find("tell") is null ? inherited : NamedIn(owner);

    /// <summary>What the core has to know of it.</summary>
    public TellingSpec Spec(string[] targets, string[] groups, string[] alarms)
    {
        var routes = section?.Find("routes") is { } entry ? ReadRoutes(entry, targets, groups, alarms)
            : Channels.Count == 0 ? [] : [new RouteSpec { Channels = [.. Enumerable.Range(0, Channels.Count)] }];
        return new TellingSpec
        {
            Channels = [.. Channels.Select(channel => channel.Name)],
            Routes = routes,
            Wait = section?.Values.Duration("wait") ?? new TellingSpec().Wait,
            Repeat = section?.Values.Duration("repeat"),
        };
    }

    private static ChannelPlan? ReadChannel(Reading reading, MapEntry entry)
    {
        var path = $"tell.{entry.Key}";
        var kinds = string.Join(", ", reading.Channels.Keys.Order(StringComparer.Ordinal));
        if (entry.Value is not MapNode map)
        {
            reading.Problems.Add(entry.Value.At, path, entry.Value.Found, $"found {entry.Value.Found}, expected a channel: a mapping with one of {kinds}", Spelling.Suggest(entry.Key, Reserved));
            return null;
        }
        var named = map.Entries.Where(inner => reading.Channels.ContainsKey(inner.Key)).ToArray();
        if (named.Length > 1)
        {
            reading.Problems.Add(named[1].At, $"{path}.{named[1].Key}", named[1].Key, $"a channel is one way to tell somebody, and \"{named[0].Key}\" in line {named[0].At.Line} is one already", $"make a second channel of \"{named[1].Key}\"");
            return null;
        }
        var common = Section.Read(reading, map, path, entry.At, Keys.Channel, reading.Channels.Keys.ToHashSet());
        if (named is not [var inside])
        {
            if (map.Entries.All(inner => Keys.Channel.Any(key => key.Name == inner.Key)))
                reading.Problems.Add(entry.At, path, entry.Key, $"does not say how to tell anybody; add one of {kinds}");
            return null;
        }
        var kind = reading.Channels[inside.Key];
        var channel = Kind.Create(reading, Kind.ReadSettings(reading, inside, $"{path}.{inside.Key}", kind.Keys, Keys.Channel), kind.Create);
        return channel is null || !common.IsValid ? null
            : new ChannelPlan(entry.Key, kind.Name, channel, common.Values.Duration("timeout")!.Value, common.Values.Duration("give_up")!.Value);
    }

    private RouteSpec[] ReadRoutes(MapEntry entry, string[] targets, string[] groups, string[] alarms)
    {
        const string path = "tell.routes";
        if (entry.Value is not ListNode { Items.Count: > 0 } list)
        {
            reading.Problems.Add(entry.Value.At, path, entry.Value.Found, $"found {entry.Value.Found}, expected a list of routes, for example [{{ to: [ops] }}, {{ to: [boss], severity: critical }}]");
            return [];
        }
        return [.. list.Items.Select((item, i) => ReadRoute(item, $"{path}[{i}]", targets, groups, alarms)).OfType<RouteSpec>()];
    }

    private RouteSpec? ReadRoute(Node node, string path, string[] targets, string[] groups, string[] alarms)
    {
        if (reading.Map(node, path) is not { } map)
            return null;
        var route = Section.Read(reading, map, path, node.At, Keys.Route);
        var to = Known(route, "to", names, "channel");
        return new RouteSpec
        {
            Channels = [.. to.Select(name => Channels.ToList().FindIndex(channel => channel.Name == name)).Where(index => index >= 0).Distinct()],
            Targets = Known(route, "targets", targets, "target"),
            Groups = Known(route, "groups", groups, "group"),
            Alarms = Known(route, "alarms", alarms, "alarm"),
            From = Enum.Parse<Condition>(route.Values.Text("severity") ?? nameof(Condition.Warning), ignoreCase: true),
            Quiet = route.Find("quiet") is { } quiet ? MaintenanceSection.Read(reading, quiet.Value, route.PathOf("quiet")) : [],
        };
    }

    private string[] NamedIn(Section owner) => Known(owner, "tell", names, "channel", "name it under \"tell\"");

    /// <summary>The names in a list, each of which has to be known.</summary>
    private string[] Known(Section owner, string key, string[] known, string what, string? otherwise = null)
    {
        foreach (var (name, at, path) in TargetReader.ItemsOf(owner, key))
            if (!known.Contains(name))
                reading.Problems.Add(at, path, name, $"there is no {what} {ScalarNode.Quoted(name)}", Spelling.Suggest(name, known) ?? otherwise);
        return [.. owner.Values.List(key).Distinct()];
    }
}
