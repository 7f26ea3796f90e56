using Hale.Config.Yaml;
using Hale.Core.Model;

namespace Hale.Config.Loading;

/// <summary>The <c>maintenance:</c> list of a target.</summary>
internal static class MaintenanceSection
{
    public static MaintenanceWindow[] Read(Reading reading, Node node, string path)
    {
        if (node is not ListNode { Items.Count: > 0 } list)
        {
            reading.Problems.Add(node.At, path, node.Found, $"found {node.Found}, expected a list of windows, for example [{{ days: [sun], at: \"02:00\", for: 2h }}]");
            return [];
        }
        var windows = new List<MaintenanceWindow>();
        for (var i = 0; i < list.Items.Count; i++)
        {
            if (ReadWindow(reading, list.Items[i], $"{path}[{i}]") is { } window)
                windows.Add(window);
        }
        return [.. windows];
    }

    private static MaintenanceWindow? ReadWindow(Reading reading, Node node, string path)
    {
        if (reading.Map(node, path) is not { } map)
            return null;
        var section = Section.Read(reading, map, path, node.At, Keys.Maintenance);
        var zone = ZoneOf(reading, section);
        if (!section.IsValid || zone is null)
            return null;
        var days = section.Values.List("days").Select(DayOf).Distinct().ToArray();
        return new MaintenanceWindow(days.Length == 0 ? null : days, section.Values.TimeOfDay("at")!.Value, section.Values.Duration("for")!.Value, zone);
    }

    private static TimeZoneInfo? ZoneOf(Reading reading, Section section)
    {
        if (section.Values.Text("zone") is not { } name)
            return TimeZoneInfo.Local;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
            return zone;
        reading.Problems.Add(section.At("zone"), section.PathOf("zone"), name, $"there is no time zone {ScalarNode.Quoted(name)}; write for example Europe/Berlin or UTC",
            Spelling.Suggest(name, TimeZoneInfo.GetSystemTimeZones().Select(known => known.Id)));
        return null;
    }

    private static DayOfWeek DayOf(string day) => Enum.GetValues<DayOfWeek>().First(known => known.ToString().StartsWith(day, StringComparison.OrdinalIgnoreCase));
}
