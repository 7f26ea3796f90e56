using Hale.Core.Model;

namespace Hale.Core.Telling;

/// <summary>A way on which a subject reaches a channel.</summary>
/// <param name="Channel">Index of the channel.</param>
/// <param name="From">Only what is at least this bad goes this way.</param>
/// <param name="Route">Index of the route, for its quiet hours; -1 where a target or an alarm names the channel itself.</param>
public readonly record struct Reach(int Channel, Condition From, int Route)
{
    /// <summary>The ways of a target: to the channels that it names, else along the routes that are for it.</summary>
    public static Reach[] OfTarget(WorldSpec spec, int target)
    {
        var of = spec.Targets[target];
        var group = of.Group >= 0 ? spec.Groups[of.Group].Name : null;
        return of.Tell.Length > 0 ? Named(spec.Telling, of.Tell)
            : Along(spec.Telling, route => route.IsForAll || route.Targets.Contains(of.Name) || (group is not null && route.Groups.Contains(group)));
    }

    /// <summary>The ways of an alarm, likewise.</summary>
    public static Reach[] OfAlarm(WorldSpec spec, int alarm)
    {
        var of = spec.Alarms[alarm];
        return of.Tell.Length > 0 ? Named(spec.Telling, of.Tell) : Along(spec.Telling, route => route.IsForAll || route.Alarms.Contains(of.Name));
    }

    /// <summary>The ways of Hale's own troubles: along the routes that are for all; to every channel where there is none.</summary>
    public static Reach[] OfHale(WorldSpec spec) =>
        Along(spec.Telling, route => route.IsForAll) is { Length: > 0 } ways ? ways : Named(spec.Telling, spec.Telling.Channels);

    private static Reach[] Named(TellingSpec spec, string[] names) =>
        [.. names.Select(name => Array.IndexOf(spec.Channels, name)).Where(channel => channel >= 0).Distinct().Select(channel => new Reach(channel, Condition.Warning, -1))];

    private static Reach[] Along(TellingSpec spec, Func<RouteSpec, bool> isFor)
    {
        var ways = new List<Reach>();
        for (var r = 0; r < spec.Routes.Length; r++)
            if (isFor(spec.Routes[r]))
                foreach (var channel in spec.Routes[r].Channels)
                    ways.Add(new(channel, spec.Routes[r].From, r));
        return [.. ways];
    }
}
