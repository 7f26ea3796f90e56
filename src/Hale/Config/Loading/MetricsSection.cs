using Hale.Config.Yaml;

namespace Hale.Config.Loading;

/// <summary>A metric as read; without a spec when it was refused, so that an alarm on it is not refused as well.</summary>
internal sealed record MetricDraft(string Namespace, string Name, MetricSpec? Spec);

/// <summary>The <c>metrics:</c> section: namespaces, and in each the names under which numbers are published.</summary>
internal static class MetricsSection
{
    /// <summary>Longest name and namespace, as in CloudWatch.</summary>
    private const int LongestName = 255;

    private const int MostDimensions = 30;
    private const int LongestDimensionValue = 1024;

    public static IReadOnlyList<MetricDraft> Read(Reading reading, Node node, MetricReference references)
    {
        const string Path = "metrics";
        if (reading.Map(node, Path, "a mapping from namespaces to metrics") is not { } map)
            return [];
        if (map.Entries.Count == 0)
            reading.Problems.Add(node.At, Path, node.Found, "names no namespace", "name one, or leave \"metrics\" out");
        var metrics = new List<MetricDraft>();
        foreach (var entry in map.Entries)
        {
            var path = $"{Path}.{entry.Key}";
            if (!IsName(reading, entry, path, "namespace") || reading.Map(entry.Value, path, "a mapping from names to what they are of, for example { DiskUsage: host/disk.used }") is not { } names)
                continue;
            if (entry.Key.StartsWith("AWS/", StringComparison.Ordinal))
                reading.Problems.Warn(entry.At, path, entry.Key, "namespaces that begin with AWS/ are Amazon's own");
            foreach (var metric in names.Entries)
                metrics.Add(new(entry.Key, metric.Key, IsName(reading, metric, $"{path}.{metric.Key}", "metric") ? ReadMetric(reading, metric, entry.Key, $"{path}.{metric.Key}", references) : null));
        }
        return metrics;
    }

    private static MetricSpec? ReadMetric(Reading reading, MapEntry entry, string space, string path, MetricReference references)
    {
        var section = entry.Value is MapNode map
            ? Section.Read(reading, map, path, entry.At, Keys.Metric)
            : Section.ReadShorthand(reading, entry.Value, path, entry.At, Keys.Metric, Keys.Metric[0]);
        if (!section.IsValid)
            return null;
        var of = section.Values.Text("of")!;
        var source = references.Find(of, entry.Value is MapNode ? section.At("of") : entry.Value.At, section.PathOf("of"));
        var dimensions = section.Values.Map("dimensions");
        if (dimensions.Count > MostDimensions || dimensions.Any(d => d.Key.Length is 0 or > LongestName || d.Value.Length is 0 or > LongestDimensionValue))
            reading.Problems.Add(section.At("dimensions"), section.PathOf("dimensions"), "",
                $"a metric has at most {MostDimensions} dimensions, with names of 1 to {LongestName} and values of 1 to {LongestDimensionValue} characters");
        return source is null ? null : new MetricSpec(space, entry.Key, source, of) { Dimensions = dimensions };
    }

    private static bool IsName(Reading reading, MapEntry entry, string path, string what)
    {
        var name = entry.Key;
        if (name.Length is > 0 and <= LongestName && name[0] != ':' && name.All(c => c is > ' ' and < '\x7f' || c == ' ') && name.Trim().Length == name.Length)
            return true;
        reading.Problems.Add(entry.At, path, name, $"{ScalarNode.Quoted(name)} cannot name a {what}: a name has 1 to {LongestName} printable ASCII characters, does not begin with a colon, and has no blanks around it");
        return false;
    }
}
