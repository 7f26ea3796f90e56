using Hale.Config.Yaml;
using Hale.Core.Model;

namespace Hale.Config.Loading;

/// <summary>The <c>groups:</c> section.</summary>
internal static class GroupSection
{
    /// <summary>The groups, still without members. One with errors is there too, so that its members' <c>group:</c> is not a second error.</summary>
    public static IReadOnlyList<GroupSpec> Read(Reading reading, Node node) =>
        [.. reading.Named(node, "groups", "group").Select(entry => ReadGroup(reading, entry))];

    /// <summary>A group that nothing belongs to bounds nothing, which is rarely what was meant.</summary>
    public static void WarnOfEmpty(Reading reading, IReadOnlyList<GroupSpec> groups, IReadOnlyList<TargetDraft> targets, Section top)
    {
        for (var i = 0; i < groups.Count; i++)
        {
            if (targets.All(target => target.Spec.Group != i) && (top.Find("groups")?.Value as MapNode)?.Find(groups[i].Name) is { } entry)
                reading.Problems.Warn(entry.At, $"groups.{entry.Key}", "", "no target belongs to this group");
        }
    }

    private static GroupSpec ReadGroup(Reading reading, MapEntry entry)
    {
        var path = $"groups.{entry.Key}";
        var empty = entry.Value is ScalarNode { IsNull: true } || reading.Map(entry.Value, path) is null;
        var map = empty ? new MapNode(entry.Value.At, []) { Weight = 1 } : (MapNode)entry.Value;
        var section = Section.Read(reading, map, path, entry.At, Keys.Group);
        return HealingSection.Bounds(section, entry.Key, "budget");
    }
}
