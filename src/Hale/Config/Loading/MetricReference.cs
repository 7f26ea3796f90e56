using Hale.Config.Yaml;
using Hale.Core.Alarming;
using Hale.Core.Model;

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
                var measurement => Measured(measurement, t, check, target.Checks[position].Spec.Kind, at, path),
            };
        }
        var wanted = rest.Split('.')[0];
        return Missing(text, at, path, $"target {ScalarNode.Quoted(name)} has no check {ScalarNode.Quoted(wanted)}", Spelling.Suggest(wanted, target.Checks.Select(check => check.Spec.Name)));
    }

    /// <summary>What the numbers of a metric are measured in; null where only the target knows.</summary>
    public Unit? UnitOf(MetricSource source) => source.Field switch
    {
        MetricField.Took => Unit.Seconds,
        MetricField.Measurement => MainUnitOf(source) ?? MeasuresOf(KindOf(source)).FirstOrDefault(measure => measure.Name == source.Measurement)?.Unit,
        _ => Unit.None,
    };

    private MetricSource? Measured(string measurement, int target, int check, string kind, Position at, string path)
    {
        // Only a warning: a kind may bring more than it declares.
        if (MeasuresOf(kind) is { Length: > 0 } known && !known.Any(measure => measure.Name == measurement))
            reading.Problems.Warn(at, path, measurement, $"{ScalarNode.Quoted(measurement)} is none of the measurements of \"{kind}\", which are {string.Join(", ", known.Select(measure => measure.Name))}",
                Spelling.Suggest(measurement, known.Select(measure => measure.Name)));
        return new MetricSource(MetricField.Measurement, target, check, measurement);
    }

    private string KindOf(MetricSource source) => targets[source.Target].Checks[Array.IndexOf(targets[source.Target].Spec.Checks, source.Check)].Spec.Kind;

    private Measure[] MeasuresOf(string name) =>
        !reading.Probes.TryGetValue(name, out var kind) ? []
        : kind.LevelOf is { } main && kind.Measures.Length > 0 && !kind.Measures.Any(measure => measure.Name == main) ? [.. kind.Measures, new(main, kind.LevelUnit, "")]
        : kind.Measures;

    private Unit? MainUnitOf(MetricSource source) =>
        reading.Probes.TryGetValue(KindOf(source), out var kind) && kind.LevelOf == source.Measurement ? kind.LevelUnit : null;

    private MetricSource? Missing(string text, Position at, string path, string what, string? suggestion = null)
    {
        reading.Problems.Add(at, path, text, what, suggestion);
        return null;
    }
}
