using Hale.Config.Yaml;
using Hale.Core.Alarming;

namespace Hale.Config.Loading;

/// <summary>
/// Finds what a metric is about: <c>target</c> (healthy or not), <c>target/check</c> (passed or not), <c>target/check.took</c> (seconds) or
/// <c>target/check.measurement</c>. Names may have points in them, so the longest check name that fits wins.
/// </summary>
internal sealed class MetricReference(Reading reading, IReadOnlyList<TargetDraft> targets)
{
    private const string Took = "took";
    private const string Passed = "passed";

    private readonly Dictionary<string, int> indices = targets.Select((target, i) => (target.Spec.Name, i)).ToDictionary(pair => pair.Name, pair => pair.i);

    /// <summary>Whether a text begins with the name of a target.</summary>
    public bool Knows(string text) => indices.ContainsKey(text.Split('/')[0]);

    /// <summary>The source; null after reporting what there is not.</summary>
    public MetricSource? Find(string text, Position at, string path)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var name = slash < 0 ? text : text[..slash];
        if (!indices.TryGetValue(name, out var t))
        {
            reading.Problems.Add(at, path, text, $"there is no target {ScalarNode.Quoted(name)}", Spelling.Suggest(name, indices.Keys));
            return null;
        }
        if (slash < 0)
            return new MetricSource(MetricField.Healthy, t);
        var rest = text[(slash + 1)..];
        var target = targets[t];
        for (var end = rest.Length; end > 0; end = rest.LastIndexOf('.', end - 1))
        {
            var position = target.Checks.ToList().FindIndex(check => check.Spec.Name == rest[..end]);
            if (position < 0)
                continue;
            var check = target.Spec.Checks[position];
            return end == rest.Length ? new MetricSource(MetricField.Passed, t, check) : rest[(end + 1)..] switch
            {
                Passed => new MetricSource(MetricField.Passed, t, check),
                Took => new MetricSource(MetricField.Took, t, check),
                "" => Missing(text, at, path, "names no measurement after the point"),
                var measurement => new MetricSource(MetricField.Measurement, t, check, measurement),
            };
        }
        var wanted = rest.Split('.')[0];
        return Missing(text, at, path, $"target {ScalarNode.Quoted(name)} has no check {ScalarNode.Quoted(wanted)}", Spelling.Suggest(wanted, target.Checks.Select(check => check.Spec.Name)));
    }

    private MetricSource? Missing(string text, Position at, string path, string what, string? suggestion = null)
    {
        reading.Problems.Add(at, path, text, what, suggestion);
        return null;
    }
}
